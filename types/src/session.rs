//! Signing in, staying signed in, signing out.

use serde::{Deserialize, Serialize};

use uuid::Uuid;

use crate::{account::Account, captcha::CaptchaAnswer, passkey::PasskeyAssertion};

/// Signs in, by one of the methods.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Union),
    oai(discriminator_name = "method")
)]
#[serde(tag = "method", rename_all = "kebab-case")]
pub enum NewSession {
    #[cfg_attr(feature = "openapi", oai(mapping = "password"))]
    Password(PasswordSignIn),
    #[cfg_attr(feature = "openapi", oai(mapping = "sms"))]
    Sms(SmsSignIn),
    #[cfg_attr(feature = "openapi", oai(mapping = "qr"))]
    Qr(QrSignIn),
    #[cfg_attr(feature = "openapi", oai(mapping = "passkey"))]
    Passkey(PasskeySignIn),
    #[cfg_attr(feature = "openapi", oai(mapping = "second-factor"))]
    SecondFactor(SecondFactorSignIn),
}

/// Account and password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct PasswordSignIn {
    /// The phone number of the account, or the e-mail address bound to it.
    pub account: String,
    pub password: String,
    /// Needed once sign-in has failed three times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captcha: Option<CaptchaAnswer>,
    /// Stay signed in on this device for 30 days.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub remember: bool,
}

/// Phone and the code from `POST /sms-codes` with purpose `login`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct SmsSignIn {
    pub phone: String,
    pub code: String,
    /// Stay signed in on this device for 30 days.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub remember: bool,
}

/// The ticket of `POST /qr-logins`, once the phone has confirmed it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct QrSignIn {
    pub id: Uuid,
    pub secret: String,
}

/// A passkey, which stands for two factors: the device, and what opens it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct PasskeySignIn {
    pub assertion: PasskeyAssertion,
    /// Stay signed in on this device for 30 days.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub remember: bool,
}

/// Ends a sign-in that was answered 202.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct SecondFactorSignIn {
    /// From the 202.
    pub ticket: String,
    pub answer: SecondFactorAnswer,
}

/// A second proof.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct SecondFactorAnswer {
    pub kind: SecondFactorKind,
    /// The code, or the password. Left out for a passkey.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub value: String,
    /// For a passkey: the answer to a challenge of `POST /passkey-challenges`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey: Option<PasskeyAssertion>,
}

/// What a second proof may be.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum SecondFactorKind {
    /// The code an authenticator app shows.
    Totp,
    /// A passkey of the account.
    Passkey,
    /// One of the codes given out when the first second factor was set up.
    RecoveryCode,
    /// A code to the bound phone, from `POST /sessions/second-factor-codes`.
    Sms,
    Password,
}

/// The first proof was right; another is needed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct SecondFactorNeeded {
    /// For `POST /sessions` with method `second-factor`.
    pub ticket: String,
    /// Any one of them will do.
    pub kinds: Vec<SecondFactorKind>,
    /// `185****0901`
    pub masked_phone: String,
    /// Seconds until the ticket lapses.
    pub expires_in: u32,
}

/// Asks for a code to the phone of the account that a ticket is for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct NewSecondFactorCode {
    pub ticket: String,
}

/// A session, just begun or renewed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct Session {
    /// A JWT for `Authorization: Bearer`.
    pub access_token: String,
    /// Renews the session once. Left out when the session is held by the browser's cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", oai(skip_serializing_if_is_none))]
    pub refresh_token: Option<String>,
    /// Seconds until the access token lapses.
    pub expires_in: u32,
    pub account: Account,
}

/// Renews a session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct Refresh {
    pub refresh_token: String,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for PasswordSignIn {
        fn example() -> Self {
            Self {
                account: "13500000330".into(),
                password: "correct horse battery staple".into(),
                captcha: None,
                remember: false,
            }
        }
    }

    impl Example for SmsSignIn {
        fn example() -> Self {
            Self {
                phone: "13500000330".into(),
                code: "482913".into(),
                remember: false,
            }
        }
    }

    impl Example for QrSignIn {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_4a43_8c1f_2f4b6a7d9e07),
                secret: "AZMbbp1gekOMHy9Lan2eAQ".into(),
            }
        }
    }

    impl Example for PasskeySignIn {
        fn example() -> Self {
            Self {
                assertion: PasskeyAssertion::example(),
                remember: false,
            }
        }
    }

    impl Example for SecondFactorSignIn {
        fn example() -> Self {
            Self {
                ticket: "AZMbbp1gekOMHy9Lan2eAQ".into(),
                answer: SecondFactorAnswer::example(),
            }
        }
    }

    impl Example for SecondFactorAnswer {
        fn example() -> Self {
            Self {
                kind: SecondFactorKind::Totp,
                value: "482913".into(),
                passkey: None,
            }
        }
    }

    impl Example for SecondFactorNeeded {
        fn example() -> Self {
            Self {
                ticket: "AZMbbp1gekOMHy9Lan2eAQ".into(),
                kinds: vec![SecondFactorKind::Totp, SecondFactorKind::RecoveryCode],
                masked_phone: "185****0901".into(),
                expires_in: 300,
            }
        }
    }

    impl Example for NewSecondFactorCode {
        fn example() -> Self {
            Self {
                ticket: "AZMbbp1gekOMHy9Lan2eAQ".into(),
            }
        }
    }

    impl Example for Session {
        fn example() -> Self {
            Self {
                access_token: "eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiJ9.e30.c2ln".into(),
                refresh_token: Some("AZMbbp1gekOMHy9Lan2eAQ".into()),
                expires_in: 600,
                account: Account::example(),
            }
        }
    }

    impl Example for Refresh {
        fn example() -> Self {
            Self {
                refresh_token: "AZMbbp1gekOMHy9Lan2eAQ".into(),
            }
        }
    }
}
