use renzheng_types::Locale;

/// Forgotten password. Kept apart from the other words: it comes with its page.
pub struct Reset {
    pub title: &'static str,
    pub steps: [&'static str; 4],
    pub lead: &'static str,
    pub account_hint: &'static str,
    pub next: &'static str,
    pub code_lead: fn(&str) -> String,
    pub by_sms: &'static str,
    pub by_email: &'static str,
    pub sms_sent: fn(&str) -> String,
    pub email_sent: &'static str,
    pub code: &'static str,
    pub code_hint: &'static str,
    pub factor_lead: &'static str,
    pub submit: &'static str,
    pub done: &'static str,
    pub done_text: &'static str,
    pub lapsed: &'static str,
    pub again: &'static str,
    pub no_access: &'static str,
}

pub fn reset(locale: Locale) -> &'static Reset {
    match locale {
        Locale::ZhCn => &ZH,
        Locale::En => &EN,
    }
}

static ZH: Reset = Reset {
    title: "找回密码",
    steps: ["填写账户", "验证身份", "设置新密码", "完成"],
    lead: "用注册时的手机号码找回。整个过程大约 2 分钟。",
    account_hint: "注册时使用的手机号码。",
    next: "下一步",
    code_lead: |phone| format!("我们向 {phone} 发送验证码，确认是您本人。"),
    by_sms: "获取短信验证码",
    by_email: "手机不在身边？发送到绑定邮箱",
    sms_sent: |phone| format!("验证码已发送至 {phone}。"),
    email_sent: "如果账户绑定了邮箱，验证码已发送到该邮箱。",
    code: "验证码",
    code_hint: "短信或邮件中的 6 位数字。",
    factor_lead: "您的账户开启了两步验证，请再用下面的一种方式确认。",
    submit: "设置新密码",
    done: "密码已重置",
    done_text: "所有设备都已退出登录，请用新密码重新登录。",
    lapsed: "这次找回已过期，请重新开始。",
    again: "重新开始",
    no_access: "手机号码已停用，也没有绑定邮箱？请携带身份证到办事大厅办理，或拨打服务热线。",
};

static EN: Reset = Reset {
    title: "Reset your password",
    steps: ["Account", "Confirm it is you", "New password", "Done"],
    lead: "With the mobile number you registered. It takes about two minutes.",
    account_hint: "The number you registered with.",
    next: "Next",
    code_lead: |phone| format!("We send a code to {phone} to be sure that it is you."),
    by_sms: "Send me a code",
    by_email: "No phone at hand? Send it to my e-mail address",
    sms_sent: |phone| format!("We sent a code to {phone}."),
    email_sent: "If the account has an e-mail address, we sent the code there.",
    code: "Code",
    code_hint: "The 6 digits in the message.",
    factor_lead: "Your account has a second step: also confirm in one of these ways.",
    submit: "Set the new password",
    done: "Your password is reset",
    done_text: "You are signed out everywhere. Sign in with the new password.",
    lapsed: "This reset has lapsed; please begin again.",
    again: "Begin again",
    no_access: "Lost the number and no e-mail address bound? Come to a service hall with your ID card, or call the help line.",
};
