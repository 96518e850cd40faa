use renzheng_types::Locale;

/// The agreement's frame (its text comes from the server) and the privacy policy. Kept apart from the other words: it
/// comes with its pages.
pub struct Legal {
    pub agreement: &'static str,
    pub effective: fn(&str) -> String,
    pub version: fn(&str) -> String,
    pub privacy: &'static str,
    pub privacy_lead: &'static str,
    /// Heading and paragraphs.
    pub privacy_sections: &'static [(&'static str, &'static [&'static str])],
}

pub fn legal(locale: Locale) -> &'static Legal {
    match locale {
        Locale::ZhCn => &ZH,
        Locale::En => &EN,
    }
}

static ZH: Legal = Legal {
    agreement: "注册协议",
    effective: |date| format!("自 {date}起施行"),
    version: |version| format!("版本 {version}"),
    privacy: "隐私政策",
    privacy_lead: "用最少的信息确认您是谁，用完即止。这里说明我们收集什么、为什么、保存多久，以及您有哪些权利。",
    privacy_sections: &[
        (
            "一、我们收集什么，为什么",
            &[
                "手机号码：作为登录名，并接收短信验证码和通知。",
                "用户昵称：在页面和邮件中称呼您，可以随时修改。",
                "密码：只保存不可还原的摘要，任何人（包括我们）都无法看到您的密码。",
                "姓名和身份证号：仅在您办理实名认证时收集，用来与公安机关的登记信息核对。性别和出生日期由身份证号得出。",
                "银行卡号、社保编号、公积金账号、驾驶证档案编号等：仅在您选用相应的认证方式时收集，只用来核对，有结果后即删除，只保留结论。",
                "人脸画面和身份证照片：仅在您选用人脸识别并单独同意后收集，有结果后即删除；没有提交的，十分钟后失效并删除。",
                "邮箱和邮寄地址：由您自愿填写。邮箱用来找回密码、接收通知，地址用来寄送办事结果和证件。",
                "登录时间、网络地址和浏览器类型：用来发现盗用，并供您查看自己的登录记录。",
            ],
        ),
        (
            "二、怎样保管",
            &[
                "手机号码、邮箱、邮寄地址、姓名和身份证号在存储时逐项加密。您的手机号码、身份证号、邮箱和姓名在页面上默认只显示一部分。",
                "本网站只使用两个必需的 Cookie：一个维持登录，一个用来认出您登录过的设备（保存 180 天）。没有广告和跨站跟踪。",
                "语言和长辈版的选择保存在您的浏览器里；语言也记入您的账户，短信和邮件按它发送。没填完的表单留在当前标签页，关闭即清除，其中不含密码、验证码和证件号码。",
            ],
        ),
        (
            "三、会提供给谁",
            &[
                "核验机构：办理实名认证时，只提供核验所需的内容。",
                "短信和邮件服务商：只提供发送所需的号码或邮箱，以及消息内容。",
                "您登录的网站：只在您明确同意之后，提供您同意的内容。",
                "除法律另有规定外，不向其他任何人提供，也不出售。",
            ],
        ),
        (
            "四、保存多久",
            &[
                "账户存续期间保存。短信验证码几分钟后失效。申请注销 15 天后，除法律要求保留的记录外，予以删除或匿名处理。",
            ],
        ),
        (
            "五、您的权利",
            &[
                "您可以在个人中心查看和更正自己的信息，在“授权应用”撤回授权，在“安全设置”导出数据或注销账户。",
                "需要帮助或要投诉，请拨打页面底部的服务热线。",
                "未满十四周岁的，请由父母或其他监护人同意后使用。",
            ],
        ),
    ],
};

static EN: Legal = Legal {
    agreement: "Registration agreement",
    effective: |date| format!("In force from {date}"),
    version: |version| format!("Version {version}"),
    privacy: "Privacy policy",
    privacy_lead: "We use as little as possible to establish who you are, and no longer than needed. This says what we collect, why, for how long, and what your rights are.",
    privacy_sections: &[
        (
            "1. What we collect, and why",
            &[
                "Mobile number: your login name, and where we send codes and notices.",
                "Nickname: what we call you on pages and in mails. You can change it at any time.",
                "Password: only a digest that cannot be turned back is kept. Nobody, including us, can see your password.",
                "Name and ID number: only when you verify your identity, to check them against the public security register. Sex and date of birth follow from the ID number.",
                "Bank card, social security, provident fund or licence file number and the like: only when you choose that way to verify. Used for the check alone and deleted once it is decided; only the result is kept.",
                "Pictures of your face and photos of your ID card: only when you choose the face check and consent to it separately. Deleted once it is decided, or after ten minutes when you do not submit them.",
                "E-mail and mailing addresses: only if you give them. By e-mail you reset your password and get notices; results and documents go to the address.",
                "Time, network address and browser of each sign-in: to notice misuse, and to show you your own sign-ins.",
            ],
        ),
        (
            "2. How it is kept",
            &[
                "Mobile number, e-mail, mailing addresses, name and ID number are encrypted one by one in storage. Pages show only parts of your mobile number, ID number, e-mail and name.",
                "This site uses two cookies, both needed: one keeps you signed in, one recognises a device you have signed in on (kept for 180 days). No advertising, no tracking across sites.",
                "Your choice of language and text size is kept in your browser; the language also in your account, for the messages we send. Forms you have not finished stay in the tab until you close it, without passwords, codes and document numbers.",
            ],
        ),
        (
            "3. Who receives it",
            &[
                "Verifying authorities: what the check needs, when you verify your identity.",
                "Carriers of text messages and mails: the number or address, and the message.",
                "Websites you sign in to: what you agreed to, after you agreed.",
                "Nobody else unless the law demands it. It is never sold.",
            ],
        ),
        (
            "4. For how long",
            &[
                "As long as the account exists. Codes lapse after a few minutes. 15 days after you close an account, what the law does not require us to keep is erased or made anonymous.",
            ],
        ),
        (
            "5. Your rights",
            &[
                "In My account you can see and correct your data, withdraw consent under Applications, and export your data or close the account under Security.",
                "For help or a complaint, call the help line at the foot of the page.",
                "Under the age of fourteen, use this service with the consent of a parent or guardian.",
            ],
        ),
    ],
};
