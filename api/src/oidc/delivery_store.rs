//! Taking rows that are due to be sent to applications, from whichever table they are in.

use chrono::TimeDelta;
use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, FromQueryResult, Iden, Iterable, PrimaryKeyToColumn,
    QueryFilter, Statement,
};

use crate::app::App;

pub const BATCH: usize = 16;
/// While a node is telling, no other does.
const LEASE: TimeDelta = TimeDelta::seconds(15);

/// Takes up to a batch of rows of `E` that are `pending` and due; each counts one try more.
pub async fn claim<E>(
    app: &App,
    status: E::Column,
    next_try_at: E::Column,
) -> anyhow::Result<Vec<E::Model>>
where
    E: EntityTrait,
    E::Model: FromQueryResult,
{
    let now = app.clock.now();
    let due = E::find()
        .filter(status.eq("pending"))
        .filter(next_try_at.lte(now))
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
    let key = E::PrimaryKey::iter()
        .next()
        .map(|key| key.into_column().to_string())
        .unwrap_or_default();
    let sql = format!(
        "UPDATE {table} SET tries = tries + 1, next_try_at = {lease} WHERE {key} IN (\
         SELECT {key} FROM {table} WHERE status = 'pending' AND next_try_at <= {now} \
         ORDER BY next_try_at LIMIT {BATCH} {lock}) RETURNING *",
        table = E::default().table_name(),
        lease = marks[0],
        now = marks[1],
    );
    let statement =
        Statement::from_sql_and_values(backend, sql, [(now + LEASE).into(), now.into()]);
    Ok(E::Model::find_by_statement(statement)
        .all(app.database.write())
        .await?)
}
