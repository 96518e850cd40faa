//! Time-based codes (RFC 6238): SHA-1, six digits, thirty seconds, as every authenticator app has them.

use anyhow::Context;
use chrono::{DateTime, Utc};
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

use super::store;
use crate::{
    account::store::violates, app::App, code::limit, crypto::Place, database::ConnectionTrait,
    entity::totp::Model, http::problem::RetryAfter,
};

pub const SECRET_BYTES: usize = 20;

/// Counts a try at a second factor, whichever.
pub async fn count(app: &App, account_id: Uuid) -> anyhow::Result<Result<(), RetryAfter>> {
    app.count(app.windows_by_account(limit::SECOND_FACTOR_BY_ACCOUNT, account_id))
        .await
}

/// The generator for a secret. `name` is what the app shows.
pub fn generator(secret: &[u8], name: &str) -> anyhow::Result<Totp> {
    Builder::new()
        .with_secret(Secret::from(secret.to_vec()))
        .with_account_name(name)
        .with_issuer(Some("Renzheng"))
        .build()
        .map_err(|error| anyhow::anyhow!("authenticator: {error:?}"))
}

/// When the app was set up, if it was.
pub async fn since(app: &App, account_id: Uuid) -> anyhow::Result<Option<DateTime<Utc>>> {
    let row = store::totp(app, account_id).await?;
    Ok(row.map(|row| row.created_at))
}

/// Whether the code is right now, a step before or a step after, and was not used before: one atomic statement moves
/// the last step on.
pub async fn check(app: &App, account_id: Uuid, code: &str) -> anyhow::Result<bool> {
    let Some(row) = store::totp(app, account_id).await? else {
        return Ok(false);
    };
    let secret = app
        .vault
        .open_sealed(place(account_id), &row.secret_sealed)?;
    let Some(step) = matching_step(app, &secret, code)? else {
        return Ok(false);
    };
    Ok(store::use_step(app, account_id, step).await?)
}

/// The step that a code is right for, if it is.
pub fn matching_step(app: &App, secret: &[u8], code: &str) -> anyhow::Result<Option<i64>> {
    let now = u64::try_from(app.clock.now().timestamp()).context("a clock before 1970")?;
    let step = generator(secret, "-")?.check(code, now);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// Writes a confirmed app down; `false` when there is one already.
pub async fn insert<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    account_id: Uuid,
    secret: &[u8],
    last_step: i64,
) -> anyhow::Result<bool> {
    let model = Model {
        account_id,
        secret_sealed: app.vault.seal(place(account_id), secret),
        last_step,
        created_at: app.clock.now(),
    };
    match store::insert_totp(connection, model).await {
        Err(error) if violates(&error, "totp") => Ok(false),
        other => Ok(other.map(|()| true)?),
    }
}

/// Removes the app; `false` when there was none.
pub async fn remove<C: ConnectionTrait>(connection: &C, account_id: Uuid) -> anyhow::Result<bool> {
    Ok(store::remove_totp(connection, account_id).await?)
}

const fn place(account_id: Uuid) -> Place<'static> {
    Place {
        table: "totp",
        column: "secret",
        row: account_id,
    }
}
