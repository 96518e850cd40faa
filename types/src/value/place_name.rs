//! Names and addresses of places, as signs have them.

use super::{ValueError, is_invisible};
use crate::normal_form::nfc;

const SHORTEST: usize = 2;
const LONGEST: usize = 100;

/// 2 to 100 visible characters, in NFC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceName(String);

impl PlaceName {
    /// # Errors
    /// [`ValueError::Required`] or [`ValueError::PlaceNameInvalid`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let name = nfc(text.trim());
        if name.is_empty() {
            return Err(ValueError::Required);
        }
        let length = name.chars().count();
        if !(SHORTEST..=LONGEST).contains(&length) || name.chars().any(is_invisible) {
            return Err(ValueError::PlaceNameInvalid);
        }
        Ok(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visible_text_is_taken() {
        assert_eq!(
            PlaceName::parse(" 市政务服务中心 ")
                .expect("valid")
                .as_str(),
            "市政务服务中心"
        );
        assert_eq!(PlaceName::parse(" "), Err(ValueError::Required));
        for text in ["一", "a\u{202E}b", &"一".repeat(101)] {
            assert_eq!(PlaceName::parse(text), Err(ValueError::PlaceNameInvalid));
        }
    }
}
