//! Rows of `email_activation`.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use uuid::Uuid;

use crate::{
    app::App,
    crypto::Place,
    entity::email_activation::{Column, Entity, Model},
};

/// Where the address of an activation stands.
pub(super) const fn place(account_id: Uuid) -> Place<'static> {
    Place {
        table: "email_activation",
        column: "email",
        row: account_id,
    }
}

/// What waits for its link to be opened.
pub(super) async fn find(
    app: &App,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(account_id)
        .filter(Column::ExpiresAt.gt(now))
        .one(app.database.read())
        .await
}

/// Whose link a token is, if it has not lapsed.
pub(super) async fn find_by_token(
    app: &App,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::TokenDigest.eq(digest.to_vec()))
        .filter(Column::ExpiresAt.gt(now))
        .one(app.database.read())
        .await
}

/// Puts an activation in the place of the account's last one.
pub(super) async fn replace<C: ConnectionTrait>(connection: &C, model: Model) -> Result<(), DbErr> {
    remove(connection, model.account_id).await?;
    Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Uses a link up; `false` when it was, or was voided.
pub(super) async fn take<C: ConnectionTrait>(connection: &C, digest: &[u8]) -> Result<bool, DbErr> {
    let deleted = Entity::delete_many()
        .filter(Column::TokenDigest.eq(digest.to_vec()))
        .exec(connection)
        .await?;
    Ok(deleted.rows_affected == 1)
}

pub async fn remove<C: ConnectionTrait>(connection: &C, account_id: Uuid) -> Result<bool, DbErr> {
    let deleted = Entity::delete_by_id(account_id).exec(connection).await?;
    Ok(deleted.rows_affected == 1)
}
