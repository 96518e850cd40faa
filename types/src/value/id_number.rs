//! Resident ID numbers (GB 11643-1999).

use std::fmt;

use chrono::{Datelike, NaiveDate};

use super::{ValueError, folded};
use crate::account::Sex;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_DIGITS: &[u8; 11] = b"10X98765432";
/// Nobody alive was born before.
const FIRST_YEAR: i32 = 1850;
/// GB/T 2260: provinces by their first two digits, then the residence permits of Hong Kong, Macao and Taiwan
/// people (81, 82, 83), then the permanent residence card of foreigners (9…).
const PROVINCES: [&str; 5] = [
    "11 12 13 14 15 21 22 23",
    "31 32 33 34 35 36 37 41 42 43 44 45 46",
    "50 51 52 53 54",
    "61 62 63 64 65",
    "71 81 82 83",
];

/// An 18-character ID number with a right check digit.
///
/// Only the province is checked: numbers of counties since abolished stay valid. `x`, spaces, dashes and full-width
/// characters are taken.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdNumber {
    text: String,
    birth_date: NaiveDate,
}

impl IdNumber {
    /// `today` is the date on which the person must have been born.
    ///
    /// # Errors
    /// One of the `IdNumber…` errors, or [`ValueError::Required`].
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, ValueError> {
        let text = folded(text).to_ascii_uppercase();
        if text.is_empty() {
            return Err(ValueError::Required);
        }
        if text.len() == 15 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ValueError::IdNumberFifteen);
        }
        let bytes: &[u8; 18] = text
            .as_bytes()
            .try_into()
            .map_err(|_| ValueError::IdNumberLength)?;
        let [body @ .., check] = bytes;
        if !body.iter().all(u8::is_ascii_digit) || !(check.is_ascii_digit() || *check == b'X') {
            return Err(ValueError::IdNumberLength);
        }
        let province = text.get(..2).unwrap_or_default();
        let foreigner = province.starts_with('9');
        if !foreigner
            && !PROVINCES
                .iter()
                .any(|group| group.split(' ').any(|code| code == province))
        {
            return Err(ValueError::IdNumberRegion);
        }
        let birth_date = text
            .get(6..14)
            .and_then(|date| NaiveDate::parse_from_str(date, "%Y%m%d").ok())
            .filter(|date| date.year() >= FIRST_YEAR)
            .ok_or(ValueError::IdNumberDate)?;
        if birth_date > today {
            return Err(ValueError::IdNumberFuture);
        }
        if check_digit(body) != *check {
            return Err(ValueError::IdNumberChecksum);
        }
        Ok(Self { text, birth_date })
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// An odd 17th digit is male.
    pub fn sex(&self) -> Sex {
        match self.text.as_bytes().get(16) {
            Some(digit) if digit % 2 == 1 => Sex::Male,
            _ => Sex::Female,
        }
    }

    pub const fn birth_date(&self) -> NaiveDate {
        self.birth_date
    }

    /// Full years on a day.
    pub fn age_on(&self, day: NaiveDate) -> u32 {
        day.years_since(self.birth_date).unwrap_or_default()
    }

    /// The first three and the last four characters.
    pub fn masked(&self) -> String {
        let (start, end) = (self.text.get(..3), self.text.get(14..));
        format!(
            "{}***********{}",
            start.unwrap_or_default(),
            end.unwrap_or_default()
        )
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdNumber(…)")
    }
}

/// The 18th character that belongs to the first 17 ASCII digits (ISO 7064, MOD 11-2).
pub fn check_digit(body: &[u8; 17]) -> u8 {
    let sum: u32 = body
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight)
        .sum();
    CHECK_DIGITS[(sum % 11) as usize]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).expect("a date")
    }

    fn parse(text: &str) -> Result<IdNumber, ValueError> {
        IdNumber::parse(text, today())
    }

    #[test]
    fn the_examples_of_the_standard_are_valid() {
        let number = parse("11010519491231002X").expect("valid");
        assert_eq!(number.sex(), Sex::Female);
        assert_eq!(
            number.birth_date(),
            NaiveDate::from_ymd_opt(1949, 12, 31).expect("a date")
        );
        assert_eq!(number.age_on(today()), 76);
        assert_eq!(number.masked(), "110***********002X");
        assert_eq!(parse("810000199805010014").expect("valid").sex(), Sex::Male);
    }

    // C23
    #[test]
    fn it_may_be_typed_in_many_ways() {
        for text in [
            "11010519491231002x",
            " 110105 19491231 002X",
            "１１０１０５１９４９１２３１００２Ｘ",
        ] {
            assert_eq!(parse(text).expect(text).as_str(), "11010519491231002X");
        }
    }

    #[test]
    fn each_mistake_has_its_own_word() {
        for (text, error) in [
            ("", ValueError::Required),
            ("1101051949123100", ValueError::IdNumberLength),
            ("110105491231002", ValueError::IdNumberFifteen),
            ("11010519491231002Y", ValueError::IdNumberLength),
            ("1X0105194912310021", ValueError::IdNumberLength),
            ("190105194912310021", ValueError::IdNumberRegion),
            ("110105194913310021", ValueError::IdNumberDate),
            ("110105194902300021", ValueError::IdNumberDate),
            ("110105204912310021", ValueError::IdNumberFuture),
            ("110105194912310021", ValueError::IdNumberChecksum),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }

    proptest! {
        // C23
        #[test]
        fn any_text_is_judged(text in any::<String>()) {
            if let Ok(number) = parse(&text) {
                prop_assert_eq!(parse(number.as_str()), Ok(number));
            }
        }

        #[test]
        fn one_wrong_digit_never_passes(serial in 0..1000_u32, place in 0..17_usize, shift in 1..10_u8) {
            let mut body: [u8; 17] = format!("11010519900307{serial:03}").into_bytes().try_into().expect("17");
            let check = check_digit(&body);
            body[place] = (body[place] - b'0' + shift) % 10 + b'0';
            let text = String::from_utf8([body.as_slice(), &[check]].concat()).expect("ASCII");
            prop_assert!(parse(&text).is_err());
        }

        #[test]
        fn every_right_number_passes(serial in 0..1000_u32, day in 1..29_u32) {
            let body: [u8; 17] = format!("440305198501{day:02}{serial:03}").into_bytes().try_into().expect("17");
            let text = String::from_utf8([body.as_slice(), &[check_digit(&body)]].concat()).expect("ASCII");
            prop_assert!(parse(&text).is_ok());
        }
    }
}
