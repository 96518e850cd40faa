//! Rows of `hall` and `hall_case`.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    app::App,
    entity::{
        hall,
        hall_case::{Column, Entity, Model},
    },
};

/// The clerk is looking.
pub const OPEN: &str = "open";
/// Nothing came of it.
pub const CLOSED: &str = "closed";
/// The clerk confirmed the person, and that is enough.
pub const RECORDED: &str = "recorded";
/// The clerk confirmed the person; a supervisor is to look too.
pub const AWAITING: &str = "awaiting-approval";
pub const APPROVED: &str = "approved";
/// By the clerk.
pub const REFUSED: &str = "refused";
/// By the supervisor, or for want of one.
pub const REJECTED: &str = "rejected";

pub async fn find(app: &App, id: Uuid) -> Result<Option<hall::Model>, DbErr> {
    hall::Entity::find_by_id(id).one(app.database.read()).await
}

/// All halls, by name.
pub async fn list(app: &App) -> Result<Vec<hall::Model>, DbErr> {
    hall::Entity::find()
        .order_by_asc(hall::Column::Name)
        .all(app.database.read())
        .await
}

pub async fn insert<C: ConnectionTrait>(connection: &C, model: hall::Model) -> Result<(), DbErr> {
    hall::Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

pub async fn change<C: ConnectionTrait>(connection: &C, model: hall::Model) -> Result<(), DbErr> {
    hall::Entity::update(model.into_active_model().reset_all())
        .exec(connection)
        .await?;
    Ok(())
}

pub async fn insert_case<C: ConnectionTrait>(connection: &C, model: Model) -> Result<(), DbErr> {
    Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

pub async fn find_case(app: &App, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(app.database.read()).await
}

/// The case that an attempt came from.
pub async fn case_of_attempt(app: &App, attempt_id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::AttemptId.eq(attempt_id))
        .one(app.database.read())
        .await
}

/// A person's newest case.
pub async fn newest_case(app: &App, account_id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::AccountId.eq(account_id))
        .order_by_desc(Column::Id)
        .one(app.database.read())
        .await
}

/// Ends what a clerk may be looking at: the person begins anew.
pub async fn close_open<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(CLOSED))
        .col_expr(Column::DecidedAt, Expr::value(now))
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::Status.eq(OPEN))
        .exec(connection)
        .await?;
    Ok(())
}

/// What a clerk records.
pub struct Record {
    pub status: &'static str,
    pub typed: bool,
    pub checks: Option<String>,
    pub reason: Option<&'static str>,
    pub attempt_id: Option<Uuid>,
}

/// Records, once, while the clerk's time runs. `false` when it was recorded, or ended, before.
pub async fn record<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    clerk_id: Uuid,
    record: Record,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let result = Entity::update_many()
        .col_expr(Column::Status, Expr::value(record.status))
        .col_expr(Column::Typed, Expr::value(record.typed))
        .col_expr(Column::Checks, Expr::value(record.checks))
        .col_expr(Column::Reason, Expr::value(record.reason.map(String::from)))
        .col_expr(Column::AttemptId, Expr::value(record.attempt_id))
        .col_expr(Column::RecordedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::ClerkId.eq(clerk_id))
        .filter(Column::Status.eq(OPEN))
        .filter(Column::ExpiresAt.gt(now))
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// What comes of a case that waited for a supervisor; `supervisor_id` is absent when none came. `false` when it was
/// decided before, or by whoever recorded it.
pub async fn review<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    supervisor_id: Option<Uuid>,
    status: &'static str,
    reason: Option<&'static str>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .col_expr(Column::SupervisorId, Expr::value(supervisor_id))
        .col_expr(Column::Reason, Expr::value(reason.map(String::from)))
        .col_expr(Column::DecidedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(AWAITING));
    if let Some(supervisor_id) = supervisor_id {
        update = update.filter(Column::ClerkId.ne(supervisor_id));
    }
    Ok(update.exec(connection).await?.rows_affected == 1)
}

/// Cases that wait for a supervisor, of one hall or of all, the longest waiting first.
pub async fn awaiting(
    app: &App,
    hall_id: Option<Uuid>,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find()
        .filter(Column::Status.eq(AWAITING))
        .order_by_asc(Column::Id)
        .limit(limit);
    if let Some(hall_id) = hall_id {
        query = query.filter(Column::HallId.eq(hall_id));
    }
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(after));
    }
    query.all(app.database.read()).await
}

/// Cases that have waited since before `before`.
pub async fn overdue(app: &App, before: DateTime<Utc>, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Status.eq(AWAITING))
        .filter(Column::RecordedAt.lt(before))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(app.database.read())
        .await
}
