//! `renzheng accounts export FILE`.

use std::{
    fs::{self, OpenOptions},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use chrono::{DateTime, SecondsFormat, Utc};
use indicatif::ProgressBar;
use uuid::Uuid;

use super::{
    record::{Format, Record, Writer},
    store,
};
use crate::{
    account::store::{ACTIVE, place},
    app::App,
    audit::{self, Event},
    entity::account::Model,
    http::caller::Caller,
};

const PAGE: u64 = 500;

/// Writes every account into a new file that only its owner may read. Passwords hashed here stay: they are of no use
/// without this installation's pepper. So do accounts that are locked or being closed, which would be neither elsewhere.
pub async fn run(
    app: &App,
    file: &Path,
    format: Format,
    bar: &ProgressBar,
) -> anyhow::Result<String> {
    ensure!(!file.exists(), "{} exists already", file.display());
    let part = PathBuf::from(format!("{}.part", file.display()));
    let event = Event::by_console(None, "accounts.export");
    audit::record(app, app.database.write(), &Caller::system(), event).await?;
    let opened = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&part)
        .with_context(|| part.display().to_string())?;
    bar.set_length(store::count(app).await?);
    let mut writer = Writer::new(opened, format);
    let mut after = Uuid::nil();
    let mut left_out = 0;
    loop {
        let accounts = store::page(app, after, PAGE).await?;
        let Some(last) = accounts.last() else { break };
        after = last.id;
        let verified = store::verified_at(app, &accounts).await?;
        for account in &accounts {
            if account.status != ACTIVE || account.closes_at.is_some() {
                left_out += 1;
                continue;
            }
            let verified_at = verified.get(&account.id).copied();
            if let Some(record) = record(app, account, verified_at)? {
                writer.write(&record)?;
                bar.inc(1);
            }
        }
    }
    writer.finish()?;
    fs::rename(&part, file)?;
    let written = bar.position();
    bar.finish_and_clear();
    Ok(format!(
        "{written} accounts in {}; {left_out} that are locked or being closed were left out. It holds personal data in the clear: keep it sealed, and destroy it when it has served.",
        file.display()
    ))
}

/// An account as a record; `None` without a phone, which a record cannot be without. Name and number go along while a
/// verification of them is valid.
fn record(
    app: &App,
    account: &Model,
    verified_at: Option<DateTime<Utc>>,
) -> anyhow::Result<Option<Record>> {
    let open = |column, sealed: &Option<Vec<u8>>| -> anyhow::Result<Option<String>> {
        let Some(sealed) = sealed.as_deref() else {
            return Ok(None);
        };
        let text = app.vault.open_text(place(column, account.id), sealed)?;
        Ok(Some(text.to_string()))
    };
    let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let Some(phone) = open("phone", &account.phone_sealed)? else {
        return Ok(None);
    };
    let (name, id_number) = match verified_at {
        Some(_) => (
            open("name", &account.name_sealed)?,
            open("id_number", &account.id_number_sealed)?,
        ),
        None => (None, None),
    };
    Ok(Some(Record {
        phone,
        nickname: Some(account.nickname.clone()),
        email: open("email", &account.email_sealed)?,
        password_hash: open("foreign_hash", &account.foreign_hash_sealed)?,
        locale: Some(account.locale.clone()),
        created_at: Some(time(account.created_at)),
        phone_proven_at: Some(time(account.phone_proven_at)),
        name,
        id_number,
        verified_at: verified_at.map(time),
    }))
}
