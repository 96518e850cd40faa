//! What the pretended registers know: the one truth behind all wire formats.

use crate::{
    faults::Mode,
    magic::{self, Magic},
    population::{Citizen, Population},
};

/// What is asked of a person, beside name and ID number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Datum {
    Phone,
    BankCard,
    BankPhone,
    SocialSecurity,
    ProvidentFund,
    DrivingLicenceFile,
}

/// A claim to be judged.
pub struct Question<'a> {
    pub name: &'a str,
    pub id_number: &'a str,
    pub data: Vec<(Datum, &'a str)>,
}

/// What a register says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    Match,
    /// Which of name and data are wrong; the ID number is what people are found by.
    Mismatch {
        name: bool,
        data: bool,
    },
    NoRecord,
}

impl Question<'_> {
    /// The fault that a magic value in the question wants.
    pub fn fault(&self) -> Option<Mode> {
        self.magic().find_map(|magic| match magic {
            Magic::Error => Some(Mode::Error),
            Magic::Slow => Some(Mode::Slow),
            _ => None,
        })
    }

    pub fn judge(&self, population: &Population) -> Judgement {
        let forced = self.magic().find_map(|magic| match magic {
            Magic::Mismatch => Some(Judgement::Mismatch {
                name: self.data.is_empty(),
                data: !self.data.is_empty(),
            }),
            Magic::NoRecord => Some(Judgement::NoRecord),
            Magic::Slow if !self.data.is_empty() => Some(Judgement::Match),
            _ => None,
        });
        if let Some(judgement) = forced {
            return judgement;
        }
        let Some(citizen) = population.by_id_number(self.id_number) else {
            return Judgement::NoRecord;
        };
        let name = citizen.name != self.name;
        let data = !self
            .data
            .iter()
            .all(|(datum, value)| datum.belongs_to(&citizen, value));
        if name || data {
            Judgement::Mismatch { name, data }
        } else {
            Judgement::Match
        }
    }

    fn magic(&self) -> impl Iterator<Item = Magic> {
        let data = self.data.iter().map(|(_, value)| *value);
        std::iter::once(self.name).chain(data).filter_map(magic::of)
    }
}

impl Datum {
    fn belongs_to(self, citizen: &Citizen, value: &str) -> bool {
        match self {
            Self::Phone => citizen.phone == value,
            Self::BankCard => citizen.bank_card.number == value,
            Self::BankPhone => citizen.bank_card.phone == value,
            Self::SocialSecurity => citizen.social_security == value || citizen.id_number == value,
            Self::ProvidentFund => citizen.provident_fund.eq_ignore_ascii_case(value),
            Self::DrivingLicenceFile => citizen.driving_licence_file == value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(name: &str, data: Vec<(Datum, &str)>) -> Judgement {
        let question = Question {
            name,
            id_number: "11010519491231002X",
            data,
        };
        question.judge(&Population::default())
    }

    #[test]
    fn a_citizen_is_known_with_all_data() {
        let citizen = Population::default().citizen(0);
        for (datum, value) in [
            (Datum::Phone, &citizen.phone),
            (Datum::BankCard, &citizen.bank_card.number),
            (Datum::BankPhone, &citizen.bank_card.phone),
            (Datum::SocialSecurity, &citizen.social_security),
            (Datum::SocialSecurity, &citizen.id_number),
            (Datum::ProvidentFund, &citizen.provident_fund),
            (Datum::DrivingLicenceFile, &citizen.driving_licence_file),
        ] {
            assert_eq!(judge("张三", vec![(datum, value)]), Judgement::Match);
            let wrong = judge("张三", vec![(datum, "0")]);
            assert_eq!(
                wrong,
                Judgement::Mismatch {
                    name: false,
                    data: true
                }
            );
        }
        let wrong = judge("李四", vec![]);
        assert_eq!(
            wrong,
            Judgement::Mismatch {
                name: true,
                data: false
            }
        );
    }

    #[test]
    fn magic_values_decide() {
        let asked = |value| judge("张三", vec![(Datum::SocialSecurity, value)]);
        assert_eq!(asked("NORECORD"), Judgement::NoRecord);
        assert_eq!(asked("SLOWSLOW"), Judgement::Match);
        assert!(matches!(
            asked("MISMATCH"),
            Judgement::Mismatch { data: true, .. }
        ));
        assert!(matches!(
            judge("测试不一致", vec![]),
            Judgement::Mismatch { name: true, .. }
        ));
        let question = Question {
            name: "张三",
            id_number: "",
            data: vec![(Datum::Phone, "19900000004")],
        };
        assert_eq!(question.fault(), Some(Mode::Error));
    }
}
