//! Housing provident fund accounts.

use std::fmt;

use super::{ValueError, folded};

/// An account, or the number of the card that bank and fund issue together: 6 to 20 letters and digits. Funds differ,
/// so that only the authority can tell more.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProvidentFundAccount(String);

impl ProvidentFundAccount {
    /// # Errors
    /// [`ValueError::Required`] or [`ValueError::ProvidentFundInvalid`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let account = folded(text);
        if account.is_empty() {
            return Err(ValueError::Required);
        }
        let plain = account.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain && (6..=20).contains(&account.len()) {
            Ok(Self(account))
        } else {
            Err(ValueError::ProvidentFundInvalid)
        }
    }

    /// As typed: letters keep their case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four characters.
    pub fn masked(&self) -> String {
        let (_, last) = self.0.split_at(self.0.len().saturating_sub(4));
        format!("**** {last}")
    }
}

impl fmt::Debug for ProvidentFundAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProvidentFundAccount(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accounts_and_joint_cards_are_taken() {
        for (text, account) in [
            ("GJJ 000000001", "GJJ000000001"),
            ("6228480402564890018", "6228480402564890018"),
            ("ａｂ１２３４", "ab1234"),
        ] {
            assert_eq!(
                ProvidentFundAccount::parse(text).expect(text).as_str(),
                account
            );
        }
        let account = ProvidentFundAccount::parse("GJJ000000001").expect("valid");
        assert_eq!(account.masked(), "**** 0001");
    }

    #[test]
    fn what_is_no_account_is_told() {
        assert_eq!(ProvidentFundAccount::parse(" "), Err(ValueError::Required));
        for text in [
            "12345",
            "123456789012345678901",
            "12345_6",
            "公积金账号六位",
        ] {
            assert_eq!(
                ProvidentFundAccount::parse(text),
                Err(ValueError::ProvidentFundInvalid),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in any::<String>()) {
            if let Ok(account) = ProvidentFundAccount::parse(&text) {
                prop_assert_eq!(ProvidentFundAccount::parse(account.as_str()), Ok(account));
            }
        }

        #[test]
        fn every_account_is_taken(text in "[A-Za-z0-9]{6,20}") {
            prop_assert!(ProvidentFundAccount::parse(&text).is_ok());
        }
    }
}
