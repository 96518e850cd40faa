//! Rows of `staff_passkey`.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    app::App,
    entity::staff_passkey::{Column, Entity, Model},
};

/// Oldest first.
pub async fn of_staff<C: ConnectionTrait>(
    connection: &C,
    staff_id: Uuid,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::StaffId.eq(staff_id))
        .order_by_asc(Column::Id)
        .all(connection)
        .await
}

pub async fn find_by_credential(app: &App, digest: Vec<u8>) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::CredentialDigest.eq(digest))
        .one(app.database.read())
        .await
}

/// The unique index refuses a credential that is known already.
pub async fn insert<C: ConnectionTrait>(connection: &C, model: Model) -> Result<(), DbErr> {
    Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Notes a use; `false` when the passkey is gone.
pub async fn note_use<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    sealed: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let noted = Entity::update_many()
        .col_expr(Column::CredentialSealed, Expr::value(sealed))
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(noted.rows_affected == 1)
}

/// Renames a passkey of theirs.
pub async fn rename(
    app: &App,
    staff_id: Uuid,
    id: Uuid,
    name: &str,
) -> Result<Option<Model>, DbErr> {
    let renamed = Entity::update_many()
        .col_expr(Column::Name, Expr::value(name))
        .filter(Column::Id.eq(id))
        .filter(Column::StaffId.eq(staff_id))
        .exec_with_returning(app.database.write())
        .await?;
    Ok(renamed.into_iter().next())
}

/// Removes a passkey of theirs; `false` when there is none such.
pub async fn remove<C: ConnectionTrait>(
    connection: &C,
    staff_id: Uuid,
    id: Uuid,
) -> Result<bool, DbErr> {
    let removed = Entity::delete_many()
        .filter(Column::Id.eq(id))
        .filter(Column::StaffId.eq(staff_id))
        .exec(connection)
        .await?;
    Ok(removed.rows_affected == 1)
}

pub async fn remove_all<C: ConnectionTrait>(connection: &C, staff_id: Uuid) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::StaffId.eq(staff_id))
        .exec(connection)
        .await?;
    Ok(())
}
