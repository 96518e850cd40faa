//! Where an account's owner can be reached.

use renzheng_types::{Locale, value::Phone};

use super::store::place;
use crate::{app::App, email::address::Email, entity::account::Model};

/// The bound phone. An account whose number went to someone else has none.
pub fn phone(app: &App, account: &Model) -> anyhow::Result<Option<Phone>> {
    let Some(sealed) = account.phone_sealed.as_deref() else {
        return Ok(None);
    };
    let text = app.vault.open_text(place("phone", account.id), sealed)?;
    Ok(Phone::parse(&text).ok())
}

/// The bound e-mail address.
pub fn email(app: &App, account: &Model) -> anyhow::Result<Option<Email>> {
    let Some(sealed) = account.email_sealed.as_deref() else {
        return Ok(None);
    };
    let text = app.vault.open_text(place("email", account.id), sealed)?;
    Ok(Email::parse(&text).ok())
}

/// The language the owner reads.
pub fn locale(account: &Model) -> Locale {
    Locale::from_tag(&account.locale).unwrap_or_default()
}
