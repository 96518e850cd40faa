//! Rows of many accounts, and of `bulk_import`.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, SqlErr,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use super::prepare::Prepared;
use crate::{
    app::App,
    entity::{
        account::{self, Column},
        bulk_import, verification_attempt,
    },
    verification::store::PASSED,
};

/// Which of these phones, addresses and ID numbers have accounts, by field and blind index.
pub async fn taken(
    app: &App,
    batch: &[(u64, Prepared)],
) -> Result<HashSet<(&'static str, Vec<u8>)>, DbErr> {
    let mut taken = HashSet::new();
    for (field, column) in [
        ("phone", Column::PhoneIndex),
        ("email", Column::EmailIndex),
        ("id_number", Column::IdNumberIndex),
    ] {
        let asked: Vec<Vec<u8>> = batch
            .iter()
            .flat_map(|(_, prepared)| prepared.unique())
            .filter(|(of, _)| *of == field)
            .map(|(_, index)| index.to_vec())
            .collect();
        if asked.is_empty() {
            continue;
        }
        let found: Vec<Vec<u8>> = account::Entity::find()
            .select_only()
            .column(column)
            .filter(column.is_in(asked))
            .into_tuple()
            .all(app.database.write())
            .await?;
        taken.extend(found.into_iter().map(|index| (field, index)));
    }
    Ok(taken)
}

/// Writes the rows of accounts that are not there yet.
pub async fn insert<C: ConnectionTrait>(connection: &C, batch: Vec<Prepared>) -> Result<(), DbErr> {
    let mut accounts = Vec::with_capacity(batch.len());
    let mut attempts = Vec::new();
    for prepared in batch {
        accounts.push(prepared.account.into_active_model().reset_all());
        attempts.extend(
            prepared
                .attempt
                .map(|attempt| attempt.into_active_model().reset_all()),
        );
    }
    if !accounts.is_empty() {
        account::Entity::insert_many(accounts)
            .exec_without_returning(connection)
            .await?;
    }
    if !attempts.is_empty() {
        verification_attempt::Entity::insert_many(attempts)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}

pub fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// How far the import of this file has got; begins it when it has not begun.
pub async fn progress(app: &App, digest: &str) -> Result<bulk_import::Model, DbErr> {
    let now = app.clock.now();
    let begun = bulk_import::Model {
        digest: digest.into(),
        records: 0,
        imported: 0,
        refused: 0,
        error_bytes: 0,
        began_at: now,
        updated_at: now,
    };
    bulk_import::Entity::insert(begun.clone().into_active_model().reset_all())
        .on_conflict(
            OnConflict::column(bulk_import::Column::Digest)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(app.database.write())
        .await?;
    let found = bulk_import::Entity::find_by_id(digest)
        .one(app.database.write())
        .await?;
    Ok(found.unwrap_or(begun))
}

/// Moves on. `false` when somebody else has.
pub async fn advance<C: ConnectionTrait>(
    connection: &C,
    from: &bulk_import::Model,
    to: &bulk_import::Model,
) -> Result<bool, DbErr> {
    use bulk_import::Column;
    let result = bulk_import::Entity::update_many()
        .col_expr(Column::Records, Expr::value(to.records))
        .col_expr(Column::Imported, Expr::value(to.imported))
        .col_expr(Column::Refused, Expr::value(to.refused))
        .col_expr(Column::ErrorBytes, Expr::value(to.error_bytes))
        .col_expr(Column::UpdatedAt, Expr::value(to.updated_at))
        .filter(Column::Digest.eq(from.digest.as_str()))
        .filter(Column::Records.eq(from.records))
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Accounts by id, after one.
pub async fn page(app: &App, after: Uuid, size: u64) -> Result<Vec<account::Model>, DbErr> {
    account::Entity::find()
        .filter(Column::Id.gt(after))
        .order_by_asc(Column::Id)
        .limit(size)
        .all(app.database.read())
        .await
}

/// When each of these accounts was last verified by any method that is still valid.
pub async fn verified_at(
    app: &App,
    accounts: &[account::Model],
) -> Result<HashMap<Uuid, DateTime<Utc>>, DbErr> {
    use verification_attempt::Column;
    let ids = accounts.iter().map(|account| account.id);
    let rows: Vec<(Uuid, Option<DateTime<Utc>>)> = verification_attempt::Entity::find()
        .select_only()
        .column(Column::AccountId)
        .column_as(Column::DecidedAt.max(), "decided_at")
        .filter(Column::AccountId.is_in(ids))
        .filter(Column::Status.eq(PASSED))
        .filter(
            Column::ValidUntil
                .is_null()
                .or(Column::ValidUntil.gt(app.clock.now())),
        )
        .group_by(Column::AccountId)
        .into_tuple()
        .all(app.database.read())
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, at)| Some((id, at?)))
        .collect())
}

/// About how many accounts there are, for a progress bar.
pub async fn count(app: &App) -> Result<u64, DbErr> {
    use sea_orm::PaginatorTrait;
    account::Entity::find().count(app.database.read()).await
}
