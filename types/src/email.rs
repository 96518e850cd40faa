//! The bound e-mail address.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::captcha::CaptchaAnswer;

/// Asks for an address to be bound; a mail with a link goes to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct EmailChange {
    pub email: String,
    pub captcha: CaptchaAnswer,
}

/// What is bound, and what waits for its owner to open the link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct EmailState {
    /// Masked: `z***@example.org`.
    pub email: Option<String>,
    pub pending: Option<PendingEmail>,
}

/// An address that is not bound yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct PendingEmail {
    /// Masked.
    pub email: String,
    pub delivery: Delivery,
    pub expires_at: DateTime<Utc>,
}

/// Where a message has got to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// Waiting, or the mail server is out of reach and it is tried again.
    Sending,
    /// The mail server took it.
    Sent,
    /// It could not be delivered.
    Failed,
}

/// What the link in the mail holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct EmailActivation {
    pub token: String,
}

/// The address is bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct EmailBound {
    /// Masked.
    pub email: String,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for EmailChange {
        fn example() -> Self {
            Self {
                email: "zhang.san@example.org".into(),
                captcha: CaptchaAnswer::example(),
            }
        }
    }

    impl Example for EmailState {
        fn example() -> Self {
            Self {
                email: None,
                pending: Some(PendingEmail::example()),
            }
        }
    }

    impl Example for PendingEmail {
        fn example() -> Self {
            Self {
                email: "z***@example.org".into(),
                delivery: Delivery::Sent,
                expires_at: DateTime::from_timestamp(1_793_086_400, 0).unwrap_or_default(),
            }
        }
    }

    impl Example for EmailActivation {
        fn example() -> Self {
            Self {
                token: "AZMbbp1gekOMHy9Lan2eAQ".into(),
            }
        }
    }

    impl Example for EmailBound {
        fn example() -> Self {
            Self {
                email: "z***@example.org".into(),
            }
        }
    }
}
