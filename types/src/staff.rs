//! Staff: sign-in with a second factor, enrolment, themselves.

mod admin;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use admin::{NewStaff, StaffDuty, StaffEntry, StaffList, StaffStatus};

use crate::{passkey::PasskeyAssertion, second_factor::TotpEnrolment};

/// What a member of staff may do.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
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
pub enum StaffRole {
    /// Checks people and their cards in a hall.
    Clerk,
    /// Approves what clerks of their hall recorded, or of every hall when bound to none; may serve a counter too.
    Supervisor,
    /// Runs the service: staff, halls, accounts. Sees no counter.
    Operator,
}

/// The hall that somebody belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct StaffHall {
    pub id: Uuid,
    pub name: String,
}

/// Signs a member of staff in: always with two factors.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields, skip_serializing_if_is_none)
)]
pub struct StaffSignIn {
    /// The staff number.
    pub login: String,
    pub password: String,
    /// Six digits of the authenticator app, or a recovery code.
    pub code: Option<String>,
    /// A passkey's answer to a challenge, in the place of the code.
    pub passkey: Option<PasskeyAssertion>,
}

/// A member of staff, signed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct StaffSession {
    /// For `Authorization: Bearer`. Absent for a browser, which has it in a cookie.
    pub access_token: Option<String>,
    /// Seconds without use after which the session ends.
    pub idle_seconds: u32,
    /// Seconds after which it ends in any case.
    pub expires_in: u32,
    pub staff: StaffMember,
}

/// A member of staff as they see themself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct StaffMember {
    pub id: Uuid,
    pub login: String,
    pub name: String,
    pub role: StaffRole,
    pub hall: Option<StaffHall>,
    pub recovery_codes_left: u32,
}

/// Opens an enrolment with the token of its link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct NewStaffEnrolment {
    /// What stands after the `#` of the link.
    pub token: String,
}

/// Whose enrolment it is, and the authenticator app to set up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct StaffEnrolment {
    pub staff: StaffMember,
    pub totp: TotpEnrolment,
}

/// Ends an enrolment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct StaffEnrolmentProof {
    pub token: String,
    /// 8 to 128 characters, hard to guess.
    pub password: String,
    /// Their own. Only a keyed digest is kept: it keeps them from handling their own case.
    pub id_number: String,
    /// Their own mobile number; kept in the same way.
    pub phone: String,
    /// Six digits of the authenticator app that was just set up.
    pub code: String,
}

/// Enrolled, and signed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct StaffEnrolled {
    pub session: StaffSession,
    /// Shown this once; each stands in for the app once.
    pub recovery_codes: Vec<String>,
}

/// Changes one's own password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields, skip_serializing_if_is_none)
)]
pub struct StaffPasswordChange {
    pub password: String,
    pub new_password: String,
    /// Six digits of the authenticator app, or a recovery code.
    pub code: Option<String>,
    /// A passkey's answer to a challenge, in the place of the code.
    pub passkey: Option<PasskeyAssertion>,
}

/// Shows anew who is there.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields, skip_serializing_if_is_none)
)]
pub struct StaffProof {
    pub password: String,
    /// Six digits of the authenticator app, or a recovery code.
    pub code: Option<String>,
    /// A passkey's answer to a challenge, in the place of the code.
    pub passkey: Option<PasskeyAssertion>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    const PASSWORD: &str = "correct horse battery staple";
    const TOKEN: &str = "AZMbbp1gekOMHy9Lan2eAQAZMbbp1gekOMHy9Lan2eA";

    impl Example for StaffSignIn {
        fn example() -> Self {
            Self {
                login: "100017".into(),
                password: PASSWORD.into(),
                code: Some("482913".into()),
                passkey: None,
            }
        }
    }

    impl Example for StaffMember {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e11),
                login: "100017".into(),
                name: "王小红".into(),
                role: StaffRole::Clerk,
                hall: Some(StaffHall {
                    id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e12),
                    name: "市政务服务中心".into(),
                }),
                recovery_codes_left: 10,
            }
        }
    }

    impl Example for StaffSession {
        fn example() -> Self {
            Self {
                access_token: Some(TOKEN.into()),
                idle_seconds: 900,
                expires_in: 43_200,
                staff: StaffMember::example(),
            }
        }
    }

    impl Example for NewStaffEnrolment {
        fn example() -> Self {
            Self {
                token: TOKEN.into(),
            }
        }
    }

    impl Example for StaffEnrolment {
        fn example() -> Self {
            Self {
                staff: StaffMember::example(),
                totp: TotpEnrolment::example(),
            }
        }
    }

    impl Example for StaffEnrolmentProof {
        fn example() -> Self {
            Self {
                token: TOKEN.into(),
                password: PASSWORD.into(),
                id_number: "11010519491231002X".into(),
                phone: "13500000330".into(),
                code: "482913".into(),
            }
        }
    }

    impl Example for StaffEnrolled {
        fn example() -> Self {
            Self {
                session: StaffSession::example(),
                recovery_codes: vec!["k7wq2-9hfxa-m3rtd".into()],
            }
        }
    }

    impl Example for StaffPasswordChange {
        fn example() -> Self {
            Self {
                password: PASSWORD.into(),
                new_password: "a lamp beside seven quiet rivers".into(),
                code: Some("482913".into()),
                passkey: None,
            }
        }
    }

    impl Example for StaffProof {
        fn example() -> Self {
            Self {
                password: PASSWORD.into(),
                code: Some("482913".into()),
                passkey: None,
            }
        }
    }
}
