//! The number under which something is filed elsewhere: a ticket, a letter, a court's case.

use super::ValueError;

const LONGEST: usize = 40;

/// Up to 40 letters, digits and `-/_.`: room for a number, none for a story about somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseNumber(String);

impl CaseNumber {
    /// # Errors
    /// [`ValueError::CaseNumberInvalid`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let text = text.trim();
        let fine = (1..=LONGEST).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-/_.".contains(&byte));
        // Neither a phone number nor an ID number is one.
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let phone = digits == 11 && text.len() == 11 && text.starts_with('1');
        let personal = phone || (digits >= 17 && text.len() == 18);
        match fine && !personal {
            true => Ok(Self(text.into())),
            false => Err(ValueError::CaseNumberInvalid),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_and_people_are_not() {
        for text in ["GD-2026/0017", " 7 ", "20261125001", "20261125.1"] {
            assert!(CaseNumber::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "李雷",
            "13500000330",
            "11010519491231002X",
            "a b",
            &"1".repeat(41),
        ] {
            assert_eq!(
                CaseNumber::parse(text),
                Err(ValueError::CaseNumberInvalid),
                "{text}"
            );
        }
    }
}
