//! Mailing addresses and the administrative divisions they lie in.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A mailing address as its owner gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct NewAddress {
    /// Who receives: 1 to 50 characters.
    pub recipient: String,
    /// A mobile number of mainland China.
    pub phone: String,
    /// The district's six digits (GB/T 2260), from `GET /regions`.
    pub region_code: String,
    /// Street, building, room: 2 to 100 characters.
    pub detail: String,
    /// Six digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Use this one unless another is chosen. The first address always is.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", oai(default))]
    pub is_default: bool,
}

/// A mailing address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct Address {
    pub id: Uuid,
    pub recipient: String,
    pub phone: String,
    pub region_code: String,
    /// Province, city, district, as far as there are.
    pub region_names: Vec<String>,
    pub detail: String,
    pub postal_code: Option<String>,
    pub is_default: bool,
}

/// All of a person's addresses, the default first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct AddressList {
    pub items: Vec<Address>,
    /// There are never more than one page.
    pub next_cursor: Option<String>,
}

/// An administrative division.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct Region {
    /// Six digits (GB/T 2260).
    pub code: String,
    pub name: String,
    /// Whether there are divisions in it to choose from.
    pub has_children: bool,
}

/// The divisions of one parent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct RegionList {
    pub items: Vec<Region>,
    /// There is never more than one page.
    pub next_cursor: Option<String>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for NewAddress {
        fn example() -> Self {
            Self {
                recipient: "张三".into(),
                phone: "18500000901".into(),
                region_code: "350102".into(),
                detail: "东街口 1 号 2 单元 301".into(),
                postal_code: Some("350001".into()),
                is_default: true,
            }
        }
    }

    impl Example for Address {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e04),
                recipient: "张三".into(),
                phone: "18500000901".into(),
                region_code: "350102".into(),
                region_names: vec!["福建省".into(), "福州市".into(), "鼓楼区".into()],
                detail: "东街口 1 号 2 单元 301".into(),
                postal_code: Some("350001".into()),
                is_default: true,
            }
        }
    }
}
