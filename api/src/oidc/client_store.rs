//! Rows of `oidc_client`.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, sea_query::Expr,
};

use super::client::Client;
use crate::{
    app::App,
    database::Database,
    entity::oidc_client::{Column, Entity, Model},
};

/// Whether a text can be a client's id: about nothing else is the database asked.
pub fn is_id(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A client, unless it is disabled.
pub async fn find(app: &App, id: &str) -> anyhow::Result<Option<Client>> {
    if !is_id(id) {
        return Ok(None);
    }
    let row = Entity::find_by_id(id)
        .filter(Column::DisabledAt.is_null())
        .one(app.database.read())
        .await?;
    row.map(Client::read).transpose()
}

/// All that were ever registered, oldest first.
pub async fn all(database: &Database) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .order_by_asc(Column::CreatedAt)
        .all(database.read())
        .await
}

/// All that may be used.
pub async fn enabled(app: &App) -> anyhow::Result<Vec<Client>> {
    let rows = Entity::find()
        .filter(Column::DisabledAt.is_null())
        .all(app.database.read())
        .await?;
    rows.into_iter().map(Client::read).collect()
}

pub async fn insert<C: ConnectionTrait>(connection: &C, model: Model) -> Result<(), DbErr> {
    Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Writes a row anew.
pub async fn change<C: ConnectionTrait>(connection: &C, model: Model) -> Result<(), DbErr> {
    Entity::update(model.into_active_model().reset_all())
        .exec(connection)
        .await?;
    Ok(())
}

pub async fn get(database: &Database, id: &str) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(database.read()).await
}

/// Sets a new secret; the old one is taken until `until`.
pub async fn set_secret<C: ConnectionTrait>(
    connection: &C,
    id: &str,
    digest: Vec<u8>,
    until: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let result = Entity::update_many()
        .col_expr(Column::OldSecretDigest, Expr::col(Column::SecretDigest))
        .col_expr(Column::OldSecretUntil, Expr::value(until))
        .col_expr(Column::SecretDigest, Expr::value(digest))
        .filter(Column::Id.eq(id))
        .filter(Column::SecretDigest.is_not_null())
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Disables a client, or lets it be used again.
pub async fn set_disabled<C: ConnectionTrait>(
    connection: &C,
    id: &str,
    at: Option<DateTime<Utc>>,
) -> Result<bool, DbErr> {
    let result = Entity::update_many()
        .col_expr(Column::DisabledAt, Expr::value(at))
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}
