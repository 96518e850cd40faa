//! The messages we send to phones. An operator registers these texts with the SMS provider, which fills them in.

use renzheng_types::Locale;

/// A kind of message.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::EnumIter,
)]
#[strum(serialize_all = "kebab-case")]
pub enum SmsTemplate {
    /// A code to register with.
    RegisterCode,
    /// Registration was asked for, but the phone has an account.
    PhoneTaken,
    /// A code to sign in with.
    LoginCode,
    /// Sign-in was asked for, but the phone has no account.
    NoAccount,
}

impl SmsTemplate {
    /// The text, with `${code}` where the code goes. The provider puts the sender's signature before it.
    pub const fn text(self, locale: Locale) -> &'static str {
        match self {
            Self::RegisterCode => locale.pick(
                "您正在注册账户，验证码 ${code}，5 分钟内有效。请勿告诉任何人，包括工作人员。如非本人操作，请忽略本短信。",
                "Your registration code is ${code}, valid for 5 minutes. Tell it to nobody, not even our staff. If this was not you, ignore this message.",
            ),
            Self::PhoneTaken => locale.pick(
                "您的手机号码已注册账户，可直接登录或找回密码。本次验证码 ${code}，5 分钟内有效，请勿告诉任何人。如非本人操作，请忽略本短信。",
                "Your number already has an account: sign in, or reset your password. This request's code is ${code}, valid for 5 minutes; tell it to nobody. If this was not you, ignore this message.",
            ),
            Self::LoginCode => locale.pick(
                "您正在登录，验证码 ${code}，5 分钟内有效。请勿告诉任何人，包括工作人员。如非本人操作，请尽快修改密码。",
                "Your sign-in code is ${code}, valid for 5 minutes. Tell it to nobody, not even our staff. If this was not you, change your password soon.",
            ),
            Self::NoAccount => locale.pick(
                "有人用您的手机号码请求登录，但该号码尚未注册账户。如需使用，请先注册；如非本人操作，请忽略本短信。",
                "Someone asked to sign in with your number, but it has no account yet. Register first to use the service; if this was not you, ignore this message.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn only_messages_for_owners_hold_a_code() {
        for template in SmsTemplate::iter() {
            for locale in [Locale::ZhCn, Locale::En] {
                let holds = template.text(locale).contains("${code}");
                assert_eq!(holds, template != SmsTemplate::NoAccount, "{template:?}");
            }
        }
    }

    #[test]
    fn names_round_trip() {
        for template in SmsTemplate::iter() {
            let name: &str = template.into();
            assert_eq!(name.parse(), Ok(template));
        }
    }
}
