//! Where an application is told, and the secret that what it is told is signed with.

use anyhow::{Context, bail};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{super::registration, store};
use crate::{
    clock::Clock,
    crypto::{Place, Vault, sealed::row_of_text},
    database::ConnectionTrait,
    entity::oidc_webhook::Model,
};

/// How long is still signed with the secret before, too.
const OVERLAP: TimeDelta = TimeDelta::hours(24);
/// How secrets are written down, by Standard Webhooks.
const PREFIX: &str = "whsec_";
/// How often is tried again when somebody else changes it at the same time.
const TRIES: usize = 8;

/// A secret, and until when it is used.
#[derive(Serialize, Deserialize)]
struct Secret {
    text: String,
    until: Option<DateTime<Utc>>,
}

/// A secret just made.
pub struct Renewed {
    /// Shown this once.
    pub secret: String,
    /// Until when the one before signs too.
    pub old_until: DateTime<Utc>,
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
    for _ in 0..TRIES {
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
        if store::insert_endpoint(connection, row).await? {
            return Ok(Some(secret));
        }
    }
    bail!("the webhook of {client_id} is changed all the time")
}

/// Tells an application no more; what it was not told yet is dropped. `false` when it was told nothing before.
pub async fn remove<C: ConnectionTrait>(connection: &C, client_id: &str) -> anyhow::Result<bool> {
    Ok(store::remove_endpoint(connection, client_id).await?)
}

/// Makes another secret. For a day everything is signed with both. `None` when there is no webhook.
pub async fn rotate_secret<C: ConnectionTrait>(
    connection: &C,
    vault: &Vault,
    clock: &Clock,
    client_id: &str,
) -> anyhow::Result<Option<Renewed>> {
    for _ in 0..TRIES {
        let Some(row) = store::endpoint(connection, client_id).await? else {
            return Ok(None);
        };
        let (secret, now) = (random(), clock.now());
        let old_until = now + OVERLAP;
        let mut secrets = vec![Secret {
            text: secret.clone(),
            until: None,
        }];
        let before = open(vault, &row)?.into_iter();
        secrets.extend(before.filter(|old| old.until.is_none()).map(|old| Secret {
            until: Some(old_until),
            ..old
        }));
        let sealed = seal(vault, client_id, &secrets)?;
        if store::set_secrets(connection, client_id, &row.secrets_sealed, sealed, now).await? {
            return Ok(Some(Renewed { secret, old_until }));
        }
    }
    bail!("the webhook of {client_id} is changed all the time")
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
