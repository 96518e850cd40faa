//! Rows of `oidc_client`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr,
};

use super::client::Client;
use crate::{
    app::App,
    database::{Database, LookUps, padded},
    entity::oidc_client::{ActiveModel, Column, Entity, Model},
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
    let row = app.clients.0.find(app, id.to_owned()).await?;
    row.map(Client::read).transpose()
}

/// Where requests ask for clients together.
pub struct Clients(LookUps<App, String, Model>);

impl Default for Clients {
    fn default() -> Self {
        Self(LookUps::new(find_all))
    }
}

fn find_all(
    app: App,
    ids: Vec<String>,
) -> BoxFuture<'static, Result<HashMap<String, Model>, DbErr>> {
    Box::pin(async move {
        let rows = Entity::find()
            .filter(Column::Id.is_in(padded(ids)))
            .filter(Column::DisabledAt.is_null())
            .all(app.database.read())
            .await?;
        Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
    })
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

/// Writes what a client is registered with.
pub async fn change<C: ConnectionTrait>(connection: &C, model: Model) -> Result<(), DbErr> {
    let change = ActiveModel {
        // What others may have changed since the row was read: that stands.
        secret_digest: NotSet,
        old_secret_digest: NotSet,
        old_secret_until: NotSet,
        disabled_at: NotSet,
        ..model.into_active_model().reset_all()
    };
    Entity::update(change).exec(connection).await?;
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
