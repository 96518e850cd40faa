//! File numbers of driving licences.

use std::fmt;

use super::{ValueError, folded};

/// 档案编号: the 12 digits on the second page of a driving licence.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DrivingLicenceFile(String);

impl DrivingLicenceFile {
    /// # Errors
    /// [`ValueError::Required`] or [`ValueError::DrivingLicenceInvalid`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let digits = folded(text);
        if digits.is_empty() {
            return Err(ValueError::Required);
        }
        if digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(digits))
        } else {
            Err(ValueError::DrivingLicenceInvalid)
        }
    }

    /// The 12 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four digits.
    pub fn masked(&self) -> String {
        let (_, last) = self.0.split_at(self.0.len().saturating_sub(4));
        format!("**** {last}")
    }
}

impl fmt::Debug for DrivingLicenceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DrivingLicenceFile(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_number_however_it_is_typed() {
        for text in ["110105000000", "1101 0500 0000", "１１０１０５０００００0"] {
            let file = DrivingLicenceFile::parse(text).expect(text);
            assert_eq!(file.as_str(), "110105000000");
            assert_eq!(file.masked(), "**** 0000");
        }
    }

    #[test]
    fn what_is_no_file_number_is_told() {
        assert_eq!(DrivingLicenceFile::parse(""), Err(ValueError::Required));
        for text in ["11010500000", "1101050000000", "11010500000X"] {
            assert_eq!(
                DrivingLicenceFile::parse(text),
                Err(ValueError::DrivingLicenceInvalid),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in any::<String>()) {
            if let Ok(file) = DrivingLicenceFile::parse(&text) {
                prop_assert_eq!(DrivingLicenceFile::parse(file.as_str()), Ok(file));
            }
        }

        #[test]
        fn every_file_number_is_taken(text in "[0-9]{12}") {
            prop_assert!(DrivingLicenceFile::parse(&text).is_ok());
        }
    }
}
