//! The assurance level: the highest of the methods that are passed and still valid. It is never stored by itself.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Condition, Expr, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    app::App,
    entity::{
        account,
        verification_attempt::{Column, Entity},
    },
    verification::store::PASSED,
};

/// The person's level now: 0 to 3.
pub async fn of(app: &App, account_id: Uuid) -> Result<u8, DbErr> {
    on(app, app.database.read(), account_id).await
}

/// The same as a transaction sees it.
pub async fn on<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    account_id: Uuid,
) -> Result<u8, DbErr> {
    let highest: Option<Option<i16>> = Entity::find()
        .select_only()
        .column_as(Column::Level.max(), "level")
        .filter(Column::AccountId.eq(account_id))
        .filter(counts(app.clock.now()))
        .into_tuple()
        .one(connection)
        .await?;
    let level = highest.flatten().unwrap_or_default();
    Ok(u8::try_from(level).unwrap_or_default())
}

/// The level as a part of a query over `account`.
pub fn highest(now: DateTime<Utc>) -> SelectStatement {
    let owner = Expr::col((Entity, Column::AccountId));
    Query::select()
        .expr(Column::Level.max())
        .from(Entity)
        .and_where(owner.equals((account::Entity, account::Column::Id)))
        .cond_where(counts(now))
        .take()
}

/// The attempts that make a level. The status is written out: compared with a parameter, SQLite would plan the statement
/// anew each time, to see whether the partial index over pending attempts will do.
fn counts(now: DateTime<Utc>) -> Condition {
    let passed = Expr::col((Entity, Column::Status)).eq(Expr::Constant(PASSED.into()));
    let valid = Column::ValidUntil.is_null().or(Column::ValidUntil.gt(now));
    Condition::all().add(passed).add(valid)
}
