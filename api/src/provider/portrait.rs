//! The photo that a register has of a person, for a clerk to compare with the one before them.

use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_STANDARD};

use super::{Identity, Outage};

/// A register of photos.
#[async_trait]
pub trait PortraitRegister: Send + Sync {
    /// The photo of the one person with this name and ID number; `None` when there is no such person, or no photo.
    async fn portrait(&self, identity: &Identity) -> Result<Option<Portrait>, Outage>;
}

/// A picture, of a kind that browsers show and never run.
pub struct Portrait {
    kind: &'static str,
    bytes: Vec<u8>,
}

impl Portrait {
    /// `None` when it is no picture of a kind that is shown.
    pub fn new(kind: &str, bytes: Vec<u8>) -> Option<Self> {
        let kind = ["image/jpeg", "image/png", "image/svg+xml"]
            .into_iter()
            .find(|known| *known == kind)?;
        Some(Self { kind, bytes })
    }

    /// For an `img`: inside one, nothing of a picture runs.
    pub fn data_url(&self) -> String {
        let data = BASE64_STANDARD.encode(&self.bytes);
        format!("data:{};base64,{data}", self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_are_shown() {
        let portrait = Portrait::new("image/png", vec![1, 2, 3]).expect("a picture");
        assert_eq!(portrait.data_url(), "data:image/png;base64,AQID");
        assert!(Portrait::new("text/html", Vec::new()).is_none());
    }
}
