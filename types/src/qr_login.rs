//! Sign-in by scanning a code with a phone that is signed in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A ticket for the browser that wants to sign in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct QrLogin {
    pub id: Uuid,
    /// Kept by the browser, never drawn: only its holder can turn the ticket into a session.
    pub secret: String,
    /// What the code holds; a page for the phone.
    pub url: String,
    /// Two digits to show beside the code; the phone picks them out of three.
    pub number: String,
    /// Seconds until it lapses.
    pub expires_in: u32,
}

/// How far a ticket has got.
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
pub enum QrStatus {
    Pending,
    Scanned,
    Confirmed,
    Denied,
    Expired,
}

/// A ticket as anyone may follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct QrState {
    pub status: QrStatus,
}

/// What the phone is told of the browser that asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct QrAsker {
    /// `Chrome · Windows`
    pub browser: String,
    /// The network address that asks.
    pub address: String,
    pub at: DateTime<Utc>,
    /// One of them is the number that the browser shows.
    pub numbers: Vec<String>,
}

/// Lets the browser in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct QrConfirmation {
    /// The two digits that the browser shows. A wrong pick ends the ticket.
    pub number: String,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    const ID: Uuid = Uuid::from_u128(0x01931b6e_9d60_4a43_8c1f_2f4b6a7d9e07);

    impl Example for QrLogin {
        fn example() -> Self {
            Self {
                id: ID,
                secret: "AZMbbp1gekOMHy9Lan2eAQ".into(),
                url: format!("https://id.example.cn/scan/{ID}"),
                number: "42".into(),
                expires_in: 120,
            }
        }
    }

    impl Example for QrState {
        fn example() -> Self {
            Self {
                status: QrStatus::Pending,
            }
        }
    }

    impl Example for QrAsker {
        fn example() -> Self {
            Self {
                browser: "Chrome · Windows".into(),
                address: "203.0.113.7".into(),
                at: DateTime::from_timestamp(1_793_000_000, 0).unwrap_or_default(),
                numbers: vec!["17".into(), "42".into(), "88".into()],
            }
        }
    }

    impl Example for QrConfirmation {
        fn example() -> Self {
            Self {
                number: "42".into(),
            }
        }
    }
}
