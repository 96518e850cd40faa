//! What a person agreed to, application by application; taking it back; and who read what.

use std::collections::BTreeMap;

use renzheng_types::{
    Locale,
    application::{Application, Consent, ConsentList, Disclosure, DisclosureList, NamedScope},
};
use uuid::Uuid;

use super::{client::Client, client_store, consent_store, grant_store, scope::Scope, subject};
use crate::{
    account::store as accounts,
    app::App,
    audit::{self, Event},
    database::ConnectionTrait,
    entity::account::Model,
    http::{
        auth::Never,
        caller::Caller,
        problem::{Fault, Refusal},
    },
    session::Authenticated,
};

const PAGE: u64 = 20;

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum RevokeRefusal {
    #[error("no such consent of this person")]
    NotFound,
}

impl Refusal for RevokeRefusal {}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ListRefusal {
    #[error("not a cursor of ours")]
    CursorInvalid,
}

impl Refusal for ListRefusal {}

/// What people are shown of an application.
pub fn application(client: &Client) -> Application {
    Application {
        id: client.id.clone(),
        name: client.name.clone(),
        home_url: client.home_uri.clone(),
        logo: client.logo_uri.clone(),
        policy_url: client.policy_uri.clone(),
    }
}

/// What a person agreed to for one client: scopes, and claims as `claim:…`.
pub async fn agreed<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
    client_id: &str,
) -> anyhow::Result<Vec<String>> {
    let row = consent_store::find(connection, account_id, client_id).await?;
    Ok(match row {
        Some(row) => serde_json::from_str(&row.items)?,
        None => Vec::new(),
    })
}

/// Whether an item was agreed to, by itself or with the scope it belongs to.
pub fn covers(agreed: &[String], item: &str) -> bool {
    agreed.iter().any(|one| one == item)
        || item
            .strip_prefix("claim:")
            .and_then(Scope::of_claim)
            .is_some_and(|scope| agreed.iter().any(|one| one == scope.name()))
}

/// Whether the person said no to an item before: they are not asked again each time, and can say otherwise where they
/// manage their applications.
pub fn declines(agreed: &[String], item: &str) -> bool {
    agreed.iter().any(|one| one.strip_prefix('-') == Some(item))
}

/// Keeps what a person agreed to, in the transaction of what comes of it.
pub async fn remember<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    caller: &Caller,
    account_id: Uuid,
    client: &Client,
    items: &[String],
) -> anyhow::Result<()> {
    let stored = serde_json::to_string(items)?;
    let now = app.clock.now();
    let subject = subject::of(app, client, account_id);
    consent_store::put(connection, account_id, &client.id, subject, stored, now).await?;
    let event = Event::by_account(account_id, "consent.grant")
        .detail("client", &client.id)
        .detail("name", &client.name)
        .detail("items", &items.join(" "));
    audit::record(app, connection, caller, event).await
}

/// The person whom a client knows by this name: nobody who has not agreed to the client, or no longer does, or is
/// about to leave.
pub async fn person(app: &App, client: &Client, sub: &str) -> anyhow::Result<Option<Model>> {
    if !subject::is_one(sub) {
        return Ok(None);
    }
    let Some(row) = consent_store::of_subject(app, &client.id, sub).await? else {
        return Ok(None);
    };
    stands(app, client, row.account_id).await
}

/// A person, while what they agreed to for a client stands.
pub async fn stands(app: &App, client: &Client, account_id: Uuid) -> anyhow::Result<Option<Model>> {
    let agreed = agreed(app.database.read(), account_id, &client.id).await?;
    if !covers(&agreed, Scope::OpenId.name()) {
        return Ok(None);
    }
    let account = accounts::find(app, account_id).await?;
    Ok(account.filter(|account| account.status == accounts::ACTIVE && account.closes_at.is_none()))
}

/// Writes down who people are to the applications that they agreed to before that was kept.
pub async fn name_subjects(app: &App) -> anyhow::Result<()> {
    let rows = consent_store::without_subject(app, 1000).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let clients = clients(app).await?;
    for row in rows {
        if let Some(client) = clients.get(&row.client_id) {
            let subject = subject::of(app, client, row.account_id);
            consent_store::set_subject(app, &row, subject).await?;
        }
    }
    Ok(())
}

pub async fn list(
    app: &App,
    locale: Locale,
    session: &Authenticated,
) -> Result<ConsentList, Fault<Never>> {
    let clients = clients(app).await?;
    let mut items = Vec::new();
    for row in consent_store::of_account(app, session.account_id).await? {
        let Some(client) = clients.get(&row.client_id) else {
            continue;
        };
        let agreed: Vec<String> = serde_json::from_str(&row.items).map_err(anyhow::Error::from)?;
        let last =
            consent_store::disclosures(app, session.account_id, Some(&row.client_id), None, 1)
                .await?;
        items.push(Consent {
            application: application(client),
            scopes: scopes(&agreed, locale),
            granted_at: row.granted_at,
            updated_at: row.updated_at,
            last_read_at: last.first().map(|row| row.at),
        });
    }
    Ok(ConsentList {
        items,
        next_cursor: None,
    })
}

/// Takes back what was agreed to: everything issued stops working.
pub async fn revoke(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    client_id: &str,
) -> Result<(), Fault<RevokeRefusal>> {
    if !client_store::is_id(client_id) {
        return Err(RevokeRefusal::NotFound.into());
    }
    let transaction = app.database.begin().await?;
    let id = session.account_id;
    // Whoever is being let in on it meanwhile is waited for, and then ended.
    accounts::lock(&transaction, id).await?;
    if !consent_store::remove(&transaction, id, client_id).await? {
        return Err(RevokeRefusal::NotFound.into());
    }
    let now = app.clock.now();
    grant_store::revoke_of_client(&transaction, id, client_id, "consent-revoked", now).await?;
    let event = Event::by_account(id, "consent.revoke").detail("client", client_id);
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    Ok(())
}

/// Writes down what a client has just read.
pub async fn note_disclosure(
    app: &App,
    account_id: Uuid,
    client_id: &str,
    data: &[Scope],
) -> anyhow::Result<()> {
    if data.is_empty() {
        return Ok(());
    }
    let row = consent_store::DisclosureRow {
        id: app.clock.new_id(),
        account_id,
        client_id: client_id.into(),
        data: serde_json::to_string(data)?,
        at: app.clock.now(),
    };
    let note = app
        .database
        .write_one(|on| Box::pin(async move { consent_store::note_disclosure(&on, row).await }));
    Ok(note.await?)
}

/// One page of who read what, newest first.
pub async fn disclosures(
    app: &App,
    locale: Locale,
    account_id: Uuid,
    cursor: Option<&str>,
) -> Result<DisclosureList, Fault<ListRefusal>> {
    let before = cursor
        .map(str::parse::<Uuid>)
        .transpose()
        .map_err(|_| ListRefusal::CursorInvalid)?;
    let mut rows = consent_store::disclosures(app, account_id, None, before, PAGE + 1).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next_cursor = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let clients = clients(app).await?;
    let mut items = Vec::new();
    for row in rows {
        let data: Vec<Scope> = serde_json::from_str(&row.data).map_err(anyhow::Error::from)?;
        items.push(Disclosure {
            id: row.id,
            at: row.at,
            client_id: row.client_id.clone(),
            name: clients
                .get(&row.client_id)
                .map_or_else(|| row.client_id.clone(), |client| client.name.clone()),
            data: data.into_iter().map(|scope| named(scope, locale)).collect(),
        });
    }
    Ok(DisclosureList { items, next_cursor })
}

/// Everything agreed to and everything read, for the person's own copy of their data.
pub async fn export(
    app: &App,
    locale: Locale,
    session: &Authenticated,
) -> Result<serde_json::Value, Fault<ListRefusal>> {
    let consents = list(app, locale, session)
        .await
        .map_err(|fault| fault.map(|never| match never {}))?;
    let mut read = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = disclosures(app, locale, session.account_id, cursor.as_deref()).await?;
        read.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() || read.len() >= 1000 {
            break;
        }
    }
    Ok(serde_json::json!({"consents": consents.items, "disclosures": read}))
}

/// All clients, disabled ones too, by id.
async fn clients(app: &App) -> anyhow::Result<BTreeMap<String, Client>> {
    client_store::all(&app.database)
        .await?
        .into_iter()
        .map(|row| Ok((row.id.clone(), Client::read(row)?)))
        .collect()
}

/// The scopes agreed to, single claims among them, in words.
fn scopes(agreed: &[String], locale: Locale) -> Vec<NamedScope> {
    let mut scopes: Vec<Scope> = agreed
        .iter()
        .filter_map(|item| match item.strip_prefix("claim:") {
            Some(claim) => Scope::of_claim(claim),
            None => item.parse().ok(),
        })
        .filter(|scope| *scope != Scope::OpenId)
        .collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
        .into_iter()
        .map(|scope| named(scope, locale))
        .collect()
}

fn named(scope: Scope, locale: Locale) -> NamedScope {
    NamedScope {
        scope: scope.name().into(),
        title: scope.title(locale).into(),
    }
}
