use renzheng_types::Locale;

/// Forgotten password. Kept apart from the other words: it comes with its page.
pub struct Reset {
    pub title: &'static str,
    pub steps: [&'static str; 4],
    pub lead: &'static str,
    pub next: &'static str,
    pub code_lead: fn(&str) -> String,
    pub by_sms: &'static str,
    pub by_email: &'static str,
    /// The mailbox is what was named.
    pub by_named_email: &'static str,
    pub sms_sent: fn(&str) -> String,
    pub email_sent: &'static str,
    pub named_email_sent: fn(&str) -> String,
    pub code: &'static str,
    pub code_hint: &'static str,
    pub factor_lead: &'static str,
    pub identity_lead: &'static str,
    pub id_number: &'static str,
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
    title: "忘记密码",
    steps: ["输入帐户名", "验证身份", "重置密码", "修改完成"],
    lead: "用注册时的手机号码或绑定的邮箱找回。整个过程大约 2 分钟。",
    next: "下一步",
    code_lead: |phone| format!("我们向 {phone} 发送验证码，确认是您本人。"),
    by_sms: "获取短信验证码",
    by_email: "手机不在身边？发送到绑定邮箱",
    by_named_email: "获取邮件验证码",
    sms_sent: |phone| format!("验证码已发送至 {phone}。"),
    email_sent: "如果账户绑定了邮箱，验证码已发送到该邮箱。",
    named_email_sent: |email| format!("如果 {email} 绑定了账户，验证码已发送到该邮箱。"),
    code: "验证码",
    code_hint: "短信或邮件中的 6 位数字。",
    factor_lead: "您的账户开启了两步验证，请再用下面的一种方式确认。",
    identity_lead: "这个号码很久没有验证过，请再填写账户实名认证时的身份证号。",
    id_number: "身份证号",
    submit: "重置密码",
    done: "新密码设置成功",
    done_text: "所有设备都已退出登录，请用新密码重新登录。",
    lapsed: "这次找回已过期，请重新开始。",
    again: "重新开始",
    no_access: "手机号码已停用，也没有绑定邮箱？请携带身份证到办事大厅办理，或拨打服务热线。",
};

static EN: Reset = Reset {
    title: "Reset your password",
    steps: ["Account", "Confirm it is you", "New password", "Done"],
    lead: "With the mobile number you registered, or the e-mail address bound to the account. It takes about two minutes.",
    next: "Next",
    code_lead: |phone| format!("We send a code to {phone} to be sure that it is you."),
    by_sms: "Send me a code",
    by_email: "No phone at hand? Send it to my e-mail address",
    by_named_email: "Send me a code by e-mail",
    sms_sent: |phone| format!("We sent a code to {phone}."),
    email_sent: "If the account has an e-mail address, we sent the code there.",
    named_email_sent: |email| format!("If {email} is bound to an account, we sent a code there."),
    code: "Code",
    code_hint: "The 6 digits in the message.",
    factor_lead: "Your account has a second step: also confirm in one of these ways.",
    identity_lead: "This number has not been confirmed for long. Also enter the ID number that the account is verified by.",
    id_number: "ID number",
    submit: "Set the new password",
    done: "Your password is reset",
    done_text: "You are signed out everywhere. Sign in with the new password.",
    lapsed: "This reset has lapsed; please begin again.",
    again: "Begin again",
    no_access: "Lost the number and no e-mail address bound? Come to a service hall with your ID card, or call the help line.",
};
