//! The nodes that serve.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};

use crate::{
    app::App,
    entity::node::{Column, Entity, Model},
};

/// Says that a node is there, and how.
pub async fn publish(app: &App, node: Model) -> Result<(), DbErr> {
    let again = OnConflict::column(Column::Id)
        .update_columns([Column::Version, Column::SeenAt, Column::Providers])
        .to_owned();
    Entity::insert(node.into_active_model())
        .on_conflict(again)
        .exec_without_returning(app.database.write())
        .await?;
    Ok(())
}

/// Those that said so since then.
pub async fn seen(app: &App, since: DateTime<Utc>) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::SeenAt.gt(since))
        .order_by_asc(Column::Id)
        .all(app.database.read())
        .await
}

/// Forgets those that have not since then.
pub async fn purge(app: &App, before: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::SeenAt.lt(before))
        .exec(app.database.write())
        .await?;
    Ok(())
}
