//! Rows of `oidc_webhook` and `oidc_delivery`.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, TryInsertResult, sea_query::Expr,
};
use uuid::Uuid;

use super::super::{client::Client, delivery_store};
use crate::{
    app::App,
    database::Database,
    entity::{
        oidc_client, oidc_consent,
        oidc_delivery::{Column, Entity, Model},
        oidc_webhook,
    },
};

pub use crate::entity::oidc_delivery::Model as DeliveryRow;

pub async fn endpoint<C: ConnectionTrait>(
    connection: &C,
    client_id: &str,
) -> Result<Option<oidc_webhook::Model>, DbErr> {
    oidc_webhook::Entity::find_by_id(client_id)
        .one(connection)
        .await
}

/// `false` when there is one already.
pub async fn insert_endpoint<C: ConnectionTrait>(
    connection: &C,
    row: oidc_webhook::Model,
) -> Result<bool, DbErr> {
    let inserted = oidc_webhook::Entity::insert(row.into_active_model().reset_all())
        .on_conflict_do_nothing_on([oidc_webhook::Column::ClientId])
        .exec_without_returning(connection)
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

/// `false` when there is no endpoint yet.
pub async fn set_uri<C: ConnectionTrait>(
    connection: &C,
    client_id: &str,
    uri: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let result = oidc_webhook::Entity::update_many()
        .col_expr(oidc_webhook::Column::Uri, Expr::value(uri))
        .col_expr(oidc_webhook::Column::UpdatedAt, Expr::value(now))
        .filter(oidc_webhook::Column::ClientId.eq(client_id))
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Sets other secrets than those `before`; `false` when somebody else just has.
pub async fn set_secrets<C: ConnectionTrait>(
    connection: &C,
    client_id: &str,
    before: &[u8],
    sealed: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let result = oidc_webhook::Entity::update_many()
        .col_expr(oidc_webhook::Column::SecretsSealed, Expr::value(sealed))
        .col_expr(oidc_webhook::Column::UpdatedAt, Expr::value(now))
        .filter(oidc_webhook::Column::ClientId.eq(client_id))
        .filter(oidc_webhook::Column::SecretsSealed.eq(before.to_vec()))
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// `false` when there was none.
pub async fn remove_endpoint<C: ConnectionTrait>(
    connection: &C,
    client_id: &str,
) -> Result<bool, DbErr> {
    let result = oidc_webhook::Entity::delete_by_id(client_id)
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// The applications that a person has agreed to and that are to be told.
pub async fn listeners<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
) -> anyhow::Result<Vec<Client>> {
    let agreed = oidc_consent::Entity::find()
        .select_only()
        .column(oidc_consent::Column::ClientId)
        .filter(oidc_consent::Column::AccountId.eq(account_id))
        .into_query();
    let listening = oidc_webhook::Entity::find()
        .select_only()
        .column(oidc_webhook::Column::ClientId)
        .into_query();
    let rows = oidc_client::Entity::find()
        .filter(oidc_client::Column::Id.in_subquery(agreed))
        .filter(oidc_client::Column::Id.in_subquery(listening))
        .filter(oidc_client::Column::DisabledAt.is_null())
        .all(connection)
        .await?;
    rows.into_iter().map(Client::read).collect()
}

pub async fn insert<C: ConnectionTrait>(connection: &C, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Takes up to a batch of rows that are due.
pub async fn claim(app: &App) -> anyhow::Result<Vec<Model>> {
    delivery_store::claim::<Entity>(app, Column::Status, Column::NextTryAt).await
}

/// Keeps what came of a try, to be tried again.
pub async fn postpone(
    app: &App,
    id: Uuid,
    answer: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::NextTryAt, Expr::value(until))
        .col_expr(Column::LastTryAt, Expr::value(now))
        .col_expr(Column::LastAnswer, Expr::value(answer))
        .filter(Column::Id.eq(id))
        .exec(app.database.write())
        .await?;
    Ok(())
}

/// Keeps what came of the last try.
pub async fn finish(
    app: &App,
    id: Uuid,
    status: &str,
    answer: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .col_expr(Column::LastTryAt, Expr::value(now))
        .col_expr(Column::LastAnswer, Expr::value(answer))
        .filter(Column::Id.eq(id))
        .exec(app.database.write())
        .await?;
    Ok(())
}

/// What an application was told, newest first.
pub async fn of_client(
    database: &Database,
    client_id: &str,
    status: Option<&str>,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find()
        .filter(Column::ClientId.eq(client_id))
        .order_by_desc(Column::Id)
        .limit(limit);
    if let Some(status) = status {
        query = query.filter(Column::Status.eq(status));
    }
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    query.all(database.read()).await
}

/// Has something sent again from the start; `None` when the application was told no such thing.
pub async fn renew<C: ConnectionTrait>(
    connection: &C,
    client_id: Option<&str>,
    id: Uuid,
    now: DateTime<Utc>,
    deadline: DateTime<Utc>,
) -> Result<Option<Model>, DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::Status, Expr::value("pending"))
        .col_expr(Column::Tries, Expr::value(0))
        .col_expr(Column::NextTryAt, Expr::value(now))
        .col_expr(Column::Deadline, Expr::value(deadline))
        .filter(Column::Id.eq(id));
    if let Some(client_id) = client_id {
        update = update.filter(Column::ClientId.eq(client_id));
    }
    let rows = update.exec_with_returning(connection).await?;
    Ok(rows.into_iter().next())
}

pub async fn purge(app: &App, before: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::CreatedAt.lt(before))
        .exec(app.database.write())
        .await?;
    Ok(())
}
