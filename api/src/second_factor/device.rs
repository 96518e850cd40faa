//! Browsers known from an earlier whole sign-in, by a cookie of their own.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    app::App,
    crypto::OpaqueToken,
    entity::device::{Column, Entity, Model},
    http::caller::Caller,
};

/// A browser not seen for this long is new again.
const KNOWN_FOR: TimeDelta = TimeDelta::days(180);

/// Whether the caller's browser has signed in to this account before.
pub async fn is_known(app: &App, caller: &Caller, account_id: Uuid) -> anyhow::Result<bool> {
    let Some(digest) = digest(caller) else {
        return Ok(false);
    };
    let found = Entity::find()
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::CookieDigest.eq(digest))
        .filter(Column::LastSeenAt.gt(app.clock.now() - KNOWN_FOR))
        .one(app.database.read())
        .await?;
    Ok(found.is_some())
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
    Entity::insert(model.into_active_model().reset_all())
        .on_conflict(
            OnConflict::columns([Column::AccountId, Column::CookieDigest])
                .update_column(Column::LastSeenAt)
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await?;
    Ok(cookie)
}

/// Every browser is new again: after a reset, or when the factor changed.
pub async fn forget_all<C: ConnectionTrait>(connection: &C, account_id: Uuid) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::AccountId.eq(account_id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Forgets browsers not seen since `before`.
pub async fn purge(app: &App, now: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::LastSeenAt.lt(now - KNOWN_FOR))
        .exec(app.database.write())
        .await?;
    Ok(())
}

fn digest(caller: &Caller) -> Option<Vec<u8>> {
    let cookie = caller.device_cookie.as_deref()?;
    OpaqueToken::digest_of(cookie).map(|digest| digest.to_vec())
}
