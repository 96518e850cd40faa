//! An account as its owner sees it: opened, and masked again.

use chrono::NaiveDate;
use renzheng_types::{
    Locale,
    account::{Account, Sex},
    value::{IdNumber, PersonName, Phone},
};

use super::store::place;
use crate::{app::App, email::address::Email, entity::account::Model};

/// The owner's view. `level` is the person's assurance level.
pub fn account(app: &App, model: &Model, level: u8) -> anyhow::Result<Account> {
    let open = |column, sealed: &Option<Vec<u8>>| {
        sealed
            .as_deref()
            .map(|sealed| app.vault.open_text(place(column, model.id), sealed))
            .transpose()
    };
    let phone = open("phone", &model.phone_sealed)?
        .and_then(|text| Phone::parse(&text).ok())
        .map(|phone| phone.masked())
        .unwrap_or_default();
    let name = open("name", &model.name_sealed)?
        .and_then(|text| PersonName::parse(&text).ok())
        .map(|name| name.masked());
    let id_number = open("id_number", &model.id_number_sealed)?
        .and_then(|text| IdNumber::parse(&text, app.clock.now().date_naive()).ok());
    let sex: Option<Sex> = id_number.as_ref().map(IdNumber::sex);
    let birth_date: Option<NaiveDate> = id_number.as_ref().map(IdNumber::birth_date);
    Ok(Account {
        id: model.id,
        nickname: model.nickname.clone(),
        phone,
        name,
        id_number: id_number.as_ref().map(IdNumber::masked),
        sex,
        birth_date,
        email: open("email", &model.email_sealed)?
            .and_then(|text| Email::parse(&text).ok())
            .map(|email| email.masked()),
        level,
        locale: Locale::from_tag(&model.locale).unwrap_or_default(),
        created_at: model.created_at,
        closes_at: model.closes_at,
    })
}
