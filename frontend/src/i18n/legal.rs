/// The agreement's frame (its text comes from the server) and the privacy policy.
pub struct Legal {
    pub agreement: &'static str,
    pub effective: fn(&str) -> String,
    pub version: fn(&str) -> String,
    pub privacy: &'static str,
    pub privacy_lead: &'static str,
    /// Heading and paragraphs.
    pub privacy_sections: &'static [(&'static str, &'static [&'static str])],
}

pub const ZH: Legal = Legal {
    agreement: "注册协议",
    effective: |date| format!("自 {date}起施行"),
    version: |version| format!("版本 {version}"),
    privacy: "隐私政策",
    privacy_lead: "用最少的信息确认您是谁，用完即止。这里说明我们收集什么、为什么、保存多久，以及您有哪些权利。",
    privacy_sections: &[
        (
            "一、我们收集什么，为什么",
            &[
                "手机号码：作为登录名，并接收短信验证码。",
                "用户昵称：在页面和短信中称呼您，可以随时修改。",
                "密码：只保存不可还原的摘要，任何人（包括我们）都无法看到您的密码。",
                "姓名和身份证号：仅在您办理实名认证时收集，用来与公安机关的登记信息核对。性别和出生日期由身份证号得出。",
                "登录时间、网络地址和浏览器类型：用来发现盗用，并供您查看自己的登录记录。",
            ],
        ),
        (
            "二、怎样保管",
            &[
                "手机号码、姓名和身份证号在存储时逐项加密，页面上默认只显示一部分。",
                "本网站只使用一个维持登录所必需的 Cookie，没有广告和跨站跟踪。语言和长辈版的选择只保存在您的浏览器里。",
            ],
        ),
        (
            "三、会提供给谁",
            &[
                "核验机构：办理实名认证时，只提供核验所需的内容。",
                "您登录的网站：只在您明确同意之后，提供您同意的内容。",
                "除法律另有规定外，不向其他任何人提供，也不出售。",
            ],
        ),
        (
            "四、保存多久",
            &[
                "账户存续期间保存。短信验证码几分钟后失效。注销账户后，除法律要求保留的记录外，予以删除或匿名处理。",
            ],
        ),
        (
            "五、您的权利",
            &[
                "您可以查看和更正自己的信息，撤回同意，或要求注销账户，也可以向我们投诉。请拨打页面底部的服务热线。",
                "未满十四周岁的，请由父母或其他监护人同意后使用。",
            ],
        ),
    ],
};

pub const EN: Legal = Legal {
    agreement: "Registration agreement",
    effective: |date| format!("In force from {date}"),
    version: |version| format!("Version {version}"),
    privacy: "Privacy policy",
    privacy_lead: "We use as little as possible to establish who you are, and no longer than needed. This says what we collect, why, for how long, and what your rights are.",
    privacy_sections: &[
        (
            "1. What we collect, and why",
            &[
                "Mobile number: your login name, and where we send codes.",
                "Nickname: what we call you on pages and in messages. You can change it at any time.",
                "Password: only a digest that cannot be turned back is kept. Nobody, including us, can see your password.",
                "Name and ID number: only when you verify your identity, to check them against the public security register. Sex and date of birth follow from the ID number.",
                "Time, network address and browser of each sign-in: to notice misuse, and to show you your own sign-ins.",
            ],
        ),
        (
            "2. How it is kept",
            &[
                "Mobile number, name and ID number are encrypted one by one in storage, and pages show only parts of them.",
                "This site uses one cookie, which keeps you signed in. No advertising, no tracking across sites. Your choice of language and text size stays in your browser.",
            ],
        ),
        (
            "3. Who receives it",
            &[
                "Verifying authorities: what the check needs, when you verify your identity.",
                "Websites you sign in to: what you agreed to, after you agreed.",
                "Nobody else unless the law demands it. It is never sold.",
            ],
        ),
        (
            "4. For how long",
            &[
                "As long as the account exists. Codes lapse after a few minutes. When an account is closed, what the law does not require us to keep is erased or made anonymous.",
            ],
        ),
        (
            "5. Your rights",
            &[
                "You can see and correct your data, withdraw consent, ask for the account to be closed, and complain to us. Call the help line at the foot of the page.",
                "Under the age of fourteen, use this service with the consent of a parent or guardian.",
            ],
        ),
    ],
};
