//! Rows of `address`.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use uuid::Uuid;

use super::Content;
use crate::{
    app::App,
    crypto::Place,
    entity::address::{Column, Entity, Model},
};

pub(super) async fn of_account(app: &App, account_id: Uuid) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::AccountId.eq(account_id))
        .order_by_desc(Column::IsDefault)
        .order_by_desc(Column::Id)
        .all(app.database.read())
        .await
}

pub(super) async fn find<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
    id: Uuid,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id)
        .filter(Column::AccountId.eq(account_id))
        .one(connection)
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

pub(super) async fn insert<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    account_id: Uuid,
    id: Uuid,
    is_default: bool,
    content: &Content,
) -> anyhow::Result<()> {
    let model = Model {
        id,
        account_id,
        content_sealed: seal(app, id, content)?,
        is_default,
        created_at: app.clock.now(),
    };
    Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

pub(super) async fn replace<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    id: Uuid,
    is_default: bool,
    content: &Content,
) -> anyhow::Result<()> {
    Entity::update_many()
        .col_expr(Column::ContentSealed, Expr::value(seal(app, id, content)?))
        .col_expr(Column::IsDefault, Expr::value(is_default))
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

pub(super) async fn delete<C: ConnectionTrait>(connection: &C, id: Uuid) -> Result<(), DbErr> {
    Entity::delete_by_id(id).exec(connection).await?;
    Ok(())
}

pub(super) async fn clear_default<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::IsDefault, Expr::value(false))
        .filter(Column::AccountId.eq(account_id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Makes the newest the default.
pub(super) async fn choose_default<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
) -> Result<(), DbErr> {
    let newest = Entity::find()
        .filter(Column::AccountId.eq(account_id))
        .order_by_desc(Column::Id)
        .one(connection)
        .await?;
    if let Some(newest) = newest {
        Entity::update_many()
            .col_expr(Column::IsDefault, Expr::value(true))
            .filter(Column::Id.eq(newest.id))
            .exec(connection)
            .await?;
    }
    Ok(())
}

pub(super) fn open(app: &App, row: &Model) -> anyhow::Result<Content> {
    let bytes = app.vault.open_sealed(place(row.id), &row.content_sealed)?;
    Ok(serde_json::from_slice(&bytes)?)
}

fn seal(app: &App, id: Uuid, content: &Content) -> anyhow::Result<Vec<u8>> {
    Ok(app.vault.seal(place(id), &serde_json::to_vec(content)?))
}

const fn place(id: Uuid) -> Place<'static> {
    Place {
        table: "address",
        column: "content",
        row: id,
    }
}
