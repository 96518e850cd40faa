//! Mobile numbers of mainland China.

use std::fmt;

use super::{ValueError, folded};

/// A mobile number in its one canonical form: 11 digits, `1[3-9]…`.
///
/// `+86`, `0086`, spaces, dashes and full-width digits are taken; numbers of virtual operators too.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// # Errors
    /// [`ValueError::Required`] or [`ValueError::PhoneInvalid`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let text = folded(text);
        if text.is_empty() {
            return Err(ValueError::Required);
        }
        let digits = ["+86", "0086"]
            .iter()
            .find_map(|prefix| text.strip_prefix(prefix))
            .or_else(|| text.strip_prefix("86").filter(|rest| rest.len() == 11))
            .unwrap_or(&text);
        let mut bytes = digits.bytes();
        let valid = digits.len() == 11
            && bytes.next() == Some(b'1')
            && matches!(bytes.next(), Some(b'3'..=b'9'))
            && bytes.all(|byte| byte.is_ascii_digit());
        valid
            .then(|| Self(digits.to_string()))
            .ok_or(ValueError::PhoneInvalid)
    }

    /// The 11 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `+8613900000001` (ITU-T E.164).
    pub fn e164(&self) -> String {
        format!("+86{}", self.0)
    }

    /// `185****0901`
    pub fn masked(&self) -> String {
        let (start, end) = (self.0.get(..3), self.0.get(7..));
        format!(
            "{}****{}",
            start.unwrap_or_default(),
            end.unwrap_or_default()
        )
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // C23
    #[test]
    fn one_number_however_it_is_typed() {
        for text in [
            "18500000901",
            " 185 0000 0901 ",
            "+86 185-0000-0901",
            "008618500000901",
            "8618500000901",
            "１８５００００0９０１",
        ] {
            let phone = Phone::parse(text).expect(text);
            assert_eq!(phone.as_str(), "18500000901");
            assert_eq!(phone.masked(), "185****0901");
            assert_eq!(phone.e164(), "+8618500000901");
        }
    }

    #[test]
    fn virtual_operators_are_taken() {
        for start in ["162", "165", "167", "170", "171"] {
            assert!(Phone::parse(&format!("{start}00000000")).is_ok());
        }
    }

    #[test]
    fn what_is_no_mobile_number_is_told() {
        assert_eq!(Phone::parse("  "), Err(ValueError::Required));
        for text in [
            "12000000000",
            "1850000090",
            "185000009011",
            "+1 5550001111",
            "1850000090a",
            "١٨٥٠٠٠٠٠٩٠١",
        ] {
            assert_eq!(Phone::parse(text), Err(ValueError::PhoneInvalid), "{text}");
        }
    }

    // A62
    #[test]
    fn debug_shows_nothing() {
        let phone = Phone::parse("18500000901").expect("valid");
        assert_eq!(format!("{phone:?}"), "Phone(…)");
    }

    proptest! {
        // C23
        #[test]
        fn any_text_is_judged(text in any::<String>()) {
            if let Ok(phone) = Phone::parse(&text) {
                prop_assert_eq!(Phone::parse(phone.as_str()), Ok(phone.clone()));
                prop_assert_eq!(phone.masked().len(), 11);
            }
        }

        #[test]
        fn every_mobile_number_is_taken(text in "1[3-9][0-9]{9}") {
            prop_assert!(Phone::parse(&text).is_ok());
        }
    }
}
