use renzheng_types::Locale;

/// Applications of others. Kept apart from the other words: it comes with its pages.
pub struct Application {
    pub title: &'static str,
    pub wants: fn(&str) -> String,
    pub account: &'static str,
    pub account_change: &'static str,
    pub asks: &'static str,
    pub for_what: &'static str,
    pub sensitive: &'static str,
    pub sensitive_why: &'static str,
    pub allow: &'static str,
    pub allowing: &'static str,
    pub deny: &'static str,
    pub policy: fn(&str) -> String,
    pub later: &'static str,
    pub again: fn(&str) -> String,
    pub again_do: &'static str,
    pub level: fn(&str, &str, &str) -> String,
    pub level_why: &'static str,
    pub level_do: &'static str,
    pub going: &'static str,

    pub list: &'static str,
    pub list_why: &'static str,
    pub none: &'static str,
    pub may_know: fn(&str) -> String,
    pub only_who: &'static str,
    pub since: fn(&str) -> String,
    pub last_read: fn(&str) -> String,
    pub never_read: &'static str,
    pub code: &'static str,
    pub code_show: &'static str,
    pub code_what: fn(&str) -> String,
    pub code_left: fn(&str) -> String,
    pub code_lapsed: &'static str,
    pub code_renew: &'static str,
    pub code_caution: fn(&str) -> String,
    pub revoke: &'static str,
    pub revoke_sure: fn(&str) -> String,
    pub revoke_yes: &'static str,
    pub keep: &'static str,
    pub revoked: &'static str,
    pub log: &'static str,
    pub log_why: &'static str,
    pub log_none: &'static str,
    pub comma: &'static str,
}

pub fn application(locale: Locale) -> &'static Application {
    match locale {
        Locale::ZhCn => &ZH,
        Locale::En => &EN,
    }
}

static ZH: Application = Application {
    title: "登录应用",
    wants: |name| format!("登录“{name}”"),
    account: "登录账户",
    account_change: "换一个账户",
    asks: "该应用申请获取以下信息",
    for_what: "用途：",
    sensitive: "敏感个人信息，需要您单独同意",
    sensitive_why: "不勾选也可以登录，但应用可能无法为您办理需要实名的业务。",
    allow: "同意并登录",
    allowing: "正在返回应用…",
    deny: "不同意，返回应用",
    policy: |name| format!("“{name}”的隐私政策"),
    later: "登录后，可随时在“个人中心 → 授权应用”中查看应用读取了哪些信息，或取消授权。",
    again: |name| {
        format!("“{name}”要求确认是您本人，请用密码、短信或通行密钥重新登录一次；扫码登录不算。")
    },
    again_do: "重新登录",
    level: |name, needed, now| format!("“{name}”要求{needed}实名等级，您目前是{now}。"),
    level_why: "完成认证后会回到这里继续登录，不会丢失。",
    level_do: "我要升级",
    going: "正在返回应用…",

    list: "授权应用",
    list_why: "您用此账户登录过、可以读取您信息的应用。取消授权后，应用立即无法再读取。",
    none: "还没有授权任何应用。",
    may_know: |scopes| format!("可读取：{scopes}"),
    only_who: "仅用于识别您和核对实名等级，不读取其他信息",
    since: |at| format!("授权于 {at}"),
    last_read: |at| format!("最近读取 {at}"),
    never_read: "尚未读取过信息",
    code: "身份码",
    code_show: "出示身份码",
    code_what: |name| format!("在“{name}”的窗口出示或报出此码，对方即可确认是您。"),
    code_left: |left| format!("{left} 后失效，仅可使用一次"),
    code_lapsed: "身份码已失效。",
    code_renew: "更换身份码",
    code_caution: |name| format!("请只向“{name}”出示，不要告诉任何其他人。"),
    revoke: "取消授权",
    revoke_sure: |name| format!("确定取消对“{name}”的授权？再次登录该应用时需重新同意。"),
    revoke_yes: "确定取消",
    keep: "保留",
    revoked: "已取消授权。",
    log: "信息读取记录",
    log_why: "哪个应用在什么时间读取了您的哪些信息。",
    log_none: "还没有应用读取过您的信息。",
    comma: "、",
};

static EN: Application = Application {
    title: "Sign in to an application",
    wants: |name| format!("Sign in to “{name}”"),
    account: "Your account",
    account_change: "Use another account",
    asks: "The application asks to know",
    for_what: "What for: ",
    sensitive: "Sensitive: needs a yes of its own",
    sensitive_why: "You can sign in without it, but the application may not be able to help you with matters that need your real identity.",
    allow: "Agree and sign in",
    allowing: "Going back…",
    deny: "Disagree and go back",
    policy: |name| format!("Privacy policy of “{name}”"),
    later: "Afterwards you can see what it read, or take this back, in your account under “Applications”.",
    again: |name| {
        format!(
            "“{name}” asks to be sure that it is you. Please sign in once more by password, SMS or passkey; a QR code does not do."
        )
    },
    again_do: "Sign in again",
    level: |name, needed, now| {
        format!("“{name}” needs the assurance level “{needed}”; yours is “{now}”.")
    },
    level_why: "Once verified you come back here and go on.",
    level_do: "Raise my level",
    going: "Going back to the application…",

    list: "Applications",
    list_why: "Applications you signed in to with this account, and what they may read. Once you take it back, they can read nothing more.",
    none: "You have not let any application in yet.",
    may_know: |scopes| format!("May read: {scopes}"),
    only_who: "Only knows you again and your level, reads nothing else",
    since: |at| format!("Allowed {at}"),
    last_read: |at| format!("Last read {at}"),
    never_read: "Has read nothing yet",
    code: "Identity code",
    code_show: "Show an identity code",
    code_what: |name| {
        format!("Show or read out this code at the counter of “{name}”: it tells them who you are.")
    },
    code_left: |left| format!("Good for {left}, and for one use"),
    code_lapsed: "The code has lapsed.",
    code_renew: "Make another",
    code_caution: |name| format!("Show it to “{name}” only, and tell nobody else."),
    revoke: "Take back",
    revoke_sure: |name| {
        format!(
            "Take back what “{name}” may know? When you next sign in there, you are asked again."
        )
    },
    revoke_yes: "Take back",
    keep: "Keep",
    revoked: "Taken back.",
    log: "Who read what",
    log_why: "Which application read what about you, and when.",
    log_none: "No application has read anything about you yet.",
    comma: ", ",
};
