//! Chaining: each event's hash covers the one before, so that a changed or missing row breaks every later hash.
//!
//! Events are written unchained in the transaction of their cause, so that busy transactions never wait for each
//! other at the end of one chain; this job puts them in order moments later. One node at a time extends the chain; the
//! unique index over `position` would not let two.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement, sea_query::Expr,
};
use sha2::{Digest, Sha256};

use crate::{
    app::App,
    database::{Database, Lagging},
    entity::audit_event::{Column, Entity, Model},
    statistics::{store as counts, tally},
};

const BATCH: u64 = 500;
/// Takes the turn to extend the chain until the transaction ends: if nobody has it, or as soon as nobody does.
const TURN_IF_FREE: &str = "SELECT pg_try_advisory_xact_lock(7251982004) AS taken";
const TURN: &str = "SELECT true AS taken FROM pg_advisory_xact_lock(7251982004)";
const VERIFIED_AT_ONCE: u64 = 2000;
const WALKED_AT_ONCE: i64 = 10_000;

/// The job: appends events that are not in the chain yet, unless another node is at it.
pub async fn run(app: &App) -> anyhow::Result<()> {
    append(app, TURN_IF_FREE).await.map(drop)
}

/// Appends events that are not in the chain yet. Answers how many.
pub async fn extend(app: &App) -> anyhow::Result<u64> {
    append(app, TURN).await
}

async fn append(app: &App, turn: &'static str) -> anyhow::Result<u64> {
    let waiting = Entity::find()
        .filter(Column::Position.is_null())
        .order_by_asc(Column::Id)
        .limit(BATCH)
        .all(app.database.read())
        .await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let transaction = app.database.begin().await?;
    if !take_turn(&transaction, turn).await? {
        return Ok(0);
    }
    let last = last(&transaction).await?;
    let mut position = last.as_ref().and_then(|event| event.position).unwrap_or(0);
    let mut previous = last.and_then(|event| event.hash).unwrap_or_default();
    let mut chained = Vec::new();
    for event in waiting {
        let hash = hash(&previous, position + 1, &event);
        let result = Entity::update_many()
            .col_expr(Column::Position, Expr::value(position + 1))
            .col_expr(Column::Hash, Expr::value(hash.clone()))
            .filter(Column::Id.eq(event.id))
            .filter(Column::Position.is_null())
            .exec(&transaction)
            .await?;
        if result.rows_affected == 1 {
            position += 1;
            previous = hash;
            chained.push(event);
        }
    }
    for more in tally::events(&chained) {
        counts::add(&transaction, more).await?;
    }
    transaction.commit().await?;
    Ok(chained.len() as u64)
}

/// On SQLite a transaction that writes is alone anyhow.
async fn take_turn<C: ConnectionTrait>(
    connection: &C,
    turn: &'static str,
) -> Result<bool, sea_orm::DbErr> {
    let backend = connection.get_database_backend();
    if backend != DbBackend::Postgres {
        return Ok(true);
    }
    let row = connection
        .query_one_raw(Statement::from_string(backend, turn))
        .await?;
    row.map_or(Ok(false), |row| row.try_get("", "taken"))
}

/// Walks the chain. `Err(position)` is the first event that does not fit.
pub async fn verify(app: &App) -> anyhow::Result<Result<u64, i64>> {
    verify_in(&app.database).await
}

/// [`verify`], without an application.
pub async fn verify_in(database: &Database) -> anyhow::Result<Result<u64, i64>> {
    let mut after = 0;
    loop {
        let walk = database
            .lagging(|on| async move { walk(&on, after).await })
            .await?;
        if let Some(position) = walk.broken_at {
            return Ok(Err(position));
        }
        if walk.to == after {
            return Ok(Ok(u64::try_from(after)?));
        }
        after = walk.to;
    }
}

/// A stretch of the chain that was walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walk {
    /// The last event that fits; that from which it began when there was nothing after it.
    pub to: i64,
    /// The first event that does not fit.
    pub broken_at: Option<i64>,
}

/// Walks up to [`WALKED_AT_ONCE`] events after a position.
pub async fn walk(database: &Lagging, after: i64) -> anyhow::Result<Walk> {
    let connection = &**database;
    let mut previous = Vec::new();
    if after > 0 {
        let event = Entity::find()
            .filter(Column::Position.eq(after))
            .one(connection)
            .await?;
        let Some(hash) = event.and_then(|event| event.hash) else {
            let broken_at = (after <= last_position(database).await?).then_some(after);
            return Ok(Walk {
                to: after,
                broken_at,
            });
        };
        previous = hash;
    }
    let mut to = after;
    while to < after.saturating_add(WALKED_AT_ONCE) {
        let events = Entity::find()
            .filter(Column::Position.gt(to))
            .order_by_asc(Column::Position)
            .limit(VERIFIED_AT_ONCE)
            .all(connection)
            .await?;
        if events.is_empty() {
            break;
        }
        for event in events {
            let expected = hash(&previous, to + 1, &event);
            if event.position != Some(to + 1) || event.hash.as_deref() != Some(&expected) {
                return Ok(Walk {
                    to,
                    broken_at: Some(to + 1),
                });
            }
            to += 1;
            previous = expected;
        }
    }
    Ok(Walk {
        to,
        broken_at: None,
    })
}

/// How long the chain is.
pub async fn last_position(database: &Lagging) -> anyhow::Result<i64> {
    let last = last(&**database).await?;
    Ok(last.and_then(|event| event.position).unwrap_or(0))
}

async fn last<C: ConnectionTrait>(connection: &C) -> Result<Option<Model>, sea_orm::DbErr> {
    Entity::find()
        .filter(Column::Position.is_not_null())
        .order_by_desc(Column::Position)
        .one(connection)
        .await
}

/// SHA-256 over the hash before and every field, each with its length before it.
pub fn hash(previous: &[u8], position: i64, event: &Model) -> Vec<u8> {
    let subject = event
        .subject_id
        .map(|id| id.to_string())
        .unwrap_or_default();
    // Databases keep different fractions of a second; milliseconds are the same on all.
    let at = event.at.timestamp_millis().to_string();
    let mut hasher = Sha256::new();
    hasher.update(previous);
    for part in [
        &position.to_string(),
        &event.id.to_string(),
        &at,
        &event.actor,
        &subject,
        &event.action,
        &event.detail,
        &event.address,
        &event.request_id,
    ] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_vec()
}
