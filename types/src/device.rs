//! Where a person is signed in, and what happened to their account.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One sign-in that is still live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct Device {
    /// The session's id.
    pub id: Uuid,
    /// The browser or program and its system, in words: `Chrome · Windows`.
    pub device: String,
    /// The network address it came from.
    pub address: String,
    /// How the person signed in (RFC 8176): `pwd`, `sms`, `qr`, `otp`.
    pub method: String,
    /// Whether it is the one that asks.
    pub current: bool,
    pub signed_in_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
}

/// The sign-ins, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct DeviceList {
    pub items: Vec<Device>,
    pub next_cursor: Option<String>,
}

/// Something that happened to the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct Activity {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// A stable word: `session.begin`.
    pub action: String,
    /// What happened, in the language asked for.
    pub text: String,
    /// The network address it came from; empty for what the service did by itself.
    pub address: String,
}

/// Newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct ActivityList {
    pub items: Vec<Activity>,
    /// Ask with `cursor` for the next page; absent on the last.
    pub next_cursor: Option<String>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for Device {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e05),
                device: "Chrome · Windows".into(),
                address: "203.0.113.7".into(),
                method: "pwd".into(),
                current: true,
                signed_in_at: DateTime::from_timestamp(1_793_000_000, 0).unwrap_or_default(),
                last_used_at: DateTime::from_timestamp(1_793_000_600, 0).unwrap_or_default(),
            }
        }
    }

    impl Example for Activity {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e06),
                at: DateTime::from_timestamp(1_793_000_000, 0).unwrap_or_default(),
                action: "session.begin".into(),
                text: "登录成功（密码）".into(),
                address: "203.0.113.7".into(),
            }
        }
    }
}
