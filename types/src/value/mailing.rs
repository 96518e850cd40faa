//! The parts of a mailing address.

use std::fmt;

use super::{ValueError, folded, is_invisible};
use crate::normal_form::nfc;

/// Who receives: 1 to 50 visible characters, a person or a unit.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(String);

/// Street, building, room: 2 to 100 visible characters.
#[derive(Clone, PartialEq, Eq)]
pub struct StreetAddress(String);

/// Six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct PostalCode(String);

impl Recipient {
    /// # Errors
    /// [`ValueError::Required`] or [`ValueError::RecipientInvalid`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        line(text, 1, 50)
            .map(Self)
            .map_err(|empty| empty.unwrap_or(ValueError::RecipientInvalid))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl StreetAddress {
    /// # Errors
    /// [`ValueError::Required`] or [`ValueError::StreetAddressInvalid`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        line(text, 2, 100)
            .map(Self)
            .map_err(|empty| empty.unwrap_or(ValueError::StreetAddressInvalid))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PostalCode {
    /// # Errors
    /// [`ValueError::Required`] or [`ValueError::PostalCodeInvalid`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let text = folded(text);
        if text.is_empty() {
            return Err(ValueError::Required);
        }
        let valid = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        valid
            .then_some(Self(text))
            .ok_or(ValueError::PostalCodeInvalid)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One line of visible text of `shortest..=longest` characters, in NFC. The error is `Required` for an empty one, and
/// the caller's own otherwise.
fn line(text: &str, shortest: usize, longest: usize) -> Result<String, Option<ValueError>> {
    let text = nfc(text.trim());
    if text.is_empty() {
        return Err(Some(ValueError::Required));
    }
    let fits = (shortest..=longest).contains(&text.chars().count());
    if !fits || text.chars().any(is_invisible) {
        return Err(None);
    }
    Ok(text)
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recipient(…)")
    }
}

impl fmt::Debug for StreetAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreetAddress(…)")
    }
}

impl fmt::Debug for PostalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostalCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_addresses_are_taken() {
        assert_eq!(Recipient::parse(" 张三 ").expect("valid").as_str(), "张三");
        let street = StreetAddress::parse("东街口 1 号 2 单元 301").expect("valid");
        assert_eq!(street.as_str(), "东街口 1 号 2 单元 301");
        assert_eq!(
            PostalCode::parse("３５０００１").expect("valid").as_str(),
            "350001"
        );
    }

    #[test]
    fn others_are_told() {
        assert_eq!(Recipient::parse("  "), Err(ValueError::Required));
        assert_eq!(Recipient::parse("a\nb"), Err(ValueError::RecipientInvalid));
        assert_eq!(
            Recipient::parse(&"张".repeat(51)),
            Err(ValueError::RecipientInvalid)
        );
        assert_eq!(
            StreetAddress::parse("号"),
            Err(ValueError::StreetAddressInvalid)
        );
        assert_eq!(
            PostalCode::parse("35000"),
            Err(ValueError::PostalCodeInvalid)
        );
        assert_eq!(PostalCode::parse(""), Err(ValueError::Required));
    }

    proptest! {
        #[test]
        fn what_is_taken_is_taken_again(text in ".{0,120}") {
            if let Ok(street) = StreetAddress::parse(&text) {
                prop_assert_eq!(StreetAddress::parse(street.as_str()), Ok(street.clone()));
            }
            if let Ok(code) = PostalCode::parse(&text) {
                prop_assert!(code.as_str().len() == 6);
            }
        }
    }
}
