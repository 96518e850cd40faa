//! What the operator's commands ask of the database.

use std::path::Path;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectOptions, ConnectionTrait, DatabaseConnection,
    EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, Statement,
    sea_query::Expr,
};

use crate::{
    clock::Clock,
    database::Database,
    entity::{
        audit_event, data_key, device, email_activation, ephemeral, oidc_grant, oidc_logout,
        outbox, session, signing_key, staff_session, verification_attempt,
    },
};

/// Copies an embedded database, as it is at this moment, into an empty file.
pub async fn vacuum_into(database: &Database, file: &Path) -> anyhow::Result<()> {
    let path = file.to_str().context("the path is not text")?;
    let backend = database.backend();
    let vacuum = Statement::from_sql_and_values(backend, "VACUUM INTO ?1", [path.into()]);
    database
        .read()
        .execute_raw(vacuum)
        .await
        .with_context(|| format!("write {}", file.display()))?;
    Ok(())
}

/// What SQLite finds wrong with a file; `ok` when nothing.
pub async fn integrity(file: &Path) -> anyhow::Result<String> {
    let database = open(file, "ro")
        .await
        .with_context(|| format!("open {}", file.display()))?;
    let check = Statement::from_string(database.get_database_backend(), "PRAGMA integrity_check");
    let row = database
        .query_one_raw(check)
        .await
        .with_context(|| format!("read {}", file.display()))?;
    database.close().await?;
    Ok(row.context("no verdict")?.try_get_by_index(0)?)
}

/// Makes a database one whole file that nobody else has open. Fails while anybody has.
pub async fn take_over(file: &Path) -> anyhow::Result<()> {
    let database = open(file, "rw").await?;
    let alone = database
        .execute_unprepared("PRAGMA journal_mode = DELETE")
        .await;
    database.close().await?;
    alone?;
    Ok(())
}

async fn open(file: &Path, mode: &str) -> anyhow::Result<DatabaseConnection> {
    let url = format!("sqlite://{}?mode={mode}", file.display());
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Ok(sea_orm::Database::connect(options).await?)
}

pub async fn has_keys(database: &Database) -> anyhow::Result<bool> {
    Ok(data_key::Entity::find().count(database.read()).await? > 0)
}

pub async fn has_signing_keys(database: &Database) -> anyhow::Result<bool> {
    Ok(signing_key::Entity::find().count(database.read()).await? > 0)
}

/// Data keys that seal or may have sealed fields, and retired ones.
pub async fn data_keys(database: &Database) -> anyhow::Result<(u64, u64)> {
    let all = data_key::Entity::find().count(database.read()).await?;
    let retired = data_key::Entity::find()
        .filter(data_key::Column::RetiredAt.is_not_null())
        .count(database.read())
        .await?;
    Ok((all - retired, retired))
}

/// Ends and voids everything that may have ended or been used after the backup was made. Answers how many sessions.
pub async fn settle(database: &Database, clock: &Clock) -> anyhow::Result<u64> {
    let now = clock.now();
    let transaction = database.begin().await?;
    let ended = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .col_expr(session::Column::EndReason, Expr::value("restored"))
        .filter(session::Column::EndedAt.is_null())
        .exec(&transaction)
        .await?;
    staff_session::Entity::update_many()
        .col_expr(staff_session::Column::EndedAt, Expr::value(now))
        .col_expr(staff_session::Column::EndReason, Expr::value("restored"))
        .filter(staff_session::Column::EndedAt.is_null())
        .exec(&transaction)
        .await?;
    oidc_grant::Entity::update_many()
        .col_expr(oidc_grant::Column::RevokedAt, Expr::value(now))
        .col_expr(oidc_grant::Column::RevokeReason, Expr::value("restored"))
        .filter(oidc_grant::Column::RevokedAt.is_null())
        .exec(&transaction)
        .await?;
    ephemeral::Entity::delete_many().exec(&transaction).await?;
    email_activation::Entity::delete_many()
        .exec(&transaction)
        .await?;
    device::Entity::delete_many().exec(&transaction).await?;
    outbox::Entity::update_many()
        .col_expr(outbox::Column::Status, Expr::value("lapsed"))
        .col_expr(outbox::Column::MessageSealed, Expr::value(None::<Vec<u8>>))
        .col_expr(outbox::Column::FinishedAt, Expr::value(now))
        .filter(outbox::Column::Status.eq("pending"))
        .exec(&transaction)
        .await?;
    let event = audit_event::ActiveModel {
        id: Set(clock.new_id()),
        position: Set(None),
        at: Set(now),
        actor: Set("operator".into()),
        subject_id: Set(None),
        action: Set("restored".into()),
        detail: Set("{}".into()),
        address: Set(String::new()),
        request_id: Set(String::new()),
        hash: Set(None),
    };
    audit_event::Entity::insert(event)
        .exec_without_returning(&transaction)
        .await?;
    transaction.commit().await?;
    Ok(ended.rows_affected)
}

/// How the outbox stands.
pub struct Backlog {
    pub pending: u64,
    pub oldest: Option<DateTime<Utc>>,
    /// Of the last day.
    pub refused: u64,
}

pub async fn backlog(database: &Database, now: DateTime<Utc>) -> anyhow::Result<Backlog> {
    let db = database.read();
    let pending = || outbox::Entity::find().filter(outbox::Column::Status.eq("pending"));
    let oldest = pending()
        .order_by_asc(outbox::Column::CreatedAt)
        .one(db)
        .await?;
    let refused = outbox::Entity::find()
        .filter(outbox::Column::Status.eq("refused"))
        .filter(outbox::Column::FinishedAt.gt(now - TimeDelta::days(1)))
        .count(db)
        .await?;
    Ok(Backlog {
        pending: pending().count(db).await?,
        oldest: oldest.map(|row| row.created_at),
        refused,
    })
}

/// Work that waits: how much, and since when.
pub struct Waiting {
    pub count: u64,
    pub oldest: Option<DateTime<Utc>>,
}

/// More than this many are not counted: it is much too many in any case.
const COUNTED: u64 = 100_000;

/// Everything that is done beside the requests.
pub async fn queues(database: &Database) -> anyhow::Result<Vec<(&'static str, Waiting)>> {
    let db = database.read();
    let messages = |channel: &'static str| {
        outbox::Entity::find()
            .filter(outbox::Column::Status.eq("pending"))
            .filter(outbox::Column::Channel.eq(channel))
            .order_by_asc(outbox::Column::NextTryAt)
    };
    let attempts = verification_attempt::Entity::find()
        .filter(verification_attempt::Column::Status.eq("pending"))
        .filter(verification_attempt::Column::NextTryAt.is_not_null())
        .order_by_asc(verification_attempt::Column::NextTryAt);
    let sign_outs = oidc_logout::Entity::find()
        .filter(oidc_logout::Column::Status.eq("pending"))
        .order_by_asc(oidc_logout::Column::NextTryAt);
    let events = audit_event::Entity::find()
        .filter(audit_event::Column::Position.is_null())
        .order_by_asc(audit_event::Column::Id);
    let written = outbox::Column::CreatedAt;
    Ok(vec![
        ("sms", waiting(db, messages("sms"), written).await?),
        ("mail", waiting(db, messages("mail"), written).await?),
        (
            "verification",
            waiting(db, attempts, verification_attempt::Column::CreatedAt).await?,
        ),
        (
            "sign-out",
            waiting(db, sign_outs, oidc_logout::Column::CreatedAt).await?,
        ),
        ("audit", waiting(db, events, audit_event::Column::At).await?),
    ])
}

/// Rows are found by the index that the job uses; of the first so many the oldest is picked.
async fn waiting<E: EntityTrait>(
    db: &DatabaseConnection,
    rows: Select<E>,
    since: E::Column,
) -> anyhow::Result<Waiting> {
    let since: Vec<DateTime<Utc>> = rows
        .select_only()
        .column(since)
        .limit(COUNTED)
        .into_tuple()
        .all(db)
        .await?;
    Ok(Waiting {
        count: since.len() as u64,
        oldest: since.into_iter().min(),
    })
}

/// Events that are not in the chain yet.
pub async fn unchained(database: &Database) -> anyhow::Result<u64> {
    let waiting = audit_event::Entity::find().filter(audit_event::Column::Position.is_null());
    Ok(waiting.count(database.read()).await?)
}
