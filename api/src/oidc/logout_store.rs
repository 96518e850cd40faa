//! Rows of `oidc_logout`.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, QueryFilter, Statement,
    sea_query::Expr,
};

use crate::{
    app::App,
    entity::oidc_logout::{Column, Entity, Model},
};

pub use crate::entity::oidc_logout::Model as LogoutRow;

pub const BATCH: usize = 16;
/// While a node is telling, no other does.
const LEASE: TimeDelta = TimeDelta::seconds(15);

/// Takes up to a batch of rows that are due.
pub async fn claim(app: &App) -> anyhow::Result<Vec<Model>> {
    let now = app.clock.now();
    let due = Entity::find()
        .filter(Column::Status.eq("pending"))
        .filter(Column::NextTryAt.lte(now))
        .one(app.database.read())
        .await?;
    if due.is_none() {
        // Most looks find nothing: leave SQLite's only writer alone.
        return Ok(Vec::new());
    }
    let backend = app.database.backend();
    let (lock, marks) = match backend {
        DbBackend::Postgres => ("FOR UPDATE SKIP LOCKED", ["$1", "$2"]),
        _ => ("", ["?1", "?2"]),
    };
    let sql = format!(
        "UPDATE oidc_logout SET tries = tries + 1, next_try_at = {lease} WHERE sid IN (\
         SELECT sid FROM oidc_logout WHERE status = 'pending' AND next_try_at <= {now} \
         ORDER BY next_try_at LIMIT {BATCH} {lock}) RETURNING *",
        lease = marks[0],
        now = marks[1],
    );
    let statement =
        Statement::from_sql_and_values(backend, sql, [(now + LEASE).into(), now.into()]);
    Ok(Model::find_by_statement(statement)
        .all(app.database.write())
        .await?)
}

/// The application knows.
pub async fn remove(app: &App, sid: &str) -> Result<(), DbErr> {
    Entity::delete_by_id(sid).exec(app.database.write()).await?;
    Ok(())
}

pub async fn postpone(app: &App, sid: &str, until: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::NextTryAt, Expr::value(until))
        .filter(Column::Sid.eq(sid))
        .exec(app.database.write())
        .await?;
    Ok(())
}

/// Gives up: kept for whoever looks into it.
pub async fn give_up(app: &App, sid: &str, status: &'static str) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .filter(Column::Sid.eq(sid))
        .exec(app.database.write())
        .await?;
    Ok(())
}

pub async fn purge(app: &App, before: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::CreatedAt.lt(before))
        .exec(app.database.write())
        .await?;
    Ok(())
}
