//! The methods that ask by form. A new one is a file of its own and a line in [`METHODS`]: what it asks and how that
//! is read. Counting, evidence, retries and the overview know no method by name.

mod bank_card;
mod driving_licence;
mod form;
mod id_card;
mod provident_fund;
mod social_security;
mod telecom;
#[cfg(test)]
mod tests;

use renzheng_types::{
    Locale,
    verification::{FieldKind, FormField, Method},
};

pub use form::Form;

use crate::{config::VerificationSettings, hall, provider::Identity, verification::face};

/// What every method says of itself, whether it is done by form or not.
pub struct Terms {
    pub key: Method,
    /// The level it gives unless the configuration says otherwise.
    pub level: u8,
    /// The level a person must have before. From 1 on, name and ID number are those on file.
    pub needs: u8,
}

/// What is particular to a form method.
pub struct FormMethod {
    pub terms: Terms,
    /// Whether the person must have signed in just now, or step up first (the SMS step).
    pub asks_step_up: bool,
    /// Whether passing it puts the name and ID number on file.
    pub sets_identity: bool,
    /// What its form asks, in order.
    pub fields: fn(Locale, Option<&Identity>) -> Vec<FormField>,
    /// Reads the form into what the authority is asked.
    pub read: fn(&mut Form),
}

/// All form methods, in the order they are shown.
pub static METHODS: &[&FormMethod] = &[
    &id_card::METHOD,
    &bank_card::METHOD,
    &social_security::METHOD,
    &provident_fund::METHOD,
    &telecom::METHOD,
    &driving_licence::METHOD,
];

/// The methods that are more than one form, in the order they are shown. Each has a module of its own.
pub static OTHERS: &[&Terms] = &[&super::alipay::TERMS, &face::TERMS, &hall::TERMS];

impl Terms {
    /// The level it gives here.
    pub fn level(&self, settings: &VerificationSettings) -> u8 {
        settings
            .levels
            .get(&self.key)
            .copied()
            .unwrap_or(self.level)
    }

    /// Whether it is offered here.
    pub fn is_enabled(&self, settings: &VerificationSettings) -> bool {
        !settings.disabled.contains(&self.key)
    }
}

/// The method of a key, when it is offered.
pub fn find(key: Method, settings: &VerificationSettings) -> Option<&'static FormMethod> {
    registered(key).filter(|method| method.terms.is_enabled(settings))
}

/// The method of a key, whether it is offered now or not: an attempt may be older than the configuration.
pub fn registered(key: Method) -> Option<&'static FormMethod> {
    METHODS
        .iter()
        .copied()
        .find(|method| method.terms.key == key)
}

/// A field of a form.
fn field(name: &str, kind: FieldKind, label: &str, hint: &str) -> FormField {
    FormField {
        name: name.into(),
        label: label.into(),
        hint: hint.into(),
        kind,
        value_on_file: None,
    }
}
