//! Changing what a person signs in with: password and phone.

use serde::{Deserialize, Serialize};

use crate::captcha::CaptchaAnswer;

/// A new password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct PasswordChange {
    /// 8 to 128 characters, hard to guess.
    pub new_password: String,
}

/// Asks for a code to the phone that is to be bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct NewPhoneCode {
    /// A mobile number of mainland China.
    pub phone: String,
    pub captcha: CaptchaAnswer,
}

/// Binds another phone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct PhoneChange {
    pub phone: String,
    /// The code from `POST /me/phone/codes`.
    pub code: String,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for PasswordChange {
        fn example() -> Self {
            Self {
                new_password: "battery staple correct horse".into(),
            }
        }
    }

    impl Example for NewPhoneCode {
        fn example() -> Self {
            Self {
                phone: "18500000901".into(),
                captcha: CaptchaAnswer::example(),
            }
        }
    }

    impl Example for PhoneChange {
        fn example() -> Self {
            Self {
                phone: "18500000901".into(),
                code: "482913".into(),
            }
        }
    }
}
