//! What the service calls a person.

use super::{ValueError, is_invisible};
use crate::normal_form::nfc;

const LONGEST: usize = 20;

/// 1 to 20 visible characters, in NFC.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Nickname(String);

impl Nickname {
    /// # Errors
    /// [`ValueError::Required`], [`ValueError::NicknameInvalid`] or [`ValueError::NicknameTooLong`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let name = nfc(text.trim());
        if name.is_empty() {
            return Err(ValueError::Required);
        }
        if name.chars().any(is_invisible) {
            return Err(ValueError::NicknameInvalid);
        }
        if name.chars().count() > LONGEST {
            return Err(ValueError::NicknameTooLong);
        }
        Ok(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn visible_characters_are_taken() {
        for name in ["小明", "Ming 2", "😀", "e\u{301}"] {
            assert!(Nickname::parse(name).is_ok(), "{name}");
        }
        assert_eq!(Nickname::parse("  小明 ").expect("valid").as_str(), "小明");
    }

    // C23, C33
    #[test]
    fn others_are_told() {
        assert_eq!(Nickname::parse(""), Err(ValueError::Required));
        assert_eq!(
            Nickname::parse("a\u{202E}b"),
            Err(ValueError::NicknameInvalid)
        );
        assert_eq!(
            Nickname::parse(&"一".repeat(21)),
            Err(ValueError::NicknameTooLong)
        );
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in any::<String>()) {
            if let Ok(name) = Nickname::parse(&text) {
                prop_assert_eq!(Nickname::parse(name.as_str()), Ok(name));
            }
        }
    }
}
