//! Verification in a service hall: the code a person shows, the clerk's case, the supervisor's approval.

mod place;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use place::{Hall, HallChange, HallList, NewHall};

use crate::{account::Sex, verification::IdCardClaim};

/// A code to show to the clerk.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct HallCode {
    /// Eight digits, good for one look.
    pub code: String,
    /// The same to be scanned, as an SVG picture.
    pub qr: String,
    /// Seconds until it lapses.
    pub expires_in: u32,
}

/// How far a person's visit has got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct HallVisit {
    pub status: HallVisitStatus,
    /// Where.
    pub hall: Option<String>,
    /// The attempt, once the clerk has recorded one.
    pub attempt_id: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
pub enum HallVisitStatus {
    /// No code is out, and nothing is under way.
    None,
    /// A code waits for a clerk.
    Code,
    /// A clerk is looking.
    AtCounter,
    /// A second member of staff looks at it, or the authority is still to answer.
    Pending,
    Passed,
    Failed,
}

/// Takes the code that a person shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct HallLookup {
    /// Eight digits.
    pub code: String,
}

/// A person before a clerk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct HallCase {
    pub id: Uuid,
    pub status: HallCaseStatus,
    pub hall: String,
    /// Who took the code.
    pub clerk: String,
    /// Whether it is the asking person's own case.
    pub mine: bool,
    /// Who the person is, while this is to be compared with the card.
    pub person: Option<HallPerson>,
    /// Whether name and ID number were typed off the card.
    pub typed: bool,
    /// Why it was refused, rejected or failed.
    pub reason: Option<HallReason>,
    pub created_at: DateTime<Utc>,
    /// Until when the clerk may record; absent afterwards.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Who an account says it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct HallPerson {
    pub name: String,
    pub id_number: String,
    pub sex: Sex,
    pub birth_date: NaiveDate,
    /// The photo in the register, as a `data:` URL; absent when the register has none to give.
    pub portrait: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum HallCaseStatus {
    /// The clerk is looking.
    Open,
    /// Recorded; a supervisor is to approve it.
    AwaitingApproval,
    /// The authority is out of reach and asked again.
    Waiting,
    Passed,
    /// The authority says no, or the ID number belongs to another account.
    Failed,
    /// By the clerk.
    Refused,
    /// By the supervisor.
    Rejected,
    /// Nothing came of it.
    Closed,
}

/// Why a person was not confirmed.
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
pub enum HallReason {
    /// The person is not who the card shows.
    PhotoDiffers,
    /// The card may not be genuine.
    CardSuspect,
    CardExpired,
    /// The card says something else than what is on file.
    DataDiffers,
    /// The person does not act freely, or does not know what for.
    NotOwnWill,
    /// No card was shown.
    NoCard,
    Other,
    /// No supervisor looked in time.
    NotReviewed,
    /// Name and ID number do not belong together, or are not registered.
    Mismatch,
    /// The ID number belongs to another account.
    IdNumberTaken,
}

/// What the clerk has seen with their own eyes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(deny_unknown_fields)
)]
pub struct HallChecks {
    /// The card is genuine.
    pub card_genuine: bool,
    /// It has not expired.
    pub card_in_date: bool,
    /// The person is the one on the photo.
    pub photo_matches: bool,
    /// The person is here, by their own will.
    pub person_present: bool,
}

/// Confirms the person. All checks must be made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields, skip_serializing_if_is_none)
)]
pub struct HallPass {
    pub checks: HallChecks,
    /// Name and ID number off the card, when none are on file or the card says otherwise. They are checked against the
    /// register and always need a second approval.
    pub identity: Option<IdCardClaim>,
}

/// Does not confirm the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct HallRefusal {
    pub reason: HallReason,
}

/// A case that waits for a supervisor. It says nothing of the person: that is shown one case at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct HallApproval {
    pub id: Uuid,
    pub hall: String,
    pub clerk: String,
    pub mine: bool,
    pub typed: bool,
    pub recorded_at: DateTime<Utc>,
}

/// The longest waiting first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct HallApprovalList {
    pub items: Vec<HallApproval>,
    /// Ask with `cursor` for the next page; absent on the last.
    pub next_cursor: Option<String>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for HallCode {
        fn example() -> Self {
            Self {
                code: "04829137".into(),
                qr: "<svg xmlns=\"http://www.w3.org/2000/svg\"/>".into(),
                expires_in: 600,
            }
        }
    }

    impl Example for HallVisit {
        fn example() -> Self {
            Self {
                status: HallVisitStatus::AtCounter,
                hall: Some("市政务服务中心".into()),
                attempt_id: None,
            }
        }
    }

    impl Example for HallLookup {
        fn example() -> Self {
            Self {
                code: "04829137".into(),
            }
        }
    }

    impl Example for HallCase {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e13),
                status: HallCaseStatus::Open,
                hall: "市政务服务中心".into(),
                clerk: "王小红".into(),
                mine: true,
                person: Some(HallPerson {
                    name: "张三".into(),
                    id_number: "11010519491231002X".into(),
                    sex: Sex::Female,
                    birth_date: NaiveDate::from_ymd_opt(1949, 12, 31).unwrap_or_default(),
                    portrait: None,
                }),
                typed: false,
                reason: None,
                created_at: DateTime::from_timestamp(1_793_000_000, 0).unwrap_or_default(),
                expires_at: DateTime::from_timestamp(1_793_001_200, 0),
            }
        }
    }

    impl Example for HallPass {
        fn example() -> Self {
            Self {
                checks: HallChecks {
                    card_genuine: true,
                    card_in_date: true,
                    photo_matches: true,
                    person_present: true,
                },
                identity: None,
            }
        }
    }

    impl Example for HallRefusal {
        fn example() -> Self {
            Self {
                reason: HallReason::PhotoDiffers,
            }
        }
    }
}
