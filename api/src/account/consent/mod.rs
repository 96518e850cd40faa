//! Consents to the processing of one kind of sensitive data: separate, versioned, recorded, and taken back as easily as
//! given (PIPL, articles 14, 15 and 29).

pub mod store;

use renzheng_types::{Locale, agreement::Agreement};
use uuid::Uuid;

use super::agreement;
use crate::{
    app::App,
    audit::{self, Event},
    database::ConnectionTrait,
    entity::processing_consent::Model,
    http::caller::Caller,
};

/// What a consent is about: a text file per language, versioned by date.
pub struct Subject {
    pub key: &'static str,
    /// The version in force.
    pub version: &'static str,
    zh: &'static str,
    en: &'static str,
}

/// The face of a person, and photos of their ID card.
pub static FACE: Subject = Subject {
    key: "face",
    version: "2026-11-28",
    zh: include_str!("../../../assets/consent/face-2026-11-28.zh-CN.md"),
    en: include_str!("../../../assets/consent/face-2026-11-28.en.md"),
};

impl Subject {
    /// The text in force.
    pub fn text(&self, locale: Locale) -> anyhow::Result<Agreement> {
        agreement::of(self.version, locale.pick(self.zh, self.en))
    }
}

/// The consent that stands now, if it is to the version in force.
pub async fn standing(
    app: &App,
    account_id: Uuid,
    subject: &Subject,
) -> anyhow::Result<Option<Model>> {
    let last = store::standing(app, account_id, subject.key).await?;
    Ok(last.filter(|consent| consent.version == subject.version))
}

/// Records that the person agrees to the version in force.
pub async fn give<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    caller: &Caller,
    account_id: Uuid,
    subject: &Subject,
) -> anyhow::Result<()> {
    let now = app.clock.now();
    store::withdraw(connection, account_id, subject.key, now).await?;
    let consent = Model {
        id: app.clock.new_id(),
        account_id,
        subject: subject.key.into(),
        version: subject.version.into(),
        given_at: now,
        withdrawn_at: None,
    };
    store::insert(connection, consent).await?;
    let event = Event::by_account(account_id, "processing-consent.give")
        .detail("subject", subject.key)
        .detail("version", subject.version);
    audit::record(app, connection, caller, event).await
}

/// Takes it back; `false` when there was none.
pub async fn withdraw<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    caller: &Caller,
    account_id: Uuid,
    subject: &Subject,
) -> anyhow::Result<bool> {
    let now = app.clock.now();
    if !store::withdraw(connection, account_id, subject.key, now).await? {
        return Ok(false);
    }
    let event =
        Event::by_account(account_id, "processing-consent.withdraw").detail("subject", subject.key);
    audit::record(app, connection, caller, event).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_sections() {
        let zh = FACE.text(Locale::ZhCn).expect("valid");
        let en = FACE.text(Locale::En).expect("valid");
        assert_eq!(zh.version, en.version);
        assert!(zh.sections.len() >= 4);
        assert_eq!(zh.sections.len(), en.sections.len());
    }
}
