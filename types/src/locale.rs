//! The two languages of the service.

use serde::{Deserialize, Serialize};

/// The language a person reads: Chinese unless they chose English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Enum))]
pub enum Locale {
    #[default]
    #[serde(rename = "zh-CN")]
    #[cfg_attr(feature = "openapi", oai(rename = "zh-CN"))]
    ZhCn,
    #[serde(rename = "en")]
    #[cfg_attr(feature = "openapi", oai(rename = "en"))]
    En,
}

impl Locale {
    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The locale of a BCP 47 tag, by its primary language: `en-GB` is English.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::ZhCn),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// Picks the text for this locale.
    pub const fn pick(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::ZhCn => zh,
            Self::En => en,
        }
    }
}
