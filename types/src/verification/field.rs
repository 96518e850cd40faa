//! Fields of the forms, described so that they can be drawn and checked without knowing the method.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::value::{
    BankCard, DrivingLicenceFile, IdNumber, PersonName, Phone, ProvidentFundAccount,
    SocialSecurityNumber, ValueError,
};

/// One field of a method's form: enough to draw it without knowing the method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Object),
    oai(skip_serializing_if_is_none)
)]
pub struct FormField {
    /// The field's name in the request body.
    pub name: String,
    /// In the language asked for.
    pub label: String,
    /// In the language asked for; empty when there is none.
    pub hint: String,
    /// What it takes.
    pub kind: FieldKind,
    /// What is on file, masked. Such a field is shown and need not be sent.
    pub value_on_file: Option<String>,
}

/// What a field takes, and how it is best typed in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumIter,
)]
#[cfg_attr(
    feature = "openapi",
    derive(poem_openapi::Enum),
    oai(rename_all = "kebab-case")
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum FieldKind {
    Text,
    Name,
    IdNumber,
    Phone,
    BankCard,
    SocialSecurity,
    ProvidentFund,
    DrivingLicenceFile,
}

impl FieldKind {
    /// HTML's `inputmode`.
    pub const fn input_mode(self) -> &'static str {
        match self {
            Self::Phone => "tel",
            Self::BankCard | Self::DrivingLicenceFile => "numeric",
            _ => "text",
        }
    }

    /// HTML's `autocomplete`. Numbers of documents are not for a browser to remember.
    pub const fn autocomplete(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "tel-national",
            Self::BankCard => "cc-number",
            _ => "off",
        }
    }

    /// Says whether `text` could be right, by the same rules as the service.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(self, text: &str, today: NaiveDate) -> Result<(), ValueError> {
        match self {
            Self::Text if text.trim().is_empty() => Err(ValueError::Required),
            Self::Text => Ok(()),
            Self::Name => PersonName::parse(text).map(drop),
            Self::IdNumber => IdNumber::parse(text, today).map(drop),
            Self::Phone => Phone::parse(text).map(drop),
            Self::BankCard => BankCard::parse(text).map(drop),
            Self::SocialSecurity => SocialSecurityNumber::parse(text, today).map(drop),
            Self::ProvidentFund => ProvidentFundAccount::parse(text).map(drop),
            Self::DrivingLicenceFile => DrivingLicenceFile::parse(text).map(drop),
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_kind_of_field_asks_to_be_filled_in() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a date");
        for kind in FieldKind::iter() {
            assert_eq!(
                kind.check(" ", today),
                Err(ValueError::Required),
                "{kind:?}"
            );
            assert!(!kind.input_mode().is_empty() && !kind.autocomplete().is_empty());
        }
    }

    #[test]
    fn kinds_are_written_as_they_are_read() {
        for kind in FieldKind::iter() {
            let written = serde_json::to_value(kind).expect("JSON");
            assert_eq!(written, <&str>::from(kind));
        }
    }
}
