//! From a record to rows, or to what is wrong with it.

use chrono::{DateTime, TimeDelta, Utc};
use renzheng_types::{
    Locale,
    value::{IdNumber, Nickname, PersonName, Phone, ValueError},
    verification::Method,
};
use serde::Serialize;

use super::record::{Record, Unreadable};
use crate::{
    account::store as accounts,
    app::App,
    crypto::password::foreign::ForeignHash,
    email::address::Email,
    entity::{account, verification_attempt},
    verification::{attempt, method, store as attempts},
};

/// What stands for the agreement, and for the provider, where another system asked.
const IMPORTED: &str = "import";

/// What is wrong with a record. It tells no personal data.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub field: &'static str,
    pub code: &'static str,
    pub message: &'static str,
}

impl Problem {
    const UNREADABLE: Self = Self {
        field: "",
        code: "unreadable",
        message: "The record is not one of this format, or has unknown fields.",
    };

    fn of(field: &'static str, error: ValueError) -> Self {
        Self {
            field,
            code: error.code(),
            message: error.message(Locale::En),
        }
    }

    /// Another account, or an earlier record, has it.
    pub fn taken(field: &'static str) -> Self {
        Self {
            field,
            code: "taken",
            message: "Another account has it, or an earlier record of this file.",
        }
    }
}

/// The rows of one account.
#[derive(Clone)]
pub struct Prepared {
    pub account: account::Model,
    pub attempt: Option<verification_attempt::Model>,
}

impl Prepared {
    /// What no two accounts share, by the field of the record.
    pub fn unique(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        [
            ("phone", &self.account.phone_index),
            ("email", &self.account.email_index),
            ("id_number", &self.account.id_number_index),
        ]
        .into_iter()
        .filter_map(|(field, index)| Some((field, index.as_deref()?)))
    }
}

/// Checks every field. Names and ID numbers are taken, as checked by the other system, only with `identities`.
pub fn prepare(
    app: &App,
    record: Result<Record, Unreadable>,
    identities: bool,
) -> Result<Prepared, Vec<Problem>> {
    let record = record.map_err(|Unreadable| vec![Problem::UNREADABLE])?;
    let now = app.clock.now();
    let mut fields = Fields::default();
    let phone = fields.note("phone", Phone::parse(&record.phone));
    let nickname = fields.optional("nickname", record.nickname.as_deref(), Nickname::parse);
    let email = fields.optional("email", record.email.as_deref(), Email::parse);
    let hash: Option<String> =
        fields.read("password_hash", record.password_hash.as_deref(), |text| {
            ForeignHash::parse(text).map(|_| text.to_string())
        });
    let locale = fields.read("locale", record.locale.as_deref(), |text| {
        [Locale::ZhCn, Locale::En]
            .into_iter()
            .find(|locale| locale.tag() == text)
    });
    let past = |text: &str| {
        let time = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
        (time <= now).then_some(time)
    };
    let created_at = fields.read("created_at", record.created_at.as_deref(), past);
    let proven_at = fields.read("phone_proven_at", record.phone_proven_at.as_deref(), past);
    let verified_at = fields.read("verified_at", record.verified_at.as_deref(), past);
    let name = fields.optional("name", record.name.as_deref(), PersonName::parse);
    let id_number = fields.optional("id_number", record.id_number.as_deref(), |text| {
        IdNumber::parse(text, now.date_naive())
    });
    if name.is_some() != id_number.is_some() && fields.0.is_empty() {
        fields.refuse(
            "id_number",
            "incomplete",
            "A name and an ID number come together.",
        );
    }
    if !identities && (name.is_some() || id_number.is_some()) {
        fields.refuse(
            "id_number",
            "identities-not-taken",
            "Say --identities to take names and ID numbers as the other system checked them.",
        );
    }
    let Some(phone) = phone.filter(|_| fields.0.is_empty()) else {
        return Err(fields.0);
    };

    let id = app.clock.new_id();
    let seal = |column, text: &str| app.vault.seal_text(accounts::place(column, id), text);
    let created_at = created_at.unwrap_or(now);
    let email = email.as_ref().map(Email::as_str);
    let (name, id_number) = (
        name.as_ref().map(PersonName::as_str),
        id_number.as_ref().map(IdNumber::as_str),
    );
    let account = account::Model {
        id,
        phone_sealed: Some(seal("phone", phone.as_str())),
        phone_index: Some(app.vault.blind_index("phone", phone.as_str())),
        phone_proven_at: proven_at.unwrap_or(created_at),
        nickname: nickname.map_or_else(
            || format!("用户{}", &id.simple().to_string()[26..]),
            |nickname| nickname.as_str().into(),
        ),
        password_hash: String::new(),
        locale: locale.unwrap_or(Locale::ZhCn).tag().into(),
        status: accounts::ACTIVE.into(),
        agreement_version: IMPORTED.into(),
        agreement_accepted_at: created_at,
        name_sealed: name.map(|name| seal("name", name)),
        id_number_sealed: id_number.map(|number| seal("id_number", number)),
        id_number_index: id_number.map(|number| app.vault.blind_index("id-number", number)),
        created_at,
        email_sealed: email.map(|email| seal("email", email)),
        email_index: email.map(|email| app.vault.blind_index("email", email)),
        closes_at: None,
        foreign_hash_sealed: hash.map(|hash| seal("foreign_hash", &hash)),
    };
    let attempt = match id_number {
        Some(_) => passed(app, &account, verified_at.unwrap_or(created_at)),
        None => None,
    };
    Ok(Prepared { account, attempt })
}

/// The other system's word, as an attempt at the method it stands for.
fn passed(
    app: &App,
    account: &account::Model,
    at: DateTime<Utc>,
) -> Option<verification_attempt::Model> {
    let terms = &method::registered(Method::IdCard)?.terms;
    let days = app.config.verification.valid_days.get(&Method::IdCard);
    Some(verification_attempt::Model {
        status: attempts::PASSED.into(),
        provider: Some(IMPORTED.into()),
        claim_sealed: None,
        next_try_at: None,
        created_at: at,
        decided_at: Some(at),
        valid_until: days.map(|days| at + TimeDelta::days(i64::from(*days))),
        ..attempt::begun(app, app.clock.new_id(), account.id, terms, Vec::new())
    })
}

/// Reads fields and keeps what is wrong with them.
#[derive(Default)]
struct Fields(Vec<Problem>);

impl Fields {
    fn note<T>(&mut self, field: &'static str, value: Result<T, ValueError>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                self.0.push(Problem::of(field, error));
                None
            }
        }
    }

    fn optional<T>(
        &mut self,
        field: &'static str,
        text: Option<&str>,
        parse: impl FnOnce(&str) -> Result<T, ValueError>,
    ) -> Option<T> {
        let text = text.filter(|text| !text.is_empty())?;
        self.note(field, parse(text))
    }

    fn read<T>(
        &mut self,
        field: &'static str,
        text: Option<&str>,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = text.filter(|text| !text.is_empty())?;
        let value = parse(text);
        if value.is_none() {
            self.refuse(
                field,
                "invalid",
                "It has none of the forms of docs/bulk.md.",
            );
        }
        value
    }

    fn refuse(&mut self, field: &'static str, code: &'static str, message: &'static str) {
        self.0.push(Problem {
            field,
            code,
            message,
        });
    }
}
