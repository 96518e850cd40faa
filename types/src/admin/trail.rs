//! The audit trail, and whether it is whole.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct AuditEvent {
    pub id: Uuid,
    /// Its place in the chain, once chained.
    pub position: Option<i64>,
    pub at: DateTime<Utc>,
    /// `account:<id>`, `staff:<id>`, `client:<id>`, `console` or `system`.
    pub actor: String,
    /// Of a member of staff.
    pub actor_name: Option<String>,
    /// The account, the member of staff or the hall that it happened to.
    pub subject_id: Option<Uuid>,
    pub action: String,
    /// Words about it.
    pub detail: BTreeMap<String, String>,
    pub address: String,
    pub request_id: String,
}

/// Newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct AuditEventList {
    pub items: Vec<AuditEvent>,
    /// Ask with `cursor` for what came before; absent when there is nothing. A page may hold few events, or none, and
    /// there may still be more: one request looks through so many events only.
    pub next_cursor: Option<String>,
    /// How far back was looked; absent when there is nothing before.
    pub searched_to: Option<DateTime<Utc>>,
}

/// Checks a stretch of the chain.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct NewAuditCheck {
    /// The events after this position: 0 for the whole chain, then `to` of the answer before.
    pub after: i64,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct AuditCheck {
    /// Up to where it was checked, whole or not.
    pub to: i64,
    /// The last position there is.
    pub last: i64,
    /// The first event that does not fit.
    pub broken_at: Option<i64>,
    /// Events that are to be chained within moments.
    pub waiting: u64,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for AuditEvent {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e41),
                position: Some(1204),
                at: DateTime::from_timestamp(1_793_000_000, 0).unwrap_or_default(),
                actor: "staff:01931b6e-9d60-7a43-8c1f-2f4b6a7d9e11".into(),
                actor_name: Some("王小红".into()),
                subject_id: Some(Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e01)),
                action: "account.lock".into(),
                detail: BTreeMap::from([("reason".into(), "fraud".into())]),
                address: "192.0.2.7".into(),
                request_id: "01931b6e9d607a438c1f2f4b6a7d9e42".into(),
            }
        }
    }

    impl Example for NewAuditCheck {
        fn example() -> Self {
            Self { after: 0 }
        }
    }

    impl Example for AuditCheck {
        fn example() -> Self {
            Self {
                to: 1204,
                last: 1204,
                broken_at: None,
                waiting: 0,
            }
        }
    }
}
