//! What people type into fields: taken in one form, which is taken again, or refused.
#![no_main]

use chrono::NaiveDate;
use libfuzzer_sys::fuzz_target;
use renzheng_types::value::{
    BankCard, DrivingLicenceFile, HallCode, IdNumber, Nickname, OneTimeCode, PersonName, Phone,
    ProvidentFundAccount, SocialSecurityNumber,
};

/// What was taken is taken again, as the same.
fn again<T>(text: &str, parse: impl Fn(&str) -> Option<T>, show: impl Fn(&T) -> String) {
    if let Some(value) = parse(text) {
        let shown = show(&value);
        let twice = parse(&shown).expect("its own form is taken");
        assert_eq!(show(&twice), shown, "{text:?}");
    }
}

fuzz_target!(|text: &str| {
    let today = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day");
    again(
        text,
        |text| Phone::parse(text).ok(),
        |value| value.as_str().into(),
    );
    again(
        text,
        |text| IdNumber::parse(text, today).ok(),
        |value| value.as_str().into(),
    );
    again(
        text,
        |text| PersonName::parse(text).ok(),
        |value| value.as_str().into(),
    );
    again(
        text,
        |text| Nickname::parse(text).ok(),
        |value| value.as_str().into(),
    );
    again(
        text,
        |text| BankCard::parse(text).ok(),
        |value| value.as_str().into(),
    );
    again(
        text,
        |text| SocialSecurityNumber::parse(text, today).ok(),
        |value| value.as_str().into(),
    );
    again(
        text,
        |text| ProvidentFundAccount::parse(text).ok(),
        |value| value.as_str().into(),
    );
    again(
        text,
        |text| DrivingLicenceFile::parse(text).ok(),
        |value| value.as_str().into(),
    );
    again(
        text,
        |text| OneTimeCode::parse(text).ok(),
        |value| value.as_str().into(),
    );
    again(
        text,
        |text| HallCode::parse(text).ok(),
        |value| value.as_str().into(),
    );
});
