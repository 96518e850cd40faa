//! Social security numbers.

use std::fmt;

use chrono::NaiveDate;

use super::{IdNumber, ValueError, folded};

/// The ID number, or the 8 or 9 characters on a social security card. Regions differ in the rest, so that only the
/// authority can tell.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SocialSecurityNumber(String);

impl SocialSecurityNumber {
    /// `today` is for a number that is an ID number, as in [`IdNumber::parse`].
    ///
    /// # Errors
    /// [`ValueError::Required`], [`ValueError::SocialSecurityInvalid`], or an ID number's own error.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, ValueError> {
        let number = folded(text).to_ascii_uppercase();
        if number.is_empty() {
            return Err(ValueError::Required);
        }
        if number.len() == 18 && number.is_ascii() {
            return IdNumber::parse(&number, today).map(|number| Self(number.as_str().into()));
        }
        let plain = number.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain && matches!(number.len(), 8 | 9) {
            Ok(Self(number))
        } else {
            Err(ValueError::SocialSecurityInvalid)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four characters.
    pub fn masked(&self) -> String {
        let (_, last) = self.0.split_at(self.0.len().saturating_sub(4));
        format!("**** {last}")
    }
}

impl fmt::Debug for SocialSecurityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SocialSecurityNumber(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<SocialSecurityNumber, ValueError> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a date");
        SocialSecurityNumber::parse(text, today)
    }

    #[test]
    fn card_numbers_and_id_numbers_are_taken() {
        for (text, number) in [
            ("s0000 0001", "S00000001"),
            ("12345678", "12345678"),
            ("ＡＢ１２３４５６", "AB123456"),
            ("11010519491231002x", "11010519491231002X"),
        ] {
            assert_eq!(parse(text).expect(text).as_str(), number);
        }
        assert_eq!(parse("S00000001").expect("valid").masked(), "**** 0001");
    }

    #[test]
    fn each_mistake_has_its_own_word() {
        for (text, error) in [
            ("", ValueError::Required),
            ("1234567", ValueError::SocialSecurityInvalid),
            ("1234567890", ValueError::SocialSecurityInvalid),
            ("1234567*", ValueError::SocialSecurityInvalid),
            ("社会保障卡号八九", ValueError::SocialSecurityInvalid),
            ("110105194912310021", ValueError::IdNumberChecksum),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in any::<String>()) {
            if let Ok(number) = parse(&text) {
                prop_assert_eq!(parse(number.as_str()), Ok(number));
            }
        }

        #[test]
        fn every_card_number_is_taken(text in "[A-Za-z0-9]{8,9}") {
            prop_assert!(parse(&text).is_ok());
        }
    }
}
