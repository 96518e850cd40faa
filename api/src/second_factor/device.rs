//! Browsers known from an earlier whole sign-in, by a cookie of their own.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::store;
use crate::{
    app::App, crypto::OpaqueToken, database::ConnectionTrait, entity::device::Model,
    http::caller::Caller,
};

/// A browser not seen for this long is new again.
const KNOWN_FOR: TimeDelta = TimeDelta::days(180);

/// By which digest the caller's browser would be known, and since when it must have been seen.
pub fn recognised_by(app: &App, caller: &Caller) -> Option<(Vec<u8>, DateTime<Utc>)> {
    digest(caller).map(|digest| (digest, app.clock.now() - KNOWN_FOR))
}

/// By which of its rows the caller's browser is known to the account, if it signed in to it before.
pub async fn known_as(
    app: &App,
    caller: &Caller,
    account_id: Uuid,
) -> anyhow::Result<Option<Uuid>> {
    let Some((digest, since)) = recognised_by(app, caller) else {
        return Ok(None);
    };
    Ok(store::find_device(app, account_id, &digest, since).await?)
}

/// Notes that the caller's browser signed in whole. Answers a new cookie when it has none.
pub async fn note<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    caller: &Caller,
    account_id: Uuid,
) -> anyhow::Result<Option<String>> {
    if !caller.browser {
        return Ok(None);
    }
    let (digest, cookie) = match digest(caller) {
        Some(digest) => (digest, None),
        None => {
            let token = OpaqueToken::random();
            (token.digest().to_vec(), Some(token.text().to_string()))
        }
    };
    let model = Model {
        id: app.clock.new_id(),
        account_id,
        cookie_digest: digest,
        last_seen_at: app.clock.now(),
    };
    store::see_device(connection, model).await?;
    Ok(cookie)
}

/// Every browser is new again: after a reset, or when the factor changed.
pub async fn forget_all<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
) -> anyhow::Result<()> {
    Ok(store::remove_devices(connection, account_id).await?)
}

/// Forgets browsers not seen for long.
pub async fn purge(app: &App, now: DateTime<Utc>) -> anyhow::Result<()> {
    Ok(store::purge_devices(app, now - KNOWN_FOR).await?)
}

fn digest(caller: &Caller) -> Option<Vec<u8>> {
    let cookie = caller.device_cookie.as_deref()?;
    OpaqueToken::digest_of(cookie).map(|digest| digest.to_vec())
}
