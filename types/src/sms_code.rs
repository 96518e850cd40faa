//! One-time codes sent to a phone.

use serde::{Deserialize, Serialize};

use crate::captcha::CaptchaAnswer;

/// What a code sent before sign-in is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, strum::IntoStaticStr)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum))]
#[cfg_attr(feature = "openapi", oai(rename_all = "kebab-case"))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum SmsCodePurpose {
    /// Open an account.
    Register,
    /// Sign in.
    Login,
}

/// Asks for a one-time code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct NewSmsCode {
    /// A mobile number of mainland China, with or without +86.
    pub phone: String,
    pub purpose: SmsCodePurpose,
    pub captcha: CaptchaAnswer,
}

/// The code is on its way (whether or not the phone has an account).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct SmsCodeSent {
    /// Seconds until another may be asked for.
    pub resend_after: u32,
    /// Seconds until the code lapses.
    pub expires_in: u32,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for NewSmsCode {
        fn example() -> Self {
            Self {
                phone: "13500000330".into(),
                purpose: SmsCodePurpose::Register,
                captcha: CaptchaAnswer::example(),
            }
        }
    }

    impl Example for SmsCodeSent {
        fn example() -> Self {
            Self {
                resend_after: 60,
                expires_in: 300,
            }
        }
    }
}
