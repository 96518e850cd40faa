//! What applications ask for by themselves, with no person before them, and the code by which a person shows who they are.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::verification::Method;

/// How well a person's identity is proven, for one application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct SubjectLevel {
    /// The person, as this application knows them.
    pub sub: String,
    /// 0 to 3.
    pub level: u8,
    /// The same, as ID tokens say it.
    pub acr: String,
    /// What the level stands on: the methods that are passed and still valid.
    pub methods: Vec<PassedMethod>,
}

/// A method that a person has passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct PassedMethod {
    pub method: Method,
    /// The level it gives.
    pub level: u8,
    pub verified_at: DateTime<Utc>,
    /// When it has to be renewed; not there when it stays valid.
    pub valid_until: Option<DateTime<Utc>>,
}

/// A code for a person to show to one application.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct IdentityCode {
    /// Eight digits, good for one look.
    pub code: String,
    /// The same to be scanned, as an SVG picture.
    pub qr: String,
    /// Seconds until it lapses.
    pub expires_in: u32,
}

/// Takes the code that a person shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct IdentityCodeCheck {
    /// Eight digits.
    pub code: String,
}

/// What applications are told of.
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
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum))]
pub enum WebhookEvent {
    /// A person's level has risen or fallen.
    #[serde(rename = "level.changed")]
    #[strum(serialize = "level.changed")]
    #[cfg_attr(feature = "openapi", oai(rename = "level.changed"))]
    LevelChanged,
    /// A person's account is gone for good.
    #[serde(rename = "account.closed")]
    #[strum(serialize = "account.closed")]
    #[cfg_attr(feature = "openapi", oai(rename = "account.closed"))]
    AccountClosed,
}

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
pub enum DeliveryStatus {
    /// To be sent, or sent again.
    Pending,
    Delivered,
    /// The endpoint says that it is gone (410).
    Refused,
    /// Not taken for three days, or there is no endpoint any more.
    Dead,
}

/// Something that an application is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct WebhookDelivery {
    /// What `webhook-id` says, at every try.
    pub id: Uuid,
    pub event: WebhookEvent,
    pub status: DeliveryStatus,
    pub created_at: DateTime<Utc>,
    /// How often it was sent.
    pub tries: u32,
    pub last_try_at: Option<DateTime<Utc>>,
    /// What came of the last try: `200 OK`, `no answer`.
    pub last_answer: Option<String>,
    /// When it is sent again.
    pub next_try_at: Option<DateTime<Utc>>,
    /// The body, as it is signed and sent.
    pub body: String,
}

/// Newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct WebhookDeliveryList {
    pub items: Vec<WebhookDelivery>,
    /// Ask with `cursor` for the next page; absent on the last.
    pub next_cursor: Option<String>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_793_000_000 + seconds, 0).unwrap_or_default()
    }

    impl Example for SubjectLevel {
        fn example() -> Self {
            Self {
                sub: "5Zq0mC1rS8m0nqVd2yVJ1b0cQk3xv8h7s6FQe2LwY4g".into(),
                level: 2,
                acr: "urn:renzheng:level:2".into(),
                methods: vec![PassedMethod {
                    method: Method::SocialSecurity,
                    level: 2,
                    verified_at: at(0),
                    valid_until: None,
                }],
            }
        }
    }

    impl Example for IdentityCode {
        fn example() -> Self {
            Self {
                code: "40719236".into(),
                qr: "<svg xmlns=\"http://www.w3.org/2000/svg\">…</svg>".into(),
                expires_in: 300,
            }
        }
    }

    impl Example for IdentityCodeCheck {
        fn example() -> Self {
            Self {
                code: "40719236".into(),
            }
        }
    }

    impl Example for WebhookDelivery {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e07),
                event: WebhookEvent::LevelChanged,
                status: DeliveryStatus::Delivered,
                created_at: at(0),
                tries: 1,
                last_try_at: Some(at(1)),
                last_answer: Some("200 OK".into()),
                next_try_at: None,
                body: "{\"type\":\"level.changed\",…}".into(),
            }
        }
    }
}
