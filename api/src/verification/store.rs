//! Rows of `verification_attempt`.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use renzheng_types::{
    value::{IdNumber, PersonName},
    verification::{AttemptReason, AttemptStatus, Method},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult,
    IntoActiveModel, QueryFilter, QueryOrder, Statement, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    app::App,
    crypto::Place,
    entity::verification_attempt::{Column, Entity, Model},
    provider::{Claim, Finding},
};

pub const PASSED: &str = "passed";
pub const PENDING: &str = "pending";

/// While a node is asking the authority, no other does.
pub const LEASE: TimeDelta = TimeDelta::seconds(20);
const BATCH: usize = 16;

/// A claim as a pending row keeps it, sealed.
#[derive(Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "kebab-case")]
enum StoredClaim {
    IdCard { name: String, id_number: String },
}

pub fn seal_claim(app: &App, id: Uuid, claim: &Claim) -> anyhow::Result<Vec<u8>> {
    let Claim::IdCard { name, id_number } = claim;
    let stored = StoredClaim::IdCard {
        name: name.as_str().into(),
        id_number: id_number.as_str().into(),
    };
    Ok(app.vault.seal(place(id), &serde_json::to_vec(&stored)?))
}

pub fn open_claim(app: &App, row: &Model, today: NaiveDate) -> anyhow::Result<Claim> {
    let sealed = row.claim_sealed.as_deref().unwrap_or_default();
    let stored = serde_json::from_slice(&app.vault.open_sealed(place(row.id), sealed)?)?;
    let StoredClaim::IdCard { name, id_number } = stored;
    let broken = |error: renzheng_types::value::ValueError| {
        anyhow::anyhow!("stored claim: {}", error.code())
    };
    Ok(Claim::IdCard {
        name: PersonName::parse(&name).map_err(broken)?,
        id_number: IdNumber::parse(&id_number, today).map_err(broken)?,
    })
}

pub async fn insert<C: ConnectionTrait>(connection: &C, model: Model) -> Result<(), DbErr> {
    Entity::insert(model.into_active_model().reset_all())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// All of a person's attempts, newest first.
pub async fn of_account(app: &App, account_id: Uuid) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::AccountId.eq(account_id))
        .order_by_desc(Column::Id)
        .all(app.database.read())
        .await
}

/// One of a person's own attempts.
pub async fn find(app: &App, account_id: Uuid, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id)
        .filter(Column::AccountId.eq(account_id))
        .one(app.database.read())
        .await
}

/// Decides a pending attempt and wipes its claim. `false` when it was decided before: an answer that comes late, or
/// twice, changes nothing.
pub async fn decide<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    status: AttemptStatus,
    reason: Option<AttemptReason>,
    evidence: Option<(&'static str, &Finding)>,
    now: DateTime<Utc>,
    valid_until: Option<DateTime<Utc>>,
) -> Result<bool, DbErr> {
    let (provider, reference, code) = match evidence {
        Some((provider, finding)) => (
            Some(provider.to_string()),
            Some(finding.reference.clone()),
            Some(finding.result_code.clone()),
        ),
        None => (None, None, None),
    };
    let result = Entity::update_many()
        .col_expr(Column::Status, Expr::value(<&str>::from(status)))
        .col_expr(
            Column::Reason,
            Expr::value(reason.map(|reason| <&str>::from(reason).to_string())),
        )
        .col_expr(Column::Provider, Expr::value(provider))
        .col_expr(Column::ProviderReference, Expr::value(reference))
        .col_expr(Column::ResultCode, Expr::value(code))
        .col_expr(Column::ClaimSealed, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::NextTryAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::DecidedAt, Expr::value(now))
        .col_expr(Column::ValidUntil, Expr::value(valid_until))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(PENDING))
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Leaves an attempt pending until the authority can be asked again.
pub async fn postpone(app: &App, id: Uuid, until: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(
            Column::Reason,
            Expr::value(<&str>::from(AttemptReason::Outage)),
        )
        .col_expr(Column::NextTryAt, Expr::value(until))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(PENDING))
        .exec(app.database.write())
        .await?;
    Ok(())
}

/// Takes pending attempts that are due, for as long as [`LEASE`].
pub async fn claim_due(app: &App) -> anyhow::Result<Vec<Model>> {
    let now = app.clock.now();
    let due = Entity::find()
        .filter(Column::Status.eq(PENDING))
        .filter(Column::NextTryAt.lte(now))
        .one(app.database.read())
        .await?;
    if due.is_none() {
        return Ok(Vec::new());
    }
    let backend = app.database.backend();
    let (lock, marks) = match backend {
        DbBackend::Postgres => ("FOR UPDATE SKIP LOCKED", ["$1", "$2"]),
        _ => ("", ["?1", "?2"]),
    };
    let sql = format!(
        "UPDATE verification_attempt SET tries = tries + 1, next_try_at = {lease} WHERE id IN (\
         SELECT id FROM verification_attempt WHERE status = 'pending' AND next_try_at <= {now} \
         ORDER BY next_try_at LIMIT {BATCH} {lock}) RETURNING *",
        lease = marks[0],
        now = marks[1],
    );
    let statement =
        Statement::from_sql_and_values(backend, sql, [(now + LEASE).into(), now.into()]);
    Ok(Model::find_by_statement(statement)
        .all(app.database.write())
        .await?)
}

/// The method of a row; a row of a method this version does not know is passed over.
pub fn method_of(row: &Model) -> Option<Method> {
    row.method.parse().ok()
}

const fn place(id: Uuid) -> Place<'static> {
    Place {
        table: "verification_attempt",
        column: "claim",
        row: id,
    }
}
