//! Rows of `oidc_logout`.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};

use super::delivery_store;
use crate::{
    app::App,
    entity::oidc_logout::{Column, Entity, Model},
};

pub use crate::entity::oidc_logout::Model as LogoutRow;

/// Takes up to a batch of rows that are due.
pub async fn claim(app: &App) -> anyhow::Result<Vec<Model>> {
    delivery_store::claim::<Entity>(app, Column::Status, Column::NextTryAt).await
}

/// The application knows.
pub async fn remove(app: &App, sid: &str) -> Result<(), DbErr> {
    Entity::delete_by_id(sid).exec(app.database.write()).await?;
    Ok(())
}

pub async fn postpone(app: &App, sid: &str, until: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::NextTryAt, Expr::value(until))
        .filter(Column::Sid.eq(sid))
        .exec(app.database.write())
        .await?;
    Ok(())
}

/// Gives up: kept for whoever looks into it.
pub async fn give_up(app: &App, sid: &str, status: &'static str) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .filter(Column::Sid.eq(sid))
        .exec(app.database.write())
        .await?;
    Ok(())
}

pub async fn purge(app: &App, before: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::CreatedAt.lt(before))
        .exec(app.database.write())
        .await?;
    Ok(())
}
