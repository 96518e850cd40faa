//! Rows of `processing_consent`.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    app::App,
    entity::processing_consent::{Column, Entity, Model},
};

pub async fn insert<C: ConnectionTrait>(connection: &C, model: Model) -> Result<(), DbErr> {
    Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// The latest that was not taken back.
pub async fn standing(app: &App, account_id: Uuid, subject: &str) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::Subject.eq(subject))
        .filter(Column::WithdrawnAt.is_null())
        .order_by_desc(Column::Id)
        .one(app.database.read())
        .await
}

/// All that a person ever gave, newest first.
pub async fn of_account(app: &App, account_id: Uuid) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::AccountId.eq(account_id))
        .order_by_desc(Column::Id)
        .all(app.database.read())
        .await
}

/// Ends what stands; `false` when nothing did.
pub async fn withdraw<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let result = Entity::update_many()
        .col_expr(Column::WithdrawnAt, Expr::value(now))
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::Subject.eq(subject))
        .filter(Column::WithdrawnAt.is_null())
        .exec(connection)
        .await?;
    Ok(result.rows_affected > 0)
}
