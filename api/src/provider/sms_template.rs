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
    /// Sign-in or a reset was asked for, but the phone has no account.
    NoAccount,
    /// A code to prove oneself anew before something sensitive.
    StepUpCode,
    /// A code to bind a phone.
    BindPhoneCode,
    /// Binding was asked for, but the phone has an account.
    BindPhoneTaken,
    /// A code to reset a password.
    ResetCode,
    /// A code as the second proof of a sign-in.
    SecondFactorCode,
    /// Something of the account was changed.
    AccountNotice,
    /// The account was changed by those who run the service, not by its owner.
    OfficialNotice,
}

impl SmsTemplate {
    /// Whether the text holds a code.
    pub const fn holds_code(self) -> bool {
        !matches!(
            self,
            Self::NoAccount | Self::AccountNotice | Self::OfficialNotice
        )
    }

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
                "有人用您的手机号码请求登录或找回密码，但该号码尚未注册账户。如需使用，请先注册；如非本人操作，请忽略本短信。",
                "Someone asked to sign in or to reset a password with your number, but it has no account yet. Register first to use the service; if this was not you, ignore this message.",
            ),
            Self::StepUpCode => locale.pick(
                "您正在${act}，验证码 ${code}，5 分钟内有效。请勿告诉任何人，包括工作人员。如非本人操作，请尽快修改密码。",
                "Your code to ${act} is ${code}, valid for 5 minutes. Tell it to nobody, not even our staff. If this was not you, change your password soon.",
            ),
            Self::BindPhoneCode => locale.pick(
                "您正在将本号码绑定为账户的新手机号码，验证码 ${code}，5 分钟内有效，请勿告诉任何人。如非本人操作，请忽略本短信。",
                "Your code to bind this number to an account is ${code}, valid for 5 minutes; tell it to nobody. If this was not you, ignore this message.",
            ),
            Self::BindPhoneTaken => locale.pick(
                "有人请求将本号码绑定到另一账户，但本号码已有账户，不能再绑定。本次验证码 ${code}，请勿告诉任何人。如非本人操作，请忽略本短信。",
                "Someone asked to bind this number to another account, but it already has one. This request's code is ${code}; tell it to nobody. If this was not you, ignore this message.",
            ),
            Self::ResetCode => locale.pick(
                "您正在重置登录密码，验证码 ${code}，5 分钟内有效。请勿告诉任何人，包括工作人员。如非本人操作，请忽略本短信，您的密码不会改变。",
                "Your password reset code is ${code}, valid for 5 minutes. Tell it to nobody, not even our staff. If this was not you, ignore this message: your password stays as it is.",
            ),
            Self::SecondFactorCode => locale.pick(
                "您的账户正在新设备上登录，验证码 ${code}，5 分钟内有效。请勿告诉任何人，包括工作人员。如非本人操作，请立即修改密码。",
                "Your account is being signed in to on a new device. The code is ${code}, valid for 5 minutes; tell it to nobody. If this was not you, change your password at once.",
            ),
            Self::AccountNotice => locale.pick(
                "${notice}。如非本人操作，请立即修改密码并拨打服务热线 ${help_line}。",
                "${notice}. If this was not you, change your password at once and call ${help_line}.",
            ),
            Self::OfficialNotice => locale.pick(
                "${notice}。如有疑问，请拨打服务热线 ${help_line}。",
                "${notice}. If you have questions, call ${help_line}.",
            ),
        }
    }

    /// The names in the text, in its order: how gateways with numbered parameters know them.
    pub fn parameters(self, locale: Locale) -> Vec<&'static str> {
        let mut names = Vec::new();
        for part in self.text(locale).split("${").skip(1) {
            let name = part.split('}').next().unwrap_or_default();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn only_messages_with_a_code_say_so() {
        for template in SmsTemplate::iter() {
            for locale in [Locale::ZhCn, Locale::En] {
                let holds = template.text(locale).contains("${code}");
                assert_eq!(holds, template.holds_code(), "{template:?}");
                assert_eq!(template.parameters(locale).contains(&"code"), holds);
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
