//! The code that a person shows to a clerk in a service hall.

use std::fmt;

use super::{ValueError, folded};

const DIGITS: usize = 8;

/// Eight digits; spaces, dashes and full-width digits are taken.
#[derive(Clone, PartialEq, Eq)]
pub struct HallCode(String);

impl HallCode {
    /// # Errors
    /// [`ValueError::Required`] or [`ValueError::HallCodeInvalid`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let code = folded(text);
        if code.is_empty() {
            return Err(ValueError::Required);
        }
        if code.len() != DIGITS || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ValueError::HallCodeInvalid);
        }
        Ok(Self(code))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for HallCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HallCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_and_nothing_else() {
        for text in ["01234567", "0123 4567", "０１２３-４５６７"] {
            assert_eq!(HallCode::parse(text).expect(text).as_str(), "01234567");
        }
        assert_eq!(HallCode::parse(" "), Err(ValueError::Required));
        for text in ["1234567", "123456789", "1234567a"] {
            assert_eq!(
                HallCode::parse(text),
                Err(ValueError::HallCodeInvalid),
                "{text}"
            );
        }
    }
}
