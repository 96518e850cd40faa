//! People's accounts, as operators see them: masked.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    session::SecondFactorKind,
    verification::{AttemptReason, AttemptStatus, Method},
};

/// What an account is found by, exactly.
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
pub enum AccountKey {
    Phone,
    IdNumber,
    Email,
}

/// Why an operator looks at an account or acts on it. Words to choose from: what is written freely would sooner or
/// later hold somebody's name, and the audit trail is kept for years.
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
    strum::EnumIter,
)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ActReason {
    /// The person asked for help.
    HelpRequest,
    /// Somebody complained.
    Complaint,
    /// The account may be in the wrong hands.
    Fraud,
    /// A court or an authority asked.
    AuthorityRequest,
    /// Something does not work.
    Fault,
}

/// Looks for one account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields, skip_serializing_if_is_none)
)]
pub struct AccountSearch {
    pub by: AccountKey,
    /// The whole phone number, ID number or e-mail address.
    pub value: String,
    pub reason: ActReason,
    /// Where the matter is filed: up to 40 letters, digits and `-/_.`
    pub case_number: Option<String>,
}

/// Why something is done to an account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields, skip_serializing_if_is_none)
)]
pub struct AdminAct {
    pub reason: ActReason,
    /// Where the matter is filed: up to 40 letters, digits and `-/_.`
    pub case_number: Option<String>,
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
pub enum AccountStatus {
    Active,
    /// Nobody gets in.
    Locked,
}

/// An account that was found; everything masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct AdminAccountEntry {
    pub id: Uuid,
    pub status: AccountStatus,
    /// Empty when none is bound.
    pub phone: String,
    pub name: Option<String>,
    pub level: u8,
    pub created_at: DateTime<Utc>,
}

/// One account, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct AdminAccountList {
    pub items: Vec<AdminAccountEntry>,
    /// Always absent.
    pub next_cursor: Option<String>,
}

/// An account; everything masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct AdminAccount {
    pub id: Uuid,
    pub status: AccountStatus,
    /// Empty when none is bound.
    pub phone: String,
    pub name: Option<String>,
    pub id_number: Option<String>,
    pub email: Option<String>,
    pub level: u8,
    /// Devices that are signed in.
    pub sessions: u32,
    /// What a second proof may be.
    pub second_factors: Vec<SecondFactorKind>,
    pub created_at: DateTime<Utc>,
    /// When its owner wants it closed.
    pub closes_at: Option<DateTime<Utc>>,
    /// Every try at real-name verification, newest first.
    pub verifications: Vec<AdminAttempt>,
}

/// One try at real-name verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct AdminAttempt {
    pub id: Uuid,
    pub method: Method,
    /// The level it gives when passed.
    pub level: u8,
    pub status: AttemptStatus,
    pub reason: Option<AttemptReason>,
    /// Who was asked.
    pub provider: Option<String>,
    /// The provider's own word for its answer.
    pub result_code: Option<String>,
    pub created_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub valid_until: Option<DateTime<Utc>>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    const ID: Uuid = Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e01);

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap_or_default()
    }

    impl Example for AccountSearch {
        fn example() -> Self {
            Self {
                by: AccountKey::Phone,
                value: "13500000330".into(),
                reason: ActReason::HelpRequest,
                case_number: Some("GD-2026-0017".into()),
            }
        }
    }

    impl Example for AdminAct {
        fn example() -> Self {
            Self {
                reason: ActReason::Fraud,
                case_number: Some("GD-2026-0017".into()),
            }
        }
    }

    impl Example for AdminAccountEntry {
        fn example() -> Self {
            Self {
                id: ID,
                status: AccountStatus::Active,
                phone: "135****0330".into(),
                name: Some("*小明".into()),
                level: 1,
                created_at: at(1_793_000_000),
            }
        }
    }

    impl Example for AdminAccount {
        fn example() -> Self {
            Self {
                id: ID,
                status: AccountStatus::Active,
                phone: "135****0330".into(),
                name: Some("*小明".into()),
                id_number: Some("1101**********002X".into()),
                email: Some("z***@example.cn".into()),
                level: 1,
                sessions: 2,
                second_factors: Vec::new(),
                created_at: at(1_793_000_000),
                closes_at: None,
                verifications: vec![AdminAttempt {
                    id: ID,
                    method: Method::IdCard,
                    level: 1,
                    status: AttemptStatus::Passed,
                    reason: None,
                    provider: Some("authority".into()),
                    result_code: Some("match".into()),
                    created_at: at(1_793_000_300),
                    decided_at: Some(at(1_793_000_301)),
                    valid_until: None,
                }],
            }
        }
    }
}
