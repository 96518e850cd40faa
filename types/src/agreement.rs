//! The registration agreement.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The agreement in force, in the language asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct Agreement {
    /// What `POST /accounts` wants in `agreement`.
    pub version: String,
    pub title: String,
    pub effective_from: NaiveDate,
    pub sections: Vec<AgreementSection>,
}

/// One section of the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct AgreementSection {
    pub heading: String,
    pub paragraphs: Vec<String>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for Agreement {
        fn example() -> Self {
            Self {
                version: "2026-11-01".into(),
                title: "注册协议".into(),
                effective_from: NaiveDate::from_ymd_opt(2026, 11, 1).unwrap_or_default(),
                sections: vec![AgreementSection {
                    heading: "一、服务说明".into(),
                    paragraphs: vec!["……".into()],
                }],
            }
        }
    }
}
