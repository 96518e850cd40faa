use renzheng_types::{Locale, email::Delivery};

/// Changing password, phone and e-mail address. Kept apart from the other words: it comes with its pages.
pub struct Credential {
    pub back: &'static str,
    pub lapsed: &'static str,

    pub password: &'static str,
    pub password_steps: [&'static str; 3],
    pub password_submit: &'static str,
    pub password_done: &'static str,
    pub password_done_text: &'static str,

    pub phone: &'static str,
    pub phone_steps: [&'static str; 3],
    pub phone_new: &'static str,
    pub phone_hint: &'static str,
    pub phone_submit: &'static str,
    pub phone_done: &'static str,
    pub phone_done_text: fn(&str) -> String,

    pub email: &'static str,
    pub email_change: &'static str,
    pub email_remove: &'static str,
    pub email_why: &'static str,
    pub email_now: &'static str,
    pub email_steps: [&'static str; 3],
    pub email_new: &'static str,
    pub email_hint: &'static str,
    pub email_submit: &'static str,
    pub email_waiting: &'static str,
    /// Address, until when.
    pub email_waiting_text: fn(&str, &str) -> String,
    pub delivery: fn(Delivery) -> &'static str,
    pub email_again: &'static str,
    pub email_inbox: &'static str,
    pub email_removed: &'static str,
    pub email_remove_why: &'static str,

    pub activate: &'static str,
    pub activate_text: &'static str,
    pub activate_now: &'static str,
    pub activate_incomplete: &'static str,
    pub activated: &'static str,
    pub activated_text: fn(&str) -> String,

    pub submitting: &'static str,
    pub to_profile: &'static str,
}

pub fn credential(locale: Locale) -> &'static Credential {
    match locale {
        Locale::ZhCn => &ZH,
        Locale::En => &EN,
    }
}

static ZH: Credential = Credential {
    back: "返回个人信息",
    lapsed: "身份验证已过期，请重新验证。您填写的内容都还在。",

    password: "修改密码",
    password_steps: ["验证身份", "修改密码", "完成"],
    password_submit: "确认修改",
    password_done: "密码已修改",
    password_done_text: "其他设备已退出登录，需要用新密码重新登录。",

    phone: "修改手机号码",
    phone_steps: ["验证身份", "绑定手机", "完成"],
    phone_new: "新手机号码",
    phone_hint: "修改后用新号码登录和接收短信。",
    phone_submit: "确认修改",
    phone_done: "手机号码已修改",
    phone_done_text: |phone| format!("今后请用 {phone} 登录。我们已通知原号码。"),

    email: "绑定邮箱",
    email_change: "更换邮箱",
    email_remove: "解除绑定",
    email_why: "绑定后可用邮箱找回密码，并接收账户安全通知。",
    email_now: "已绑定",
    email_steps: ["验证身份", "填写邮箱", "激活邮箱"],
    email_new: "邮箱地址",
    email_hint: "我们会向这个地址发送激活链接，24 小时内有效。",
    email_submit: "发送激活链接",
    email_waiting: "请到邮箱完成激活",
    email_waiting_text: |email, until| {
        format!("激活邮件发往 {email}，请在 {until} 前点击邮件中的链接。")
    },
    delivery: |delivery| match delivery {
        Delivery::Sending => "邮件正在发送，稍等片刻。",
        Delivery::Sent => "邮件已发出。没有收到？请查看垃圾邮件，或重新发送。",
        Delivery::Failed => "邮件没有送达，请核对地址后重新发送。",
    },
    email_again: "重新发送",
    email_inbox: "演示环境：打开收件箱",
    email_removed: "邮箱已解除绑定。",
    email_remove_why: "解除后，该邮箱不能再用于找回密码，也不再收到通知。",

    activate: "激活邮箱",
    activate_text: "点击下面的按钮，将这个邮箱绑定到您的账户。如果不是您本人申请的，请直接关闭本页。",
    activate_now: "确认绑定",
    activate_incomplete: "链接不完整。请回到邮件，复制完整的链接再打开。",
    activated: "邮箱绑定成功",
    activated_text: |email| format!("{email} 已绑定到您的账户。"),

    submitting: "正在提交…",
    to_profile: "返回个人信息",
};

static EN: Credential = Credential {
    back: "Back to my details",
    lapsed: "Your confirmation has lapsed; please confirm once more. Everything you typed is still here.",

    password: "Change password",
    password_steps: ["Confirm it is you", "New password", "Done"],
    password_submit: "Change password",
    password_done: "Your password is changed",
    password_done_text: "Your other devices are signed out; sign in there with the new password.",

    phone: "Change mobile number",
    phone_steps: ["Confirm it is you", "New number", "Done"],
    phone_new: "New mobile number",
    phone_hint: "You will sign in and get messages with it.",
    phone_submit: "Change number",
    phone_done: "Your mobile number is changed",
    phone_done_text: |phone| {
        format!("From now on sign in with {phone}. We have told the old number.")
    },

    email: "E-mail address",
    email_change: "Use another address",
    email_remove: "Remove",
    email_why: "With an e-mail address you can reset your password, and we tell you what happens to your account.",
    email_now: "Your address",
    email_steps: ["Confirm it is you", "E-mail address", "Open the link"],
    email_new: "E-mail address",
    email_hint: "We send a mail with a link to it. The link works for 24 hours.",
    email_submit: "Send the link",
    email_waiting: "Open the link in the mail",
    email_waiting_text: |email, until| {
        format!("The mail goes to {email}. Open its link by {until}.")
    },
    delivery: |delivery| match delivery {
        Delivery::Sending => "The mail is being sent.",
        Delivery::Sent => {
            "The mail has been sent. Nothing there? Look among the spam, or send another."
        }
        Delivery::Failed => "The mail could not be delivered. Check the address and try again.",
    },
    email_again: "Send another",
    email_inbox: "Demonstration: open the inbox",
    email_removed: "The e-mail address is removed.",
    email_remove_why: "It can no longer be used to reset your password, and gets no more notices.",

    activate: "Confirm your e-mail address",
    activate_text: "Press the button to bind this address to your account. If you did not ask for it, just close this page.",
    activate_now: "Confirm",
    activate_incomplete: "The link is not complete. Go back to the mail and copy all of it.",
    activated: "Your address is bound",
    activated_text: |email| format!("{email} now belongs to your account."),

    submitting: "One moment…",
    to_profile: "Back to my details",
};
