//! The assurance level: the highest of the methods that are passed and still valid. It is never stored by itself.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::{
    app::App,
    entity::verification_attempt::{Column, Entity},
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
        .filter(Column::Status.eq(PASSED))
        .filter(
            Column::ValidUntil
                .is_null()
                .or(Column::ValidUntil.gt(app.clock.now())),
        )
        .into_tuple()
        .one(connection)
        .await?;
    let level = highest.flatten().unwrap_or_default();
    Ok(u8::try_from(level).unwrap_or_default())
}
