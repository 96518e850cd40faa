//! Passkeys (WebAuthn level 3): a device that has checked who holds it (finger, face or PIN) signs our challenge. So a
//! passkey is two factors in one: it signs in by itself, and serves as the second factor after a password.

pub mod ceremony;
pub mod enrol;
pub mod registration;
pub mod routes;
mod store;

use sha2::{Digest, Sha256};
use uuid::Uuid;
use webauthn_rs::prelude as webauthn;

use crate::{app::App, crypto::Place, entity::passkey::Model};

/// Whether the account has a passkey.
pub async fn any(app: &App, account_id: Uuid) -> anyhow::Result<bool> {
    Ok(!store::of_account(app, account_id).await?.is_empty())
}

/// The account's passkeys, oldest first.
pub async fn list(
    app: &App,
    account_id: Uuid,
) -> anyhow::Result<Vec<renzheng_types::passkey::Passkey>> {
    let rows = store::of_account(app, account_id).await?;
    Ok(rows.into_iter().map(view).collect())
}

fn view(row: Model) -> renzheng_types::passkey::Passkey {
    renzheng_types::passkey::Passkey {
        id: row.id,
        name: row.name,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
    }
}

/// A passkey as it rests in a row.
pub fn seal(app: &App, place: Place<'_>, passkey: &webauthn::Passkey) -> anyhow::Result<Vec<u8>> {
    Ok(app.vault.seal(place, &serde_json::to_vec(passkey)?))
}

pub fn open(app: &App, place: Place<'_>, sealed: &[u8]) -> anyhow::Result<webauthn::Passkey> {
    let bytes = app.vault.open_sealed(place, sealed)?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// By which a credential is found.
pub fn digest(credential_id: &[u8]) -> Vec<u8> {
    Sha256::digest(credential_id).to_vec()
}

const fn place(id: Uuid) -> Place<'static> {
    Place {
        table: "passkey",
        column: "credential",
        row: id,
    }
}
