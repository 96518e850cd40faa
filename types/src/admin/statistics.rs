//! What happened each day, in numbers.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
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
pub enum FigureKind {
    Registration,
    /// `method`: `pwd`, `sms`, `qr` or `swk` (a passkey).
    SignIn,
    /// `method`: how; `result`: `passed`, or why not.
    Verification,
    /// `method`: the gateway that took the message.
    Sms,
}

/// How often something happened on a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct Figure {
    pub day: NaiveDate,
    pub kind: FigureKind,
    /// Empty where there is but one.
    pub method: String,
    /// Empty where there is but one.
    pub result: String,
    pub count: u64,
    /// What it cost, in yuan; absent when no price is configured.
    pub cost: Option<f64>,
}

/// Days of China (UTC+8), oldest first; what did not happen is not there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct Statistics {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub figures: Vec<Figure>,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for Figure {
        fn example() -> Self {
            Self {
                day: NaiveDate::from_ymd_opt(2026, 11, 25).unwrap_or_default(),
                kind: FigureKind::Verification,
                method: "id-card".into(),
                result: "passed".into(),
                count: 1204,
                cost: None,
            }
        }
    }

    impl Example for Statistics {
        fn example() -> Self {
            let figure = Figure::example();
            Self {
                from: figure.day,
                to: figure.day,
                figures: vec![figure],
            }
        }
    }
}
