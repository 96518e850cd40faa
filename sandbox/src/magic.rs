//! Values that make the pretended authorities answer in a given way, whatever the other data are.

/// What a magic value does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Magic {
    Mismatch,
    NoRecord,
    /// The authority is down (503).
    Error,
    /// Answers after 3 seconds.
    Slow,
}

/// All of them: what each is, and the values for mismatch, no record, a fault and a slow answer.
pub const VALUES: &[(&str, &str, [&str; 4])] = &[
    (
        "姓名",
        "Name",
        ["测试不一致", "测试无记录", "测试故障", "测试缓慢"],
    ),
    (
        "银行卡号",
        "Bank card",
        [
            "6228480999990000013",
            "6228480999990000021",
            "6228480999990000047",
            "6228480999990000039",
        ],
    ),
    (
        "手机号码",
        "Phone",
        ["19900000001", "19900000002", "19900000004", "19900000003"],
    ),
    (
        "社保编号、公积金账号",
        "Social security, provident fund",
        ["MISMATCH", "NORECORD", "OUTAGE00", "SLOWSLOW"],
    ),
    (
        "驾驶证档案编号",
        "Licence file",
        [
            "000000000001",
            "000000000002",
            "000000000004",
            "000000000003",
        ],
    ),
    (
        "支付宝账号",
        "Alipay account",
        [
            "mismatch@alipay.example",
            "norecord@alipay.example",
            "outage@alipay.example",
            "slow@alipay.example",
        ],
    ),
];

/// What each of the four does, in the order of [`VALUES`].
pub const EFFECTS: [(Magic, &str, &str); 4] = [
    (Magic::Mismatch, "总是不一致", "always a mismatch"),
    (Magic::NoRecord, "总是查无记录", "always no record"),
    (
        Magic::Error,
        "核验机构故障（503）",
        "the authority is down (503)",
    ),
    (Magic::Slow, "3 秒后才回答", "answers after 3 seconds"),
];

/// What a value does, when it is a magic one.
pub fn of(value: &str) -> Option<Magic> {
    VALUES.iter().find_map(|(_, _, values)| {
        let place = values.iter().position(|magic| *magic == value)?;
        EFFECTS.get(place).map(|(magic, ..)| *magic)
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use renzheng_types::{value::ValueError, verification::FieldKind};

    use super::*;
    use crate::population::{Population, SIZE};

    #[test]
    fn forms_take_every_value_and_nobody_has_it() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a date");
        let kinds = [
            FieldKind::Name,
            FieldKind::BankCard,
            FieldKind::Phone,
            FieldKind::SocialSecurity,
            FieldKind::DrivingLicenceFile,
        ];
        for ((_, _, values), kind) in VALUES.iter().zip(kinds) {
            for value in values {
                assert_eq!(
                    kind.check(value, today),
                    Ok::<(), ValueError>(()),
                    "{value}"
                );
            }
        }
        let population = Population::default();
        for number in 0..SIZE {
            let citizen = population.citizen(number);
            for value in [
                &citizen.phone,
                &citizen.bank_card.number,
                &citizen.social_security,
                &citizen.driving_licence_file,
                &citizen.alipay_account,
            ] {
                assert_eq!(of(value), None, "{number}");
            }
        }
    }
}
