//! Forgotten password: name the account, prove who you are, choose a new one.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{captcha::CaptchaAnswer, session::SecondFactorAnswer};

/// Begins a reset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct NewPasswordReset {
    /// The phone number of the account, or the e-mail address bound to it.
    pub account: String,
    pub captcha: CaptchaAnswer,
}

/// A reset under way. It looks the same for an account that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct PasswordReset {
    pub id: Uuid,
    /// `185****0901`; of an e-mail address that was named, that: `z***@example.org`.
    pub masked_phone: String,
    /// Seconds until it lapses.
    pub expires_in: u32,
}

/// Where the code goes.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr,
)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ResetChannel {
    #[default]
    Sms,
    /// The bound e-mail address, if there is one.
    Email,
}

/// Asks for a code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct NewResetCode {
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub channel: ResetChannel,
}

/// Proves who is there.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct ResetProof {
    pub code: String,
    /// Needed when the account has a second factor: a reset never passes it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<SecondFactorAnswer>,
    /// The ID number that the account is verified by: needed (`identity-required`) when nobody has long proven to hold the
    /// phone, and there is no second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
}

/// Lets the password be set once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct ResetGrant {
    pub reset_token: String,
    /// Seconds until it lapses.
    pub expires_in: u32,
}

/// The new password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct ResetPassword {
    pub reset_token: String,
    /// 8 to 128 characters, hard to guess.
    pub password: String,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for NewPasswordReset {
        fn example() -> Self {
            Self {
                account: "18500000901".into(),
                captcha: CaptchaAnswer::example(),
            }
        }
    }

    impl Example for PasswordReset {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e03),
                masked_phone: "185****0901".into(),
                expires_in: 1800,
            }
        }
    }

    impl Example for NewResetCode {
        fn example() -> Self {
            Self::default()
        }
    }

    impl Example for ResetProof {
        fn example() -> Self {
            Self {
                code: "482913".into(),
                second_factor: None,
                id_number: None,
            }
        }
    }

    impl Example for ResetGrant {
        fn example() -> Self {
            Self {
                reset_token: "AZMbbp1gekOMHy9Lan2eAQ".into(),
                expires_in: 1800,
            }
        }
    }

    impl Example for ResetPassword {
        fn example() -> Self {
            Self {
                reset_token: "AZMbbp1gekOMHy9Lan2eAQ".into(),
                password: "battery staple correct horse".into(),
            }
        }
    }
}
