//! Rows of `totp`, `recovery_code` and `device`.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    app::App,
    entity::{device, recovery_code, totp},
};

/// The authenticator app of an account.
pub(super) async fn totp(app: &App, account_id: Uuid) -> Result<Option<totp::Model>, DbErr> {
    totp::Entity::find_by_id(account_id)
        .one(app.database.read())
        .await
}

pub(super) async fn insert_totp<C: ConnectionTrait>(
    connection: &C,
    model: totp::Model,
) -> Result<(), DbErr> {
    totp::Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Moves the last used step on; `false` when it was there already.
pub(super) async fn use_step(app: &App, account_id: Uuid, step: i64) -> Result<bool, DbErr> {
    let moved = totp::Entity::update_many()
        .col_expr(totp::Column::LastStep, Expr::value(step))
        .filter(totp::Column::AccountId.eq(account_id))
        .filter(totp::Column::LastStep.lt(step))
        .exec(app.database.write())
        .await?;
    Ok(moved.rows_affected == 1)
}

pub(super) async fn remove_totp<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
) -> Result<bool, DbErr> {
    let removed = totp::Entity::delete_by_id(account_id)
        .exec(connection)
        .await?;
    Ok(removed.rows_affected == 1)
}

pub(super) async fn insert_recovery_codes<C: ConnectionTrait>(
    connection: &C,
    models: Vec<recovery_code::Model>,
) -> Result<(), DbErr> {
    let rows = models
        .into_iter()
        .map(|model| model.into_active_model().reset_all());
    recovery_code::Entity::insert_many(rows)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

pub(super) async fn remove_recovery_codes<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
) -> Result<(), DbErr> {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::AccountId.eq(account_id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Uses a code up; `false` when there is none such.
pub(super) async fn take_recovery_code<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
    digest: Vec<u8>,
) -> Result<bool, DbErr> {
    let deleted = recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::AccountId.eq(account_id))
        .filter(recovery_code::Column::Digest.eq(digest))
        .exec(connection)
        .await?;
    Ok(deleted.rows_affected > 0)
}

pub(super) async fn count_recovery_codes(app: &App, account_id: Uuid) -> Result<u64, DbErr> {
    recovery_code::Entity::find()
        .filter(recovery_code::Column::AccountId.eq(account_id))
        .count(app.database.read())
        .await
}

/// Writes a browser down, or that it was seen again.
pub(super) async fn see_device<C: ConnectionTrait>(
    connection: &C,
    model: device::Model,
) -> Result<(), DbErr> {
    device::Entity::insert(model.into_active_model().reset_all())
        .on_conflict(
            OnConflict::columns([device::Column::AccountId, device::Column::CookieDigest])
                .update_column(device::Column::LastSeenAt)
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

pub(super) async fn find_device(
    app: &App,
    account_id: Uuid,
    digest: &[u8],
    since: DateTime<Utc>,
) -> Result<Option<Uuid>, DbErr> {
    let known = device::Entity::find()
        .filter(device::Column::AccountId.eq(account_id))
        .filter(device::Column::CookieDigest.eq(digest))
        .filter(device::Column::LastSeenAt.gt(since))
        .one(app.database.read())
        .await?;
    Ok(known.map(|device| device.id))
}

pub(super) async fn remove_devices<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
) -> Result<(), DbErr> {
    device::Entity::delete_many()
        .filter(device::Column::AccountId.eq(account_id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Forgets browsers not seen since `before`.
pub(super) async fn purge_devices(app: &App, before: DateTime<Utc>) -> Result<(), DbErr> {
    device::Entity::delete_many()
        .filter(device::Column::LastSeenAt.lt(before))
        .exec(app.database.write())
        .await?;
    Ok(())
}
