//! Where an application is told, and the secret that what it is told is signed with.

use anyhow::{Context, ensure};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{super::registration, store};
use crate::{
    clock::Clock,
    crypto::{Place, Vault, sealed::row_of_text},
    database::{ConnectionTrait, Database},
    entity::oidc_webhook::Model,
};

/// How long is still signed with the secret before, too.
const OVERLAP: TimeDelta = TimeDelta::hours(24);
/// How secrets are written down, by Standard Webhooks.
const PREFIX: &str = "whsec_";

/// A secret, and until when it is used.
#[derive(Serialize, Deserialize)]
struct Secret {
    text: String,
    until: Option<DateTime<Utc>>,
}

/// Sets where an application is told. A new secret is made when it had none; it is shown this once.
///
/// # Errors
/// When the URI is not one that may be called.
pub async fn set<C: ConnectionTrait>(
    connection: &C,
    vault: &Vault,
    clock: &Clock,
    client_id: &str,
    uri: &str,
) -> anyhow::Result<Option<String>> {
    registration::web_uri(uri).with_context(|| format!("webhook {uri}"))?;
    if store::set_uri(connection, client_id, uri, clock.now()).await? {
        return Ok(None);
    }
    let secret = random();
    let secrets = vec![Secret {
        text: secret.clone(),
        until: None,
    }];
    let row = Model {
        client_id: client_id.into(),
        uri: uri.into(),
        secrets_sealed: seal(vault, client_id, &secrets)?,
        updated_at: clock.now(),
    };
    store::insert_endpoint(connection, row).await?;
    Ok(Some(secret))
}

/// Tells an application no more; what it was not told yet is dropped.
///
/// # Errors
/// When it is told nothing now.
pub async fn remove(database: &Database, client_id: &str) -> anyhow::Result<()> {
    ensure!(
        store::remove_endpoint(database, client_id).await?,
        "{client_id} has no webhook"
    );
    Ok(())
}

/// Makes another secret. For a day everything is signed with both.
///
/// # Errors
/// When there is no webhook.
pub async fn rotate_secret(
    database: &Database,
    vault: &Vault,
    clock: &Clock,
    client_id: &str,
) -> anyhow::Result<String> {
    let row = store::endpoint(database.read(), client_id)
        .await?
        .with_context(|| format!("{client_id} has no webhook"))?;
    let secret = random();
    let mut secrets = vec![Secret {
        text: secret.clone(),
        until: None,
    }];
    let before = open(vault, &row)?;
    secrets.extend(
        before
            .into_iter()
            .filter(|old| old.until.is_none())
            .map(|old| Secret {
                until: Some(clock.now() + OVERLAP),
                ..old
            }),
    );
    let sealed = seal(vault, client_id, &secrets)?;
    let changed = store::set_secrets(
        database,
        client_id,
        &row.secrets_sealed,
        sealed,
        clock.now(),
    )
    .await?;
    ensure!(changed, "somebody else has just changed it; try again");
    Ok(secret)
}

/// The keys that are signed with now, the newest first.
pub fn keys(
    vault: &Vault,
    now: DateTime<Utc>,
    row: &Model,
) -> anyhow::Result<Vec<Zeroizing<Vec<u8>>>> {
    open(vault, row)?
        .iter()
        .filter(|secret| secret.until.is_none_or(|until| until > now))
        .map(|secret| {
            let text = secret.text.strip_prefix(PREFIX).unwrap_or_default();
            Ok(Zeroizing::new(BASE64_STANDARD.decode(text)?))
        })
        .collect()
}

fn random() -> String {
    let bytes: [u8; 32] = rand::random();
    format!("{PREFIX}{}", BASE64_STANDARD.encode(bytes))
}

fn place(client_id: &str) -> Place<'static> {
    Place {
        table: "oidc_webhook",
        column: "secrets",
        row: row_of_text(client_id),
    }
}

fn seal(vault: &Vault, client_id: &str, secrets: &[Secret]) -> anyhow::Result<Vec<u8>> {
    let plain = Zeroizing::new(serde_json::to_string(secrets)?);
    Ok(vault.seal_text(place(client_id), &plain))
}

fn open(vault: &Vault, row: &Model) -> anyhow::Result<Vec<Secret>> {
    let plain = vault.open_text(place(&row.client_id), &row.secrets_sealed)?;
    Ok(serde_json::from_str(&plain)?)
}
