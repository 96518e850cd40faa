//! Codes that arrive by message.

use std::fmt;

use super::{ValueError, folded};

/// Six digits; spaces, dashes and full-width digits are taken.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(String);

impl OneTimeCode {
    /// # Errors
    /// [`ValueError::Required`] or [`ValueError::CodeInvalid`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let code = folded(text);
        if code.is_empty() {
            return Err(ValueError::Required);
        }
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ValueError::CodeInvalid);
        }
        Ok(Self(code))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_and_nothing_else() {
        for text in ["012345", "012 345", "０１２-３４５"] {
            assert_eq!(OneTimeCode::parse(text).expect(text).as_str(), "012345");
        }
        assert_eq!(OneTimeCode::parse(" "), Err(ValueError::Required));
        for text in ["12345", "1234567", "12345a", "١٢٣٤٥٦"] {
            assert_eq!(
                OneTimeCode::parse(text),
                Err(ValueError::CodeInvalid),
                "{text}"
            );
        }
    }
}
