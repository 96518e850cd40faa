//! Rows of `oidc_grant`.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, JoinType,
    QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Condition, Expr, OnConflict, Query, SelectStatement, SubQueryStatement},
};
use uuid::Uuid;

use crate::{
    account::{standing::Standing, store as accounts},
    app::App,
    database::{LookUps, padded},
    entity::{
        account, oidc_client,
        oidc_grant::{Column, Entity, Model},
        oidc_logout, session,
    },
    verification::level,
};

pub use crate::entity::oidc_grant::Model as GrantRow;

/// How long an application that is down is tried to be told of a sign-out.
const LOGOUT_WORTH: TimeDelta = TimeDelta::hours(24);

pub async fn insert<C: ConnectionTrait>(connection: &C, model: Model) -> Result<(), DbErr> {
    Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// An authorization that holds by itself: not revoked, not lapsed.
pub async fn find_live(app: &App, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id)
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(app.clock.now()))
        .one(app.database.read())
        .await
}

/// An authorization that holds.
#[derive(Clone)]
pub struct Granted {
    pub grant: Model,
    pub account: account::Model,
    /// The account's assurance level.
    pub level: u8,
}

/// Where requests ask for authorizations together.
pub struct Grants(LookUps<App, Uuid, Granted>);

impl Default for Grants {
    fn default() -> Self {
        Self(LookUps::new(find_granted))
    }
}

/// An authorization, if it and everything it stands on holds: the account, and the sign-in unless it outlives that.
pub async fn live(app: &App, id: Uuid) -> Result<Option<Granted>, DbErr> {
    app.grants.0.find(app, id).await
}

fn find_granted(
    app: App,
    ids: Vec<Uuid>,
) -> BoxFuture<'static, Result<HashMap<Uuid, Granted>, DbErr>> {
    Box::pin(async move {
        let now = app.clock.now();
        let to_account = Entity::belongs_to(account::Entity)
            .from(Column::AccountId)
            .to(account::Column::Id)
            .into();
        let level = SubQueryStatement::from(level::highest(now));
        let rows = Entity::find()
            .join(JoinType::InnerJoin, to_account)
            .select_also(account::Entity)
            .column_as(Expr::from(level), "B_level")
            .filter(Column::Id.is_in(padded(ids)))
            .filter(Column::RevokedAt.is_null())
            .filter(Column::ExpiresAt.gt(now))
            .filter(
                Condition::any()
                    .add(Column::Offline.eq(true))
                    .add(Expr::exists(signed_in(now))),
            )
            .filter(account::Column::Status.eq(accounts::ACTIVE))
            .into_model::<Model, Standing>()
            .all(app.database.read())
            .await?;
        let holding = rows.into_iter().filter_map(|(grant, standing)| {
            let Standing { account, level } = standing?;
            let granted = Granted {
                grant,
                account,
                level,
            };
            Some((granted.grant.id, granted))
        });
        Ok(holding.collect())
    })
}

/// The sign-in that an authorization was given in, while it lasts.
fn signed_in(now: DateTime<Utc>) -> SelectStatement {
    let of_grant =
        Expr::col((session::Entity, session::Column::Id)).equals((Entity, Column::SessionId));
    Query::select()
        .expr(Expr::value(1))
        .from(session::Entity)
        .and_where(of_grant)
        .and_where(session::Column::EndedAt.is_null())
        .and_where(session::Column::ExpiresAt.gt(now))
        .take()
}

/// What the client knows this session by, if it has been given a name for it.
pub async fn sid(app: &App, session_id: Uuid, client_id: &str) -> Result<Option<String>, DbErr> {
    let known = Entity::find()
        .filter(Column::SessionId.eq(session_id))
        .filter(Column::ClientId.eq(client_id))
        .one(app.database.read())
        .await?;
    Ok(known.map(|grant| grant.sid))
}

/// The first tokens are given out; `false` when they were before, or the grant is over.
pub async fn redeem(
    app: &App,
    id: Uuid,
    jkt: Option<String>,
    refresh_digest: Option<Vec<u8>>,
) -> Result<bool, DbErr> {
    let now = app.clock.now();
    let result = Entity::update_many()
        .col_expr(Column::RedeemedAt, Expr::value(now))
        .col_expr(Column::RefreshDigest, Expr::value(refresh_digest))
        .col_expr(Column::Jkt, Expr::value(jkt))
        .filter(Column::Id.eq(id))
        .filter(Column::RedeemedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .exec(app.database.write())
        .await?;
    Ok(result.rows_affected == 1)
}

/// Replaces the refresh token's digest: one winner for each token.
pub async fn rotate(app: &App, id: Uuid, old: Vec<u8>, new: Vec<u8>) -> Result<bool, DbErr> {
    let result = Entity::update_many()
        .col_expr(Column::RefreshDigest, Expr::value(new))
        .filter(Column::Id.eq(id))
        .filter(Column::RefreshDigest.eq(old))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(app.clock.now()))
        .exec(app.database.write())
        .await?;
    Ok(result.rows_affected == 1)
}

/// Ends an authorization; `false` when it had ended before.
pub async fn revoke<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    reason: &'static str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let result = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .col_expr(Column::RevokeReason, Expr::value(reason))
        .filter(Column::Id.eq(id))
        .filter(Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Ends what a person let one client do.
pub async fn revoke_of_client<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
    client_id: &str,
    reason: &'static str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .col_expr(Column::RevokeReason, Expr::value(reason))
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::ClientId.eq(client_id))
        .filter(Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    Ok(())
}

/// Ends everything a person let anybody do, but what began in the session `except`: a credential has changed.
pub async fn revoke_of_account<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
    except: Option<Uuid>,
    reason: &'static str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .col_expr(Column::RevokeReason, Expr::value(reason))
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::RevokedAt.is_null());
    if let Some(session_id) = except {
        update = update.filter(Column::SessionId.ne(session_id));
    }
    update.exec(connection).await?;
    Ok(())
}

/// A session goes on under another id: the person has signed in anew in the same browser.
pub async fn move_session<C: ConnectionTrait>(
    connection: &C,
    old: Uuid,
    new: Uuid,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::SessionId, Expr::value(new))
        .filter(Column::SessionId.eq(old))
        .exec(connection)
        .await?;
    Ok(())
}

/// Notes whom to tell that sessions have ended, in the transaction that ends them.
pub async fn note_ended_sessions<C: ConnectionTrait>(
    connection: &C,
    sessions: &[Uuid],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if sessions.is_empty() {
        return Ok(());
    }
    let listeners = Entity::find()
        .filter(Column::SessionId.is_in(sessions.iter().copied()))
        .filter(Column::RedeemedAt.is_not_null())
        .filter(
            Column::ClientId.in_subquery(
                oidc_client::Entity::find()
                    .select_only()
                    .column(oidc_client::Column::Id)
                    .filter(oidc_client::Column::BackchannelLogoutUri.is_not_null())
                    .filter(oidc_client::Column::DisabledAt.is_null())
                    .into_query(),
            ),
        )
        .all(connection)
        .await?;
    for grant in listeners {
        let row = oidc_logout::ActiveModel {
            sid: Set(grant.sid),
            client_id: Set(grant.client_id),
            account_id: Set(grant.account_id),
            status: Set("pending".into()),
            tries: Set(0),
            next_try_at: Set(now),
            deadline: Set(now + LOGOUT_WORTH),
            created_at: Set(now),
        };
        oidc_logout::Entity::insert(row)
            .on_conflict(
                OnConflict::column(oidc_logout::Column::Sid)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}

/// Forgets authorizations that are over, or whose code was never used.
pub async fn purge(app: &App, before: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(
            Column::ExpiresAt
                .lt(before)
                .or(Column::RevokedAt.lt(before))
                .or(Column::RedeemedAt
                    .is_null()
                    .and(Column::CreatedAt.lt(before))),
        )
        .exec(app.database.write())
        .await?;
    Ok(())
}
