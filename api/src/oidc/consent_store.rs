//! Rows of `oidc_consent` and `oidc_disclosure`.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    app::App,
    entity::{oidc_consent, oidc_disclosure},
};

pub use crate::entity::{
    oidc_consent::Model as ConsentRow, oidc_disclosure::Model as DisclosureRow,
};

pub async fn find<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
    client_id: &str,
) -> Result<Option<ConsentRow>, DbErr> {
    oidc_consent::Entity::find_by_id((account_id, client_id.to_string()))
        .one(connection)
        .await
}

/// Everything a person agreed to, oldest first.
pub async fn of_account(app: &App, account_id: Uuid) -> Result<Vec<ConsentRow>, DbErr> {
    oidc_consent::Entity::find()
        .filter(oidc_consent::Column::AccountId.eq(account_id))
        .order_by_asc(oidc_consent::Column::GrantedAt)
        .all(app.database.read())
        .await
}

/// Keeps what was agreed to, instead of what was before.
pub async fn put<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
    client_id: &str,
    subject: String,
    items: String,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = oidc_consent::ActiveModel {
        account_id: Set(account_id),
        client_id: Set(client_id.into()),
        subject: Set(Some(subject)),
        items: Set(items),
        granted_at: Set(now),
        updated_at: Set(now),
    };
    let conflict = OnConflict::columns([
        oidc_consent::Column::AccountId,
        oidc_consent::Column::ClientId,
    ])
    .update_columns([
        oidc_consent::Column::Subject,
        oidc_consent::Column::Items,
        oidc_consent::Column::UpdatedAt,
    ])
    .to_owned();
    oidc_consent::Entity::insert(row)
        .on_conflict(conflict)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// What the person whom a client knows by this name agreed to.
pub async fn of_subject(
    app: &App,
    client_id: &str,
    subject: &str,
) -> Result<Option<ConsentRow>, DbErr> {
    oidc_consent::Entity::find()
        .filter(oidc_consent::Column::ClientId.eq(client_id))
        .filter(oidc_consent::Column::Subject.eq(subject))
        .one(app.database.read())
        .await
}

/// Up to `limit` rows from before subjects were kept.
pub async fn without_subject(app: &App, limit: u64) -> Result<Vec<ConsentRow>, DbErr> {
    oidc_consent::Entity::find()
        .filter(oidc_consent::Column::Subject.is_null())
        .limit(limit)
        .all(app.database.read())
        .await
}

pub async fn set_subject(app: &App, row: &ConsentRow, subject: String) -> Result<(), DbErr> {
    oidc_consent::Entity::update_many()
        .col_expr(oidc_consent::Column::Subject, Expr::value(subject))
        .filter(oidc_consent::Column::AccountId.eq(row.account_id))
        .filter(oidc_consent::Column::ClientId.eq(&row.client_id))
        .exec(app.database.write())
        .await?;
    Ok(())
}

/// `false` when there was nothing.
pub async fn remove<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
    client_id: &str,
) -> Result<bool, DbErr> {
    let result = oidc_consent::Entity::delete_many()
        .filter(oidc_consent::Column::AccountId.eq(account_id))
        .filter(oidc_consent::Column::ClientId.eq(client_id))
        .exec(connection)
        .await?;
    Ok(result.rows_affected > 0)
}

/// Writes down that a client read something.
pub async fn note_disclosure<C: ConnectionTrait>(
    connection: &C,
    row: DisclosureRow,
) -> Result<(), DbErr> {
    let row = oidc_disclosure::ActiveModel {
        id: Set(row.id),
        account_id: Set(row.account_id),
        client_id: Set(row.client_id),
        data: Set(row.data),
        at: Set(row.at),
    };
    oidc_disclosure::Entity::insert(row)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Who read what of a person, newest first; of one client, if it is named.
pub async fn disclosures(
    app: &App,
    account_id: Uuid,
    client_id: Option<&str>,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<DisclosureRow>, DbErr> {
    let mut query = oidc_disclosure::Entity::find()
        .filter(oidc_disclosure::Column::AccountId.eq(account_id))
        .order_by_desc(oidc_disclosure::Column::Id)
        .limit(limit);
    if let Some(client_id) = client_id {
        query = query.filter(oidc_disclosure::Column::ClientId.eq(client_id));
    }
    if let Some(before) = before {
        query = query.filter(oidc_disclosure::Column::Id.lt(before));
    }
    query.all(app.database.read()).await
}

pub async fn purge_disclosures(app: &App, before: DateTime<Utc>) -> Result<(), DbErr> {
    oidc_disclosure::Entity::delete_many()
        .filter(oidc_disclosure::Column::At.lt(before))
        .exec(app.database.write())
        .await?;
    Ok(())
}
