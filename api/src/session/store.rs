//! Rows of `session`.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, Query, SubQueryStatement},
};
use uuid::Uuid;

use crate::{
    app::App,
    entity::{account, device, passkey, session, totp},
    http::caller::Caller,
    oidc::grant_store,
    verification::level,
};

/// Every use within this time of the last is not written down.
const USE_NOTED_EVERY: TimeDelta = TimeDelta::seconds(60);
const PURGED_AT_ONCE: u64 = 1000;

pub async fn insert<C: ConnectionTrait>(
    connection: &C,
    model: session::Model,
) -> Result<(), DbErr> {
    let model = session::ActiveModel {
        id: Set(model.id),
        account_id: Set(model.account_id),
        cookie_digest: Set(model.cookie_digest),
        refresh_digest: Set(model.refresh_digest),
        method: Set(model.method),
        remember: Set(model.remember),
        user_agent: Set(model.user_agent),
        address: Set(model.address),
        created_at: Set(model.created_at),
        last_used_at: Set(model.last_used_at),
        expires_at: Set(model.expires_at),
        ended_at: Set(None),
        end_reason: Set(None),
        proven_at: Set(model.proven_at),
    };
    session::Entity::insert(model)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// The session, unless it has ended.
pub async fn find(app: &App, id: Uuid) -> Result<Option<session::Model>, DbErr> {
    session::Entity::find_by_id(id)
        .filter(session::Column::EndedAt.is_null())
        .one(app.database.read())
        .await
}

/// Whether the session has not ended, until the transaction does.
pub async fn has_not_ended<C: ConnectionTrait>(connection: &C, id: Uuid) -> Result<bool, DbErr> {
    let session = session::Entity::find_by_id(id)
        .filter(session::Column::EndedAt.is_null())
        .lock_shared()
        .one(connection)
        .await?;
    Ok(session.is_some())
}

/// The id of the session that a browser's cookie belongs to.
pub async fn find_id_by_cookie(app: &App, digest: &[u8]) -> Result<Option<Uuid>, DbErr> {
    let found = session::Entity::find()
        .filter(session::Column::CookieDigest.eq(digest.to_vec()))
        .one(app.database.read())
        .await?;
    Ok(found.map(|session| session.id))
}

/// The session of a browser's cookie, unless it has ended.
pub async fn find_by_cookie<C: ConnectionTrait>(
    connection: &C,
    digest: &[u8],
) -> Result<Option<session::Model>, DbErr> {
    session::Entity::find()
        .filter(session::Column::CookieDigest.eq(digest.to_vec()))
        .filter(session::Column::EndedAt.is_null())
        .one(connection)
        .await
}

/// Notes that the session was used.
pub async fn note_use(
    app: &App,
    id: Uuid,
    last: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if now - last < USE_NOTED_EVERY {
        return Ok(());
    }
    let update = session::Entity::update_many()
        .col_expr(session::Column::LastUsedAt, Expr::value(now))
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::EndedAt.is_null());
    app.database
        .write_one(|on| Box::pin(async move { update.exec(&on).await }))
        .await?;
    Ok(())
}

/// Replaces the refresh token's digest: one winner for each token. Answers the session if this was it.
pub async fn rotate(
    app: &App,
    id: Uuid,
    old: Vec<u8>,
    new: Vec<u8>,
    now: DateTime<Utc>,
    idle: TimeDelta,
    idle_remembered: TimeDelta,
) -> Result<Option<session::Model>, DbErr> {
    let fresh = session::Column::Remember
        .eq(false)
        .and(session::Column::LastUsedAt.gt(now - idle))
        .or(session::Column::Remember
            .eq(true)
            .and(session::Column::LastUsedAt.gt(now - idle_remembered)));
    let update = session::Entity::update_many()
        .col_expr(session::Column::RefreshDigest, Expr::value(new))
        .col_expr(session::Column::LastUsedAt, Expr::value(now))
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::RefreshDigest.eq(old))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .filter(fresh);
    let rotated = app
        .database
        .write_one(|on| Box::pin(async move { update.exec_with_returning(&on).await }));
    Ok(rotated.await?.into_iter().next())
}

/// Ends a session, and notes which applications are to hear of it; `false` when it had ended before.
pub async fn end<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    reason: &'static str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let result = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .col_expr(session::Column::EndReason, Expr::value(reason))
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::EndedAt.is_null())
        .exec(connection)
        .await?;
    let ended = result.rows_affected == 1;
    if ended {
        grant_store::note_ended_sessions(connection, &[id], now).await?;
    }
    Ok(ended)
}

/// A person's live sessions, newest first.
pub async fn live_of_account(
    app: &App,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<session::Model>, DbErr> {
    session::Entity::find()
        .filter(session::Column::AccountId.eq(account_id))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .order_by_desc(session::Column::Id)
        .all(app.database.read())
        .await
}

/// Ends all of a person's sessions but `except`. Answers which, for [`super::live::LiveSessions::forget`].
pub async fn end_all<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
    except: Option<Uuid>,
    reason: &'static str,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, DbErr> {
    let mut update = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .col_expr(session::Column::EndReason, Expr::value(reason))
        .filter(session::Column::AccountId.eq(account_id))
        .filter(session::Column::EndedAt.is_null());
    if let Some(except) = except {
        update = update.filter(session::Column::Id.ne(except));
    }
    let ended = update.exec_with_returning(connection).await?;
    let ended: Vec<Uuid> = ended.into_iter().map(|session| session.id).collect();
    grant_store::note_ended_sessions(connection, &ended, now).await?;
    Ok(ended)
}

/// What decides how a sign-in goes on.
#[derive(Debug, FromQueryResult)]
pub struct Background {
    /// The assurance level.
    level: Option<i16>,
    pub totp: bool,
    pub passkey: bool,
    /// This browser has signed in to this account before.
    pub knows_browser: bool,
    /// This program has, from this address.
    pub knows_place: bool,
}

impl Background {
    pub fn level(&self) -> u8 {
        u8::try_from(self.level.unwrap_or_default()).unwrap_or_default()
    }
}

/// Reads it as one statement. `browser` is the digest of the cookie by which a browser is known, and since when.
pub async fn background(
    app: &App,
    caller: &Caller,
    account_id: Uuid,
    browser: Option<(Vec<u8>, DateTime<Utc>)>,
) -> Result<Option<Background>, DbErr> {
    let totp = Query::select()
        .column(totp::Column::AccountId)
        .from(totp::Entity)
        .and_where(totp::Column::AccountId.eq(account_id))
        .take();
    let passkey = Query::select()
        .column(passkey::Column::Id)
        .from(passkey::Entity)
        .and_where(passkey::Column::AccountId.eq(account_id))
        .take();
    let browser = browser.map(|(digest, since)| {
        Query::select()
            .column(device::Column::Id)
            .from(device::Entity)
            .and_where(device::Column::AccountId.eq(account_id))
            .and_where(device::Column::CookieDigest.eq(digest))
            .and_where(device::Column::LastSeenAt.gt(since))
            .take()
    });
    let browser = browser.map_or(Expr::Constant(false.into()), Expr::exists);
    let place = Query::select()
        .column(session::Column::Id)
        .from(session::Entity)
        .and_where(session::Column::AccountId.eq(account_id))
        .and_where(session::Column::UserAgent.eq(caller.user_agent.as_str()))
        .and_where(session::Column::Address.eq(caller.address.as_str()))
        .take();
    let level = SubQueryStatement::from(level::highest(app.clock.now()));
    account::Entity::find_by_id(account_id)
        .select_only()
        .column_as(Expr::from(level), "level")
        .column_as(Expr::exists(totp), "totp")
        .column_as(Expr::exists(passkey), "passkey")
        .column_as(browser, "knows_browser")
        .column_as(Expr::exists(place), "knows_place")
        .into_model::<Background>()
        .one(app.database.read())
        .await
}

/// Forgets sessions that lapsed before `before`, batch by batch, so that no statement takes long.
pub async fn purge(app: &App, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let mut total = 0;
    loop {
        let lapsed = Query::select()
            .column(session::Column::Id)
            .from(session::Entity)
            .and_where(session::Column::ExpiresAt.lt(before))
            .limit(PURGED_AT_ONCE)
            .to_owned();
        let purged = session::Entity::delete_many()
            .filter(session::Column::Id.in_subquery(lapsed))
            .exec(app.database.write())
            .await?
            .rows_affected;
        total += purged;
        if purged < PURGED_AT_ONCE {
            return Ok(total);
        }
    }
}
