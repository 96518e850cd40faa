//! Rows of `passkey`.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    app::App,
    entity::passkey::{Column, Entity, Model},
};

/// Oldest first.
pub(super) async fn of_account(app: &App, account_id: Uuid) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::AccountId.eq(account_id))
        .order_by_asc(Column::Id)
        .all(app.database.read())
        .await
}

pub(super) async fn count<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
) -> Result<u64, DbErr> {
    Entity::find()
        .filter(Column::AccountId.eq(account_id))
        .count(connection)
        .await
}

pub(super) async fn find_by_credential(app: &App, digest: Vec<u8>) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::CredentialDigest.eq(digest))
        .one(app.database.read())
        .await
}

/// The unique index refuses a credential that is known already.
pub(super) async fn insert<C: ConnectionTrait>(connection: &C, model: Model) -> Result<(), DbErr> {
    Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Notes a use; `false` when the passkey is gone.
pub(super) async fn note_use(
    app: &App,
    id: Uuid,
    sealed: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let noted = Entity::update_many()
        .col_expr(Column::CredentialSealed, Expr::value(sealed))
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(app.database.write())
        .await?;
    Ok(noted.rows_affected == 1)
}

/// Renames a passkey of the account.
pub(super) async fn rename(
    app: &App,
    account_id: Uuid,
    id: Uuid,
    name: &str,
) -> Result<Option<Model>, DbErr> {
    let renamed = Entity::update_many()
        .col_expr(Column::Name, Expr::value(name))
        .filter(Column::Id.eq(id))
        .filter(Column::AccountId.eq(account_id))
        .exec_with_returning(app.database.write())
        .await?;
    Ok(renamed.into_iter().next())
}

/// Removes a passkey of the account and answers it.
pub(super) async fn remove<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
    id: Uuid,
) -> Result<Option<Model>, DbErr> {
    let removed = Entity::delete_many()
        .filter(Column::Id.eq(id))
        .filter(Column::AccountId.eq(account_id))
        .exec_with_returning(connection)
        .await?;
    Ok(removed.into_iter().next())
}
