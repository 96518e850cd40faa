//! The methods that ask by form. A new one is a file of its own and a line in [`METHODS`].

pub mod id_card;

use renzheng_types::{
    Locale,
    verification::{FormField, Method},
};

use crate::config::VerificationSettings;

/// What is particular to a form method.
pub struct FormMethod {
    pub key: Method,
    /// The level it gives unless the configuration says otherwise.
    pub level: u8,
    /// The level a person must have before.
    pub needs: u8,
    /// What its form asks, in order.
    pub fields: fn(Locale) -> Vec<FormField>,
}

/// All form methods, in the order they are shown.
pub static METHODS: &[&FormMethod] = &[&id_card::METHOD];

impl FormMethod {
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
    METHODS
        .iter()
        .copied()
        .find(|method| method.key == key && method.is_enabled(settings))
}

/// A field of a form.
fn field(name: &str, label: &str, hint: &str) -> FormField {
    FormField {
        name: name.into(),
        label: label.into(),
        hint: hint.into(),
    }
}
