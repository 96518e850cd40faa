//! Applications in the hands of operators: what the command line does, and changes; each in the trail.

use renzheng_types::admin::{
    Client as Shown, ClientDetails, ClientEntry, ClientKeys, ClientList, ClientRegistered,
    ClientSecret, NewClient as Asked,
};

use super::{
    client::{Client, GrantType},
    client_store,
    registration::{self, NewClient, Registered, SECRET_OVERLAP, Wrong},
    webhook::{endpoint, store as webhooks},
};
use crate::{
    app::App,
    audit,
    crypto::{OpaqueToken, signing::rotate},
    database::Transaction,
    entity::oidc_client::Model,
    http::{
        auth::Never,
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal},
    },
    staff::manage::Doer,
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum AddRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
}

impl Refusal for AddRefusal {
    fn detail(&self) -> Detail<'_> {
        let Self::InvalidInput(fields) = self;
        Detail::Fields(fields)
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ChangeRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("no such application")]
    NotFound,
}

impl Refusal for ChangeRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::NotFound => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum FindRefusal {
    #[error("no such application")]
    NotFound,
}

impl Refusal for FindRefusal {}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum SecretRefusal {
    #[error("no such application")]
    NotFound,
    #[error("it shows who it is in another way")]
    NoSecret,
}

impl Refusal for SecretRefusal {}

/// All of them, the oldest first.
pub async fn list(app: &App) -> Result<ClientList, Fault<Never>> {
    let rows = client_store::all(&app.database).await?;
    let items = rows.into_iter().map(|row| {
        Ok(ClientEntry {
            auth_method: row.auth_method.parse()?,
            id: row.id,
            name: row.name,
            created_at: row.created_at,
            disabled_at: row.disabled_at,
        })
    });
    Ok(ClientList {
        items: items.collect::<anyhow::Result<_>>()?,
        next_cursor: None,
    })
}

pub async fn show(app: &App, id: &str) -> Result<Shown, Fault<FindRefusal>> {
    let row = find(app, id).await?.ok_or(FindRefusal::NotFound)?;
    Ok(shown(app, row).await?)
}

pub async fn add(
    app: &App,
    caller: &Caller,
    doer: Doer<'_>,
    asked: Asked,
) -> Result<ClientRegistered, Fault<AddRefusal>> {
    let new = NewClient {
        auth_method: Some(word(asked.auth_method.into())?),
        subject_type: word(asked.subject_type.into())?,
        signing_alg: word(asked.signing_alg.into())?,
        sector: asked.sector.filter(|sector| !sector.trim().is_empty()),
        ..read(asked.details)?
    };
    let done = register(app, caller, doer, &new).await;
    let (row, registered) = done.map_err(|error| told(error, AddRefusal::InvalidInput))?;
    Ok(ClientRegistered {
        client: shown(app, row).await?,
        secret: registered.secret,
        webhook_secret: registered.webhook_secret,
    })
}

/// Registers an application, whoever does it.
///
/// # Errors
/// [`Wrong`], when something is not in order.
pub async fn register(
    app: &App,
    caller: &Caller,
    doer: Doer<'_>,
    new: &NewClient,
) -> anyhow::Result<(Model, Registered)> {
    let (row, mut registered) = registration::prepare(&app.clock, new)?;
    let (vault, clock) = (&app.vault, &app.clock);
    rotate::ensure(app.database.write(), vault, clock, new.signing_alg).await?;
    let transaction = app.database.begin().await?;
    client_store::insert(&transaction, row.clone()).await?;
    if let Some(uri) = &new.webhook_uri {
        registered.webhook_secret = endpoint::set(&transaction, vault, clock, &row.id, uri).await?;
    }
    note(app, &transaction, caller, doer, &row.id, "client.add").await?;
    transaction.commit().await?;
    app.signing.reload().await?;
    Ok((row, registered))
}

/// Replaces everything about an application that can be changed.
pub async fn change(
    app: &App,
    caller: &Caller,
    doer: Doer<'_>,
    id: &str,
    details: ClientDetails,
) -> Result<Shown, Fault<ChangeRefusal>> {
    let row = find(app, id).await?.ok_or(ChangeRefusal::NotFound)?;
    let new = read(details)?;
    let changed = registration::with(row, &new);
    let row = changed.map_err(|error| told(error, ChangeRefusal::InvalidInput))?;
    let transaction = app.database.begin().await?;
    client_store::change(&transaction, row.clone()).await?;
    let webhook_secret = match &new.webhook_uri {
        Some(uri) => endpoint::set(&transaction, &app.vault, &app.clock, id, uri).await?,
        None => {
            endpoint::remove(&transaction, id).await?;
            None
        }
    };
    note(app, &transaction, caller, doer, id, "client.change").await?;
    transaction.commit().await?;
    Ok(Shown {
        webhook_secret,
        ..shown(app, row).await?
    })
}

/// Changes where an application is told, and nothing else; answers the secret, if it is given one.
///
/// # Errors
/// When there is no such application, or the URI is not one that may be called.
pub async fn change_webhook(
    app: &App,
    caller: &Caller,
    doer: Doer<'_>,
    id: &str,
    uri: Option<&str>,
) -> anyhow::Result<Option<String>> {
    find(app, id).await?.ok_or(FindRefusal::NotFound)?;
    let transaction = app.database.begin().await?;
    let secret = match uri {
        Some(uri) => endpoint::set(&transaction, &app.vault, &app.clock, id, uri).await?,
        None if endpoint::remove(&transaction, id).await? => None,
        None => anyhow::bail!("{id} has no webhook"),
    };
    note(app, &transaction, caller, doer, id, "client.change").await?;
    transaction.commit().await?;
    Ok(secret)
}

/// Gives an application another secret; the old one is taken for another day.
pub async fn renew_secret(
    app: &App,
    caller: &Caller,
    doer: Doer<'_>,
    id: &str,
) -> Result<ClientSecret, Fault<SecretRefusal>> {
    find(app, id).await?.ok_or(SecretRefusal::NotFound)?;
    let secret = OpaqueToken::random();
    let until = app.clock.now() + SECRET_OVERLAP;
    let digest = secret.digest().to_vec();
    let transaction = app.database.begin().await?;
    if !client_store::set_secret(&transaction, id, digest, until).await? {
        return Err(SecretRefusal::NoSecret.into());
    }
    note(app, &transaction, caller, doer, id, "client.secret").await?;
    transaction.commit().await?;
    Ok(ClientSecret {
        secret: secret.text().to_string(),
        old_secret_until: until,
    })
}

/// Lets an application do nothing more, at once, or work again.
pub async fn switch(
    app: &App,
    caller: &Caller,
    doer: Doer<'_>,
    id: &str,
    on: bool,
) -> Result<Shown, Fault<FindRefusal>> {
    let row = find(app, id).await?.ok_or(FindRefusal::NotFound)?;
    let (disabled_at, action) = match on {
        true => (None, "client.enable"),
        false => (
            row.disabled_at.or_else(|| Some(app.clock.now())),
            "client.disable",
        ),
    };
    let transaction = app.database.begin().await?;
    client_store::set_disabled(&transaction, id, disabled_at).await?;
    if row.disabled_at != disabled_at {
        note(app, &transaction, caller, doer, id, action).await?;
    }
    transaction.commit().await?;
    Ok(shown(app, Model { disabled_at, ..row }).await?)
}

/// An application, disabled or not.
pub(super) async fn find(app: &App, id: &str) -> anyhow::Result<Option<Model>> {
    if !client_store::is_id(id) {
        return Ok(None);
    }
    Ok(client_store::get(&app.database, id).await?)
}

/// Writes down who did something to an application.
pub(super) async fn note(
    app: &App,
    transaction: &Transaction,
    caller: &Caller,
    doer: Doer<'_>,
    id: &str,
    action: &'static str,
) -> anyhow::Result<()> {
    let event = doer.event(None, action).detail("client", id);
    audit::record(app, transaction, caller, event).await
}

/// What is wrong, for the caller; a defect for the log.
fn told<R: Refusal>(error: anyhow::Error, tell: fn(InvalidFields) -> R) -> Fault<R> {
    match error.downcast::<Wrong>() {
        Ok(wrong) => tell(InvalidFields::one(wrong.field, wrong.error)).into(),
        Err(error) => error.into(),
    }
}

/// A word of the API as the registration's own.
fn word<T: std::str::FromStr>(word: &str) -> anyhow::Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    Ok(word.parse()?)
}

fn read(details: ClientDetails) -> anyhow::Result<NewClient> {
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let keys = details.keys.unwrap_or_default();
    let grant_types = details.grant_types.into_iter();
    Ok(NewClient {
        name: details.name,
        jwks: given(keys.jwks),
        jwks_uri: given(keys.jwks_uri),
        redirect_uris: details.redirect_uris,
        post_logout_redirect_uris: details.post_logout_redirect_uris,
        scopes: details.scopes,
        grant_types: grant_types
            .map(|grant| word::<GrantType>(grant.into()))
            .collect::<anyhow::Result<_>>()?,
        origins: details.origins,
        purposes: details.purposes,
        min_level: details.min_level,
        par_required: details.par_required,
        home_uri: given(details.home_uri),
        policy_uri: given(details.policy_uri),
        backchannel_logout_uri: given(details.backchannel_logout_uri),
        webhook_uri: given(details.webhook_uri),
        ..NewClient::default()
    })
}

async fn shown(app: &App, row: Model) -> anyhow::Result<Shown> {
    let webhook = webhooks::endpoint(app.database.read(), &row.id).await?;
    let (created_at, disabled_at) = (row.created_at, row.disabled_at);
    let client = Client::read(row)?;
    let now = app.clock.now();
    let keys = ClientKeys {
        jwks: client.jwks,
        jwks_uri: client.jwks_uri,
    };
    let grant_types = client.grant_types.into_iter();
    Ok(Shown {
        auth_method: word(client.auth_method.into())?,
        subject_type: word(client.subject_type.into())?,
        signing_alg: word(client.signing_alg.into())?,
        sector: client.sector,
        old_secret_until: client
            .old_secret
            .map(|(_, until)| until)
            .filter(|until| *until > now),
        webhook_secret: None,
        created_at,
        disabled_at,
        details: ClientDetails {
            name: client.name,
            redirect_uris: client.redirect_uris,
            post_logout_redirect_uris: client.post_logout_redirect_uris,
            scopes: client.scopes,
            grant_types: grant_types
                .map(|grant| word(grant.into()))
                .collect::<anyhow::Result<_>>()?,
            origins: client.origins,
            purposes: client.purposes,
            min_level: client.min_level,
            par_required: client.par_required,
            home_uri: client.home_uri,
            policy_uri: client.policy_uri,
            backchannel_logout_uri: client.backchannel_logout_uri,
            webhook_uri: webhook.map(|webhook| webhook.uri),
            keys: (keys != ClientKeys::default()).then_some(keys),
        },
        id: client.id,
    })
}
