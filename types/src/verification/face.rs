//! Verification by face: a person before a camera, doing what they are asked, and both sides of their ID card.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a person is asked to do before the camera.
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
pub enum FaceAction {
    /// 眨眼
    Blink,
    /// 点头
    Nod,
    /// 张嘴
    OpenMouth,
    /// 摇头
    Shake,
}

/// A side of the ID card.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumIter,
)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum CardSide {
    /// The one with the portrait.
    Front,
    /// The one with the emblem.
    Back,
}

/// Begins a verification by face.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct NewFaceVerification {
    /// The version of the consent (`GET /agreements/face`) that the person gives now. May be left out while one that
    /// was given before still stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<String>,
}

/// What is to be done, and in what time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct FaceVerification {
    /// Also the id of the attempt that is made of it.
    pub id: Uuid,
    /// To be done in this order, each once. None when the provider's own page does this.
    pub actions: Vec<FaceAction>,
    /// Seconds until nothing can be sent or submitted, or the provider's page be used, any more.
    pub expires_in: u32,
    /// How many frames there must be at least, numbered in the order they are taken.
    pub min_frames: u8,
    /// The highest number that a frame can have.
    pub max_frames: u8,
    /// The provider's own page, where that does the whole check. It leads back to `/me/verifications/face/callback` of
    /// the web pages; hand in the `state` that the address then has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
}

/// What the address has on the way back from the provider's page. Whatever else it has is not looked at.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct FaceCallback {
    pub state: String,
}

/// Whether the person agrees that their face is processed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, skip_serializing_if_is_none)
)]
pub struct FaceConsent {
    /// The version in force; its text is at `GET /agreements/face`.
    pub version: String,
    /// When the person gave it; absent when they have not, or have taken it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_at: Option<DateTime<Utc>>,
    /// Whether the check is done on a page of the provider's own, as long as that is in reach.
    #[serde(default)]
    pub elsewhere: bool,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    impl Example for NewFaceVerification {
        fn example() -> Self {
            Self {
                consent: Some("2026-11-25".into()),
            }
        }
    }

    impl Example for FaceVerification {
        fn example() -> Self {
            Self {
                id: Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e05),
                actions: vec![FaceAction::Blink, FaceAction::Shake, FaceAction::OpenMouth],
                expires_in: 600,
                min_frames: 8,
                max_frames: 60,
                redirect_url: None,
            }
        }
    }

    impl Example for FaceCallback {
        fn example() -> Self {
            Self {
                state: "01931b6e9d607a438c1f2f4b6a7d9e05.1f8b6c0e5a7d4932".into(),
            }
        }
    }

    impl Example for FaceConsent {
        fn example() -> Self {
            Self {
                version: "2026-11-25".into(),
                given_at: DateTime::from_timestamp(1_793_000_000, 0),
                elsewhere: false,
            }
        }
    }
}
