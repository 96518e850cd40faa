//! Rows of `verification_attempt`.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use renzheng_types::{
    value::{IdNumber, PersonName, ValueError},
    verification::{AttemptReason, AttemptStatus, Method},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExprTrait,
    FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::Expr,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    app::App,
    crypto::Place,
    entity::verification_attempt::{Column, Entity, Model},
    provider::{Claim, Finding, Identity},
    verification::face,
};

pub const PASSED: &str = "passed";
pub const PENDING: &str = "pending";

/// While a node is asking the authority, no other does.
pub const LEASE: TimeDelta = TimeDelta::seconds(20);
const BATCH: usize = 16;

/// A claim as a pending row keeps it, sealed.
#[derive(Serialize, Deserialize)]
pub struct StoredClaim {
    method: Method,
    name: String,
    id_number: String,
    #[serde(default)]
    details: BTreeMap<String, String>,
}

impl StoredClaim {
    pub fn of(claim: &Claim) -> Self {
        Self {
            method: claim.method,
            name: claim.identity.name.as_str().into(),
            id_number: claim.identity.id_number.as_str().into(),
            details: claim.details.clone(),
        }
    }

    pub fn open(self, today: NaiveDate) -> anyhow::Result<Claim> {
        let broken = |error: ValueError| anyhow::anyhow!("stored claim: {}", error.code());
        Ok(Claim {
            method: self.method,
            identity: Identity {
                name: PersonName::parse(&self.name).map_err(broken)?,
                id_number: IdNumber::parse(&self.id_number, today).map_err(broken)?,
            },
            details: self.details,
        })
    }
}

pub fn seal_claim(app: &App, id: Uuid, claim: &Claim) -> anyhow::Result<Vec<u8>> {
    seal(app, id, &StoredClaim::of(claim))
}

pub fn open_claim(app: &App, row: &Model, today: NaiveDate) -> anyhow::Result<Claim> {
    open::<StoredClaim>(app, row)?.open(today)
}

/// Whatever it takes to ask, sealed for the attempt `id`.
pub fn seal<T: Serialize>(app: &App, id: Uuid, what: &T) -> anyhow::Result<Vec<u8>> {
    Ok(app.vault.seal(place(id), &serde_json::to_vec(what)?))
}

/// What was [sealed](seal) for an attempt.
pub fn open<T: DeserializeOwned>(app: &App, row: &Model) -> anyhow::Result<T> {
    let sealed = row.claim_sealed.as_deref().unwrap_or_default();
    let opened = app.vault.open_sealed(place(row.id), sealed)?;
    Ok(serde_json::from_slice(&opened)?)
}

/// Keeps something else to ask with, for a pending attempt.
pub async fn reseal(app: &App, id: Uuid, sealed: Vec<u8>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::ClaimSealed, Expr::value(Some(sealed)))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(PENDING))
        .exec(app.database.write())
        .await?;
    Ok(())
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

/// Decides a pending attempt and wipes its claim and pictures. `false` when it was decided before: an answer that comes late, or
/// twice, changes nothing.
pub async fn decide<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    status: AttemptStatus,
    reason: Option<AttemptReason>,
    evidence: Option<&Finding>,
    now: DateTime<Utc>,
    valid_until: Option<DateTime<Utc>>,
) -> Result<bool, DbErr> {
    let elements = evidence
        .filter(|finding| !finding.elements.is_empty())
        .and_then(|finding| serde_json::to_string(&finding.elements).ok());
    let of = |text: fn(&Finding) -> &String| Expr::value(evidence.map(|found| text(found).clone()));
    let result = Entity::update_many()
        .col_expr(Column::Status, Expr::value(<&str>::from(status)))
        .col_expr(
            Column::Reason,
            Expr::value(reason.map(|reason| <&str>::from(reason).to_string())),
        )
        .col_expr(Column::Provider, of(|finding| &finding.provider))
        .col_expr(Column::ProviderReference, of(|finding| &finding.reference))
        .col_expr(Column::ResultCode, of(|finding| &finding.result_code))
        .col_expr(Column::Elements, Expr::value(elements))
        .col_expr(Column::ClaimSealed, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::NextTryAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::DecidedAt, Expr::value(now))
        .col_expr(Column::ValidUntil, Expr::value(valid_until))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(PENDING))
        .exec(connection)
        .await?;
    if result.rows_affected == 0 {
        return Ok(false);
    }
    face::store::wipe(connection, id).await?;
    Ok(true)
}

/// Ends what a person has passed as of `now`: it was of somebody else.
pub async fn lapse_passed<C: ConnectionTrait>(
    connection: &C,
    account_id: Uuid,
    except: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::ValidUntil, Expr::value(now))
        .col_expr(Column::LapsedAt, Expr::value(now))
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::Id.ne(except))
        .filter(Column::Status.eq(PASSED))
        .filter(Column::ValidUntil.is_null().or(Column::ValidUntil.gt(now)))
        .exec(connection)
        .await?;
    Ok(())
}

/// Up to a batch of what has lapsed and was not noticed yet.
pub async fn lapsed(app: &App, now: DateTime<Utc>) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::ValidUntil.lte(now))
        .filter(Column::LapsedAt.is_null())
        .order_by_asc(Column::ValidUntil)
        .limit(1000)
        .all(app.database.read())
        .await
}

/// `false` when somebody else has noticed.
pub async fn note_lapse<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let result = Entity::update_many()
        .col_expr(Column::LapsedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::LapsedAt.is_null())
        .exec(connection)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Leaves an attempt pending until the authority can be asked again.
pub async fn postpone(app: &App, id: Uuid, until: DateTime<Utc>) -> Result<(), DbErr> {
    let reason = Some(AttemptReason::Outage);
    postpone_on(app.database.write(), id, reason, until).await
}

/// The same on a connection, and for any reason or none.
pub async fn postpone_on<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    reason: Option<AttemptReason>,
    until: DateTime<Utc>,
) -> Result<(), DbErr> {
    let reason = reason.map(|reason| <&str>::from(reason).to_string());
    Entity::update_many()
        .col_expr(Column::Reason, Expr::value(reason))
        .col_expr(Column::NextTryAt, Expr::value(until))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(PENDING))
        .exec(connection)
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

const fn place(id: Uuid) -> Place<'static> {
    Place {
        table: "verification_attempt",
        column: "claim",
        row: id,
    }
}
