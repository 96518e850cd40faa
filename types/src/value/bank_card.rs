//! Bank card numbers (ISO/IEC 7812).

use std::fmt;

use super::{ValueError, folded};

/// 13 to 19 digits with a right check digit. Which bank issued it does not matter.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BankCard(String);

impl BankCard {
    /// # Errors
    /// [`ValueError::Required`], [`ValueError::BankCardLength`] or [`ValueError::BankCardChecksum`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let digits = folded(text);
        if digits.is_empty() {
            return Err(ValueError::Required);
        }
        let length = (13..=19).contains(&digits.len());
        if !length || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ValueError::BankCardLength);
        }
        if !luhn(&digits) {
            return Err(ValueError::BankCardChecksum);
        }
        Ok(Self(digits))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four digits.
    pub fn masked(&self) -> String {
        let (_, last) = self.0.split_at(self.0.len().saturating_sub(4));
        format!("**** {last}")
    }
}

impl fmt::Debug for BankCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BankCard(…)")
    }
}

/// The check of ISO/IEC 7812: from the right, every second digit doubled, the sum of all digits a multiple of ten.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            match place % 2 {
                0 => digit,
                _ => digit * 2 / 10 + digit * 2 % 10,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_number_however_it_is_typed() {
        for text in [
            "6228480402564890018",
            " 6228 4804 0256 4890 018 ",
            "6228-4804-0256-4890-018",
            "６２２８４８０４０２５６４８９００１８",
        ] {
            let card = BankCard::parse(text).expect(text);
            assert_eq!(card.as_str(), "6228480402564890018");
            assert_eq!(card.masked(), "**** 0018");
        }
        assert!(BankCard::parse("4111111111111111").is_ok());
        assert_eq!(format!("{:?}", BankCard("1".into())), "BankCard(…)");
    }

    #[test]
    fn each_mistake_has_its_own_word() {
        for (text, error) in [
            (" ", ValueError::Required),
            ("622848040256", ValueError::BankCardLength),
            ("62284804025648900180", ValueError::BankCardLength),
            ("622848040256489001X", ValueError::BankCardLength),
            ("٦٢٢٨٤٨٠٤٠٢٥٦٤", ValueError::BankCardLength),
            ("6228480402564890019", ValueError::BankCardChecksum),
        ] {
            assert_eq!(BankCard::parse(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in any::<String>()) {
            if let Ok(card) = BankCard::parse(&text) {
                prop_assert_eq!(BankCard::parse(card.as_str()), Ok(card));
            }
        }

        #[test]
        fn just_one_last_digit_is_right(body in "[0-9]{12,18}") {
            let right = (0..10).filter(|last| BankCard::parse(&format!("{body}{last}")).is_ok());
            prop_assert_eq!(right.count(), 1);
        }

        #[test]
        fn a_mistyped_digit_is_noticed(body in "[0-9]{15}", place in 0_usize..15, change in 1_u8..10) {
            let card = (0..10)
                .map(|last| format!("{body}{last}"))
                .find(|text| BankCard::parse(text).is_ok())
                .expect("a check digit");
            let mut bytes = card.into_bytes();
            bytes[place] = b'0' + (bytes[place] - b'0' + change) % 10;
            let wrong = String::from_utf8(bytes).expect("digits");
            prop_assert_eq!(BankCard::parse(&wrong), Err(ValueError::BankCardChecksum));
        }
    }
}
