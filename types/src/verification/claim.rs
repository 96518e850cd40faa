//! What each form asks of a person.

use serde::{Deserialize, Serialize};

/// Name and number as the ID card states them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct IdCardClaim {
    pub name: String,
    /// 18 characters (GB 11643).
    pub id_number: String,
}

/// A bank card of the person whose name and ID number are on file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct BankCardClaim {
    /// 13 to 19 digits (ISO/IEC 7812).
    pub card_number: String,
    /// The phone that the bank knows.
    pub phone: String,
}

/// The social security number of the person whose name and ID number are on file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct SocialSecurityClaim {
    /// The 8 or 9 characters on the card, or the ID number.
    pub number: String,
}

/// The provident fund account of the person whose name and ID number are on file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct ProvidentFundClaim {
    /// The account or the joint card: 6 to 20 letters and digits.
    pub account: String,
}

/// A phone that its operator knows under the person's own name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields, skip_serializing_if_is_none)
)]
pub struct TelecomClaim {
    /// The one on file when left out; never another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The one on file when left out; never another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    pub phone: String,
}

/// The driving licence of the person whose name and ID number are on file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct DrivingLicenceClaim {
    /// 档案编号, 12 digits.
    pub file_number: String,
}

/// The examples are the first citizen of the sandbox.
#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for IdCardClaim {
        fn example() -> Self {
            Self {
                name: "张三".into(),
                id_number: "11010519491231002X".into(),
            }
        }
    }

    impl Example for BankCardClaim {
        fn example() -> Self {
            Self {
                card_number: "6228480000000000000".into(),
                phone: "13500000330".into(),
            }
        }
    }

    impl Example for SocialSecurityClaim {
        fn example() -> Self {
            Self {
                number: "S00000000".into(),
            }
        }
    }

    impl Example for ProvidentFundClaim {
        fn example() -> Self {
            Self {
                account: "GJJ000000000".into(),
            }
        }
    }

    impl Example for TelecomClaim {
        fn example() -> Self {
            Self {
                name: None,
                id_number: None,
                phone: "13500000330".into(),
            }
        }
    }

    impl Example for DrivingLicenceClaim {
        fn example() -> Self {
            Self {
                file_number: "110105000000".into(),
            }
        }
    }
}
