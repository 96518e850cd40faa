//! A form as it was filled in, and how it is read.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use renzheng_types::{
    value::{IdNumber, PersonName, ValueError},
    verification::Method,
};

use crate::{
    http::problem::InvalidFields,
    provider::{Claim, Identity},
};

/// What a person typed, by field, beside what is on file of them.
pub struct Form {
    values: BTreeMap<String, String>,
    today: NaiveDate,
    identity: Option<Identity>,
    details: BTreeMap<String, String>,
    invalid: InvalidFields,
}

impl Form {
    pub fn new(
        values: BTreeMap<String, String>,
        on_file: Option<Identity>,
        today: NaiveDate,
    ) -> Self {
        Self {
            values,
            today,
            identity: on_file,
            details: BTreeMap::new(),
            invalid: InvalidFields::default(),
        }
    }

    /// The day on which it was filled in.
    pub const fn today(&self) -> NaiveDate {
        self.today
    }

    /// Takes a field, in the canonical form that `parse` answers, or notes what is wrong with it.
    pub fn take(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<String, ValueError>,
    ) {
        let result = parse(self.value(field));
        if let Some(value) = self.invalid.note(field, result) {
            self.details.insert(field.into(), value);
        }
    }

    /// Takes name and ID number as typed: the person is not on file yet.
    pub fn take_identity(&mut self) {
        let name = PersonName::parse(self.value("name"));
        let id_number = IdNumber::parse(self.value("id_number"), self.today);
        let name = self.invalid.note("name", name);
        let id_number = self.invalid.note("id_number", id_number);
        if let (Some(name), Some(id_number)) = (name, id_number) {
            self.identity = Some(Identity { name, id_number });
        }
    }

    /// Name and ID number may be typed too, but are those on file.
    pub fn confirm_identity(&mut self) {
        let same = |typed: bool| typed.then_some(()).ok_or(ValueError::DiffersFromFile);
        let file = self.identity.as_ref();
        if self.values.contains_key("name") {
            let result = PersonName::parse(self.value("name"))
                .and_then(|name| same(file.is_some_and(|file| file.name == name)));
            self.invalid.note("name", result);
        }
        if self.values.contains_key("id_number") {
            let result = IdNumber::parse(self.value("id_number"), self.today)
                .and_then(|number| same(file.is_some_and(|file| file.id_number == number)));
            self.invalid.note("id_number", result);
        }
    }

    /// The claim, when nothing was wrong.
    pub fn claim(self, method: Method) -> Result<Claim, InvalidFields> {
        match self.identity {
            Some(identity) if self.invalid.is_empty() => Ok(Claim {
                method,
                identity,
                details: self.details,
            }),
            None if self.invalid.is_empty() => {
                Err(InvalidFields::one("id_number", ValueError::Required))
            }
            _ => Err(self.invalid),
        }
    }

    fn value(&self, field: &str) -> &str {
        self.values
            .get(field)
            .map(String::as_str)
            .unwrap_or_default()
    }
}
