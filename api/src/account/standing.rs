//! An account with its assurance level: what nearly every signed-in request asks for, so requests ask together.

use std::collections::HashMap;

use futures_util::future::BoxFuture;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryResult, QuerySelect,
    sea_query::{Expr, SubQueryStatement},
};
use uuid::Uuid;

use crate::{
    app::App,
    database::{LookUps, padded},
    entity::account::{Column, Entity, Model},
    verification::level,
};

/// An account as it stands now.
#[derive(Clone)]
pub struct Standing {
    pub account: Model,
    /// 0 to 3.
    pub level: u8,
}

impl FromQueryResult for Standing {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let level: Option<i16> = row.try_get(prefix, "level")?;
        Ok(Self {
            account: Model::from_query_result(row, prefix)?,
            level: u8::try_from(level.unwrap_or_default()).unwrap_or_default(),
        })
    }

    /// Always there where it is joined: what cannot be read is an error.
    fn from_query_result_optional(row: &QueryResult, prefix: &str) -> Result<Option<Self>, DbErr> {
        Self::from_query_result(row, prefix).map(Some)
    }
}

/// Where requests ask together.
pub struct Standings(LookUps<App, Uuid, Standing>);

impl Default for Standings {
    fn default() -> Self {
        Self(LookUps::new(find_all))
    }
}

/// The account as it stands, if there is one.
pub async fn find(app: &App, id: Uuid) -> Result<Option<Standing>, DbErr> {
    app.standings.0.find(app, id).await
}

/// Those of `ids` that there are.
pub fn find_all(
    app: App,
    ids: Vec<Uuid>,
) -> BoxFuture<'static, Result<HashMap<Uuid, Standing>, DbErr>> {
    Box::pin(async move {
        let level = SubQueryStatement::from(level::highest(app.clock.now()));
        let rows = Entity::find()
            .column_as(Expr::from(level), "level")
            .filter(Column::Id.is_in(padded(ids)))
            .into_model::<Standing>()
            .all(app.database.read())
            .await?;
        Ok(rows.into_iter().map(|row| (row.account.id, row)).collect())
    })
}
