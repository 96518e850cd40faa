//! What a member of staff signs in with: a staff number, or a short name.

use super::{ValueError, folded};

const SHORTEST: usize = 3;
const LONGEST: usize = 32;

/// 3 to 32 lower-case letters, digits, dots and underscores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffLogin(String);

impl StaffLogin {
    /// # Errors
    /// [`ValueError::Required`] or [`ValueError::StaffLoginInvalid`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let login = folded(text).to_lowercase();
        if login.is_empty() {
            return Err(ValueError::Required);
        }
        let fine = login
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'));
        if !(SHORTEST..=LONGEST).contains(&login.len()) || !fine {
            return Err(ValueError::StaffLoginInvalid);
        }
        Ok(Self(login))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_and_numbers_are_taken() {
        for (typed, login) in [("100017", "100017"), (" Zhang.San ", "zhang.san")] {
            assert_eq!(StaffLogin::parse(typed).expect(typed).as_str(), login);
        }
        assert_eq!(StaffLogin::parse(""), Err(ValueError::Required));
        for text in ["ab", "张三", "a b'c", &"a".repeat(33)] {
            assert_eq!(
                StaffLogin::parse(text),
                Err(ValueError::StaffLoginInvalid),
                "{text}"
            );
        }
    }
}
