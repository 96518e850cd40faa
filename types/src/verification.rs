//! Real-name verification: methods, levels, attempts.

mod alipay;
mod claim;
mod face;
mod field;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use alipay::{AlipayCallback, AlipayRedirect};
pub use claim::{
    BankCardClaim, DrivingLicenceClaim, IdCardClaim, ProvidentFundClaim, SocialSecurityClaim,
    TelecomClaim,
};
pub use face::{
    CardSide, FaceAction, FaceCallback, FaceConsent, FaceVerification, NewFaceVerification,
};
pub use field::{FieldKind, FormField};

use crate::Locale;

/// A way to prove who one is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
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
pub enum Method {
    /// 身份证
    IdCard,
    /// 银行卡
    BankCard,
    /// 社保卡
    SocialSecurity,
    /// 公积金
    ProvidentFund,
    /// 电信运营商
    Telecom,
    /// 驾驶证
    DrivingLicence,
    /// 支付宝
    Alipay,
    /// 人脸识别
    Face,
    /// 办事大厅现场
    Hall,
}

impl Method {
    /// As people call it.
    pub const fn name(self, locale: Locale) -> &'static str {
        match self {
            Self::IdCard => locale.pick("身份证", "ID card"),
            Self::BankCard => locale.pick("银行卡", "bank card"),
            Self::SocialSecurity => locale.pick("社保卡", "social security card"),
            Self::ProvidentFund => locale.pick("公积金", "provident fund"),
            Self::Telecom => locale.pick("电信运营商", "telecom operator"),
            Self::DrivingLicence => locale.pick("驾驶证", "driving licence"),
            Self::Alipay => locale.pick("支付宝", "Alipay"),
            Self::Face => locale.pick("人脸识别", "face"),
            Self::Hall => locale.pick("办事大厅现场", "service hall"),
        }
    }
}

/// What a person has proven, and what they still can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct Verifications {
    /// The highest level of the valid methods: 0 to 3.
    pub level: u8,
    pub methods: Vec<MethodState>,
}

/// One method, for this person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct MethodState {
    pub method: Method,
    /// The level it gives.
    pub level: u8,
    pub status: MethodStatus,
    pub verified_at: Option<DateTime<Utc>>,
    /// When it has to be renewed; not there when it stays valid.
    pub valid_until: Option<DateTime<Utc>>,
    /// The attempt that waits for the authority, to be followed.
    pub pending_attempt: Option<Uuid>,
    /// The level it needs before.
    pub needs: u8,
    /// What the form asks, in order.
    pub fields: Vec<FormField>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
pub enum MethodStatus {
    /// 未认证
    Unverified,
    /// Waiting for the authority.
    Pending,
    /// 已认证
    Verified,
}

/// One try at a method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct Attempt {
    pub id: Uuid,
    pub method: Method,
    pub status: AttemptStatus,
    /// Why it failed or waits.
    pub reason: Option<AttemptReason>,
    /// `reason` for a person, in the language asked for.
    pub message: Option<String>,
    /// How many tries are left for now.
    pub tries_left: u32,
    pub created_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
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
pub enum AttemptStatus {
    Passed,
    Failed,
    /// The authority could not be asked; it is asked again, and this is not counted as a try.
    Pending,
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
pub enum AttemptReason {
    /// What was given does not match the authority's record.
    Mismatch,
    /// The authority holds no such record.
    NoRecord,
    /// The authority is out of reach.
    Outage,
    /// It matched, but this ID number already belongs to another account.
    IdNumberTaken,
    /// What the person had authorised lapsed, or was used up, before the authority had answered. Not counted.
    AuthorizationExpired,
    /// A second member of staff looks at it.
    Review,
    /// The clerk could not confirm it.
    Refused,
    /// Not exactly one face can be made out.
    ImageUnclear,
    /// A photo of the ID card cannot be read.
    IdCardUnclear,
    /// Not everything that was asked before the camera was seen.
    ActionMissing,
    /// It was done in another order, or something else was done.
    ActionOrder,
    /// The camera saw a picture or a screen, not a person.
    NotLive,
    /// The person took back their consent before the decision.
    ConsentWithdrawn,
    /// The check on the provider's page was not finished. Not counted.
    Unfinished,
    /// The provider takes no more checks of this person today. Not counted.
    DailyLimit,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for Verifications {
        fn example() -> Self {
            Self {
                level: 0,
                methods: vec![MethodState {
                    method: Method::IdCard,
                    level: 1,
                    status: MethodStatus::Unverified,
                    verified_at: None,
                    valid_until: None,
                    pending_attempt: None,
                    needs: 0,
                    fields: vec![FormField {
                        name: "name".into(),
                        label: "姓名".into(),
                        hint: "与身份证上一致".into(),
                        kind: FieldKind::Name,
                        value_on_file: None,
                    }],
                }],
            }
        }
    }

    impl Example for Attempt {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e03),
                method: Method::IdCard,
                status: AttemptStatus::Passed,
                reason: None,
                message: None,
                tries_left: 4,
                created_at: DateTime::from_timestamp(1_793_000_000, 0).unwrap_or_default(),
                decided_at: DateTime::from_timestamp(1_793_000_000, 0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn methods_are_written_as_they_are_read() {
        for method in Method::iter() {
            let written = serde_json::to_value(method).expect("JSON");
            assert_eq!(written, <&str>::from(method));
            assert_eq!(<&str>::from(method).parse(), Ok(method));
        }
    }
}
