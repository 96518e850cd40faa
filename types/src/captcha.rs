//! Picture and sound challenges that keep programs from sending messages.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A new challenge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object), oai(example))]
pub struct Captcha {
    /// Names the challenge in the request that answers it.
    pub id: Uuid,
    /// The picture, as a `data:image/png;base64,` URL.
    pub image: String,
    /// Seconds until it lapses.
    pub expires_in: u32,
}

/// The answer to a challenge. It is used up by one check, right or wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(example, deny_unknown_fields)
)]
pub struct CaptchaAnswer {
    /// The challenge's id.
    pub id: Uuid,
    /// The characters shown or spoken; upper or lower case, full or half width.
    pub text: String,
}

#[cfg(feature = "openapi")]
mod examples {
    use poem_openapi::types::Example;

    use super::*;

    const ID: Uuid = Uuid::from_u128(0x01931b6e_9d60_7a43_8c1f_2f4b6a7d9e01);

    impl Example for Captcha {
        fn example() -> Self {
            Self {
                id: ID,
                image: "data:image/png;base64,iVBORw0KGgo=".into(),
                expires_in: 300,
            }
        }
    }

    impl Example for CaptchaAnswer {
        fn example() -> Self {
            Self {
                id: ID,
                text: "3h7kp".into(),
            }
        }
    }
}
