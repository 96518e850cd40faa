//! Halls as operators see them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A service hall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct Hall {
    pub id: Uuid,
    pub name: String,
    pub address: String,
    /// A closed hall verifies nobody.
    pub open: bool,
}

/// Opens a hall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct NewHall {
    /// 2 to 100 characters; no two halls have the same.
    pub name: String,
    pub address: String,
}

/// What a hall is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct HallChange {
    pub name: String,
    pub address: String,
    pub open: bool,
}

/// By name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct HallList {
    pub items: Vec<Hall>,
    /// Ask with `cursor` for the next page; absent on the last.
    pub next_cursor: Option<String>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for Hall {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e12),
                name: "市政务服务中心".into(),
                address: "人民路 1 号".into(),
                open: true,
            }
        }
    }

    impl Example for NewHall {
        fn example() -> Self {
            Self {
                name: "市政务服务中心".into(),
                address: "人民路 1 号".into(),
            }
        }
    }

    impl Example for HallChange {
        fn example() -> Self {
            Self {
                name: "市政务服务中心".into(),
                address: "人民路 2 号".into(),
                open: true,
            }
        }
    }
}
