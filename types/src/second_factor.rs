//! The second factor: an authenticator app (TOTP, RFC 6238) or passkeys, with recovery codes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::passkey::Passkey;

/// What protects the account beside password and phone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct SecondFactors {
    /// When the authenticator app was set up; absent when there is none.
    pub totp_since: Option<DateTime<Utc>>,
    #[serde(default)]
    pub passkeys: Vec<Passkey>,
    pub recovery_codes_left: u32,
}

/// An authenticator app about to be set up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct TotpEnrolment {
    /// For typing it in by hand (base32).
    pub secret: String,
    /// For the app: `otpauth://totp/…`.
    pub uri: String,
    /// The same as a picture.
    pub qr_svg: String,
    /// Seconds until it lapses unconfirmed.
    pub expires_in: u32,
}

/// Shows that the app works.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct TotpConfirmation {
    pub code: String,
}

/// Shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct RecoveryCodes {
    /// Each signs in once when the app is lost.
    pub codes: Vec<String>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for SecondFactors {
        fn example() -> Self {
            Self {
                totp_since: DateTime::from_timestamp(1_793_000_000, 0),
                passkeys: vec![Passkey::example()],
                recovery_codes_left: 10,
            }
        }
    }

    impl Example for TotpEnrolment {
        fn example() -> Self {
            Self {
                secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".into(),
                uri: "otpauth://totp/Renzheng:135****0330?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Renzheng".into(),
                qr_svg: "<svg xmlns=\"http://www.w3.org/2000/svg\"/>".into(),
                expires_in: 600,
            }
        }
    }

    impl Example for TotpConfirmation {
        fn example() -> Self {
            Self {
                code: "482913".into(),
            }
        }
    }

    impl Example for RecoveryCodes {
        fn example() -> Self {
            Self {
                codes: vec!["k7wq2-9hfxa-m3rtd".into()],
            }
        }
    }
}
