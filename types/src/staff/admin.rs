//! Staff as operators see them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{StaffHall, StaffRole};

/// Takes somebody on. They set their own password: the link to do so goes to their mail address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields, skip_serializing_if_is_none)
)]
pub struct NewStaff {
    pub name: String,
    pub email: String,
    pub role: StaffRole,
    /// The hall: needed for clerks, none for operators.
    pub hall_id: Option<Uuid>,
    /// The staff number. Absent: one is made up.
    pub login: Option<String>,
    /// When given, enrolment takes no other.
    pub id_number: Option<String>,
}

/// What somebody does, and where.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields, skip_serializing_if_is_none)
)]
pub struct StaffDuty {
    pub role: StaffRole,
    pub hall_id: Option<Uuid>,
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct StaffEntry {
    pub id: Uuid,
    pub login: String,
    pub name: String,
    pub role: StaffRole,
    pub hall: Option<StaffHall>,
    pub status: StaffStatus,
    /// Masked.
    pub email: Option<String>,
    pub created_at: DateTime<Utc>,
    pub enrolled_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum StaffStatus {
    /// Has a link, and has not enrolled yet.
    Invited,
    Active,
    Disabled,
}

/// By the order in which they were taken on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct StaffList {
    pub items: Vec<StaffEntry>,
    /// Ask with `cursor` for the next page; absent on the last.
    pub next_cursor: Option<String>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    const HALL: Uuid = Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e12);

    impl Example for NewStaff {
        fn example() -> Self {
            Self {
                name: "王小红".into(),
                email: "wang@example.cn".into(),
                role: StaffRole::Clerk,
                hall_id: Some(HALL),
                login: None,
                id_number: None,
            }
        }
    }

    impl Example for StaffDuty {
        fn example() -> Self {
            Self {
                role: StaffRole::Supervisor,
                hall_id: Some(HALL),
            }
        }
    }

    impl Example for StaffEntry {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e11),
                login: "100017".into(),
                name: "王小红".into(),
                role: StaffRole::Clerk,
                hall: Some(StaffHall {
                    id: HALL,
                    name: "市政务服务中心".into(),
                }),
                status: StaffStatus::Active,
                email: Some("w***@example.cn".into()),
                created_at: DateTime::from_timestamp(1_793_000_000, 0).unwrap_or_default(),
                enrolled_at: DateTime::from_timestamp(1_793_003_600, 0),
            }
        }
    }
}
