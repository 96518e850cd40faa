//! `/admin/condition` and `/admin/statistics`

use chrono::NaiveDate;
use poem::web::Data;
use poem_openapi::{OpenApi, param::Query, payload::Json};
use renzheng_types::admin::{Condition, Statistics};

use super::condition;
use crate::{
    app::App,
    http::{
        answer::Csv,
        auth::Never,
        problem::Fault,
        staff_auth::{Allowed, Operators},
        tag::Tag,
    },
    statistics,
};

pub struct AdminConditionApi;

#[OpenApi(tag = "Tag::Admin")]
impl AdminConditionApi {
    /// Show how providers and queues are
    ///
    /// Providers as they are found by each node that serves, and the worst of it for each; the queues of all nodes. Permissions: operators.
    #[oai(
        path = "/admin/condition",
        method = "get",
        operation_id = "show_condition"
    )]
    async fn show_condition(
        &self,
        app: Data<&App>,
        _operator: Allowed<Operators>,
    ) -> Result<Json<Condition>, Fault<Never>> {
        Ok(Json(condition::show(&app).await?))
    }

    /// Show statistics
    ///
    /// Day by day, both days included, 400 at most; days are those of China. A day's numbers follow what happens within
    /// seconds. Permissions: operators.
    #[oai(
        path = "/admin/statistics",
        method = "get",
        operation_id = "show_statistics"
    )]
    async fn show_statistics(
        &self,
        app: Data<&App>,
        _operator: Allowed<Operators>,
        from: Query<NaiveDate>,
        to: Query<NaiveDate>,
    ) -> Result<Json<Statistics>, Fault<statistics::ShowRefusal>> {
        Ok(Json(statistics::show(&app, from.0, to.0).await?))
    }

    /// Download statistics
    ///
    /// The same as a table for spreadsheets. Permissions: operators.
    #[oai(
        path = "/admin/statistics/csv",
        method = "get",
        operation_id = "download_statistics"
    )]
    async fn download_statistics(
        &self,
        app: Data<&App>,
        _operator: Allowed<Operators>,
        from: Query<NaiveDate>,
        to: Query<NaiveDate>,
    ) -> Result<Csv, Fault<statistics::ShowRefusal>> {
        let shown = statistics::show(&app, from.0, to.0).await?;
        let name = format!("renzheng-{}-{}.csv", shown.from, shown.to);
        let table = statistics::csv::table(&shown)?;
        Ok(Csv::of(&name, table))
    }
}
