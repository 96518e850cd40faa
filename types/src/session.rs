//! Signing in, staying signed in, signing out.

use serde::{Deserialize, Serialize};

use crate::{account::Account, captcha::CaptchaAnswer};

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
}

/// Account and password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct PasswordSignIn {
    /// The phone number the account was registered with.
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
