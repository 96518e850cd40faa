//! Rows of `daily_count`.

use chrono::NaiveDate;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use crate::{
    database::Lagging,
    entity::daily_count::{Column, Entity, Model},
};

/// Adds to a count.
pub async fn add<C: ConnectionTrait>(connection: &C, more: Model) -> Result<(), DbErr> {
    let count = Expr::col((Entity, Column::Count)).add(more.count);
    let mut known = OnConflict::columns([
        Column::Day,
        Column::Kind,
        Column::Method,
        Column::Result,
        Column::Shard,
    ]);
    known.value(Column::Count, count);
    if let Some(cost) = more.cost {
        let before = Expr::col((Entity, Column::Cost)).if_null(0);
        known.value(Column::Cost, before.add(cost));
    }
    Entity::insert(more.into_active_model().reset_all())
        .on_conflict(known)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// The counts of some days, those of all shards together.
pub async fn between(
    database: &Lagging,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Model>, DbErr> {
    let rows = Entity::find()
        .filter(Column::Day.between(from, to))
        .order_by_asc(Column::Day)
        .order_by_asc(Column::Kind)
        .order_by_asc(Column::Method)
        .order_by_asc(Column::Result)
        .all(&**database)
        .await?;
    let mut together: Vec<Model> = Vec::with_capacity(rows.len());
    for row in rows {
        match together.last_mut() {
            Some(last) if last.is_like(&row) => {
                last.count += row.count;
                last.cost = match (last.cost, row.cost) {
                    (None, None) => None,
                    (one, other) => Some(one.unwrap_or(0) + other.unwrap_or(0)),
                };
            }
            _ => together.push(row),
        }
    }
    Ok(together)
}
