//! Ten thousand people who do not exist. Each is computed from its number, so every run has the same ones.

use std::{collections::HashMap, sync::OnceLock};

use chrono::{Datelike, Days, NaiveDate};
use renzheng_types::value::check_digit;
use serde::Serialize;

/// How many there are.
pub const SIZE: u32 = 10_000;

/// A fictional person with all that authorities would hold of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citizen {
    pub name: String,
    pub id_number: String,
    pub sex: &'static str,
    pub birth_date: NaiveDate,
    pub phone: String,
    pub bank_card: BankCard,
    pub social_security: String,
    pub provident_fund: String,
    pub driving_licence_file: String,
    pub alipay_account: String,
    pub portrait_url: String,
}

/// A bank card and the phone that the bank knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BankCard {
    pub number: String,
    pub phone: String,
}

/// GB/T 2260 codes of real districts.
const DISTRICTS: [u32; 16] = [
    110_105, 120_101, 130_102, 210_102, 310_104, 320_102, 330_106, 340_104, 350_203, 370_102,
    420_106, 440_305, 500_103, 510_104, 530_102, 610_113,
];
const SURNAMES: [&str; 30] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
    "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "欧阳", "司马", "上官",
];
const GIVEN_MALE: [&str; 20] = [
    "伟", "强", "磊", "军", "勇", "杰", "涛", "明", "超", "建国", "志强", "文博", "浩然", "子轩",
    "宇航", "俊杰", "国庆", "永康", "嘉懿", "思远",
];
const GIVEN_FEMALE: [&str; 20] = [
    "芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "秀英", "桂英", "雨欣", "梓涵", "诗涵", "晓燕",
    "婷婷", "佳怡", "若曦", "慧敏", "春梅", "玉兰",
];
const PREFIXES: [u32; 12] = [130, 133, 135, 138, 139, 150, 158, 177, 180, 186, 189, 199];

/// Steps that share no factor with the lists they walk, so that neighbours differ.
const STEP: u32 = 7919;

/// Everybody, by ID number.
#[derive(Default)]
pub struct Population {
    by_id_number: OnceLock<HashMap<String, u32>>,
}

impl Population {
    /// The person with a number below [`SIZE`].
    pub fn citizen(&self, number: u32) -> Citizen {
        citizen(number)
    }

    /// The person with an ID number.
    pub fn by_id_number(&self, id_number: &str) -> Option<Citizen> {
        self.number_of(id_number).map(citizen)
    }

    /// Which number that person has.
    pub fn number_of(&self, id_number: &str) -> Option<u32> {
        let index = self.by_id_number.get_or_init(|| {
            (0..SIZE)
                .map(|number| (id_number_of(number), number))
                .collect()
        });
        index.get(id_number).copied()
    }

    /// The person with an account at Alipay, which is also known by their phone.
    pub fn by_alipay_account(&self, account: &str) -> Option<Citizen> {
        let account = account.trim().to_ascii_lowercase();
        (0..SIZE)
            .map(citizen)
            .find(|citizen| citizen.alipay_account == account || citizen.phone == account)
    }
}

fn citizen(number: u32) -> Citizen {
    let mixed = number.wrapping_mul(STEP);
    let female = is_female(number);
    let id_number = id_number_of(number);
    let phone = if number == 0 {
        "13500000330".to_string()
    } else {
        format!(
            "{}{:08}",
            pick(&PREFIXES, mixed / 3),
            (mixed % 10_000) * 10_000 + number
        )
    };
    Citizen {
        name: name(number, mixed, female),
        sex: if female { "female" } else { "male" },
        birth_date: birth_date(number),
        bank_card: BankCard {
            number: with_luhn(&format!("6228480{number:05}{:06}", mixed % 1_000_000)),
            phone: phone.clone(),
        },
        social_security: format!("S{number:08}"),
        provident_fund: format!("GJJ{number:09}"),
        driving_licence_file: format!("{}{number:06}", district(number)),
        alipay_account: format!("citizen{number}@alipay.example"),
        portrait_url: format!("/portraits/{number}.png"),
        phone,
        id_number,
    }
}

fn name(number: u32, mixed: u32, female: bool) -> String {
    if number == 0 {
        return "张三".into();
    }
    if number.is_multiple_of(97) {
        return format!(
            "{}·{}",
            pick(&["阿卜杜拉", "买买提", "古丽", "阿依努尔"], mixed),
            pick(&["艾山", "吐尔逊", "热合曼"], number)
        );
    }
    let given = if female { &GIVEN_FEMALE } else { &GIVEN_MALE };
    format!(
        "{}{}",
        pick(&SURNAMES, mixed),
        pick(given, mixed / 31 + number)
    )
}

fn pick<T: Copy>(list: &[T], index: u32) -> T {
    list[index as usize % list.len()]
}

fn district(number: u32) -> u32 {
    if number == 0 {
        110_105
    } else {
        pick(&DISTRICTS, number)
    }
}

fn is_female(number: u32) -> bool {
    number.is_multiple_of(2)
}

/// Adults all: from 1949 to 2005.
fn birth_date(number: u32) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(1949, 12, 31).unwrap_or_default();
    let days = u64::from(number.wrapping_mul(STEP) % 20_300);
    first.checked_add_days(Days::new(days)).unwrap_or(first)
}

fn id_number_of(number: u32) -> String {
    // The serial's last digit is odd for men. Number 0 is the example of GB 11643.
    let serial = if number == 0 {
        2
    } else {
        (number / 20 % 99 + 1) * 10 + (number % 5) * 2 + u32::from(!is_female(number))
    };
    let date = birth_date(number);
    let body = format!(
        "{:06}{:04}{:02}{:02}{serial:03}",
        district(number),
        date.year(),
        date.month(),
        date.day()
    );
    match <&[u8; 17]>::try_from(body.as_bytes()) {
        Ok(digits) => format!("{body}{}", char::from(check_digit(digits))),
        Err(_) => body,
    }
}

/// Appends the check digit of ISO/IEC 7812.
fn with_luhn(body: &str) -> String {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let digit = u32::from(digit - b'0');
            match (index % 2, digit * 2) {
                (0, doubled) if doubled > 9 => doubled - 9,
                (0, doubled) => doubled,
                _ => digit,
            }
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use renzheng_types::{
        account::Sex,
        value::{IdNumber, PersonName, Phone},
    };

    use super::*;

    #[test]
    fn everybody_is_valid_and_unique() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 1).expect("a date");
        let population = Population::default();
        let mut numbers = HashSet::new();
        let mut phones = HashSet::new();
        for number in 0..SIZE {
            let citizen = population.citizen(number);
            let id = IdNumber::parse(&citizen.id_number, today)
                .unwrap_or_else(|error| panic!("{number} {}: {error}", citizen.id_number));
            assert_eq!(id.birth_date(), citizen.birth_date);
            assert_eq!(id.sex() == Sex::Female, citizen.sex == "female", "{number}");
            assert!(id.age_on(today) >= 18);
            PersonName::parse(&citizen.name).expect("a name");
            Phone::parse(&citizen.phone).expect("a phone");
            assert!(numbers.insert(citizen.id_number.clone()), "{number}");
            assert!(
                phones.insert(citizen.phone.clone()),
                "{number} {}",
                citizen.phone
            );
            assert_eq!(population.by_id_number(&citizen.id_number), Some(citizen));
        }
    }

    #[test]
    fn the_first_is_the_example_of_the_standard() {
        let citizen = Population::default().citizen(0);
        assert_eq!(citizen.name, "张三");
        assert_eq!(citizen.id_number, "11010519491231002X");
        assert_eq!(citizen.phone, "13500000330");
        assert_eq!(
            Population::default().by_id_number("810000199805010014"),
            None
        );
    }

    #[test]
    fn card_numbers_pass_the_luhn_check() {
        assert_eq!(with_luhn("622848040256489001"), "6228480402564890018");
    }
}
