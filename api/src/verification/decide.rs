//! Puts an attempt to the authority and decides it, now or at a later try.

use chrono::TimeDelta;
use renzheng_types::verification::{AttemptReason, AttemptStatus};

use super::{method, store};
use crate::{
    account::store as accounts,
    app::App,
    audit::{self, Event},
    entity::verification_attempt::Model,
    http::caller::Caller,
    provider::{Claim, Finding, Outage, Verdict},
};

/// An attempt that no authority answered for this long has failed.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::hours(24);

/// How one asking ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed,
    TakenByAnother,
    Postponed,
}

/// Asks the authority and decides the attempt, or leaves it for later.
pub async fn ask(
    app: &App,
    caller: &Caller,
    row: &Model,
    claim: &Claim,
) -> anyhow::Result<Outcome> {
    match app.authority.check(claim).await {
        Ok(finding) => decide(app, caller, row, claim, &finding).await,
        Err(outage) => postpone(app, row, &outage).await,
    }
}

async fn postpone(app: &App, row: &Model, outage: &Outage) -> anyhow::Result<Outcome> {
    tracing::warn!(attempt = %row.id, reason = outage.reason, "authority out of reach");
    app.metrics.verification(&row.method, "outage");
    let now = app.clock.now();
    if now - row.created_at <= GIVE_UP_AFTER {
        store::postpone(app, row.id, now + wait_after(row.tries)).await?;
        return Ok(Outcome::Postponed);
    }
    let reason = Some(AttemptReason::Outage);
    let status = AttemptStatus::Failed;
    store::decide(
        app.database.write(),
        row.id,
        status,
        reason,
        None,
        now,
        None,
    )
    .await?;
    Ok(Outcome::Failed)
}

async fn decide(
    app: &App,
    caller: &Caller,
    row: &Model,
    claim: &Claim,
    finding: &Finding,
) -> anyhow::Result<Outcome> {
    let reason = match finding.verdict {
        Verdict::Match => match pass(app, caller, row, claim, finding).await? {
            None => return Ok(Outcome::Passed),
            Some(reason) => reason,
        },
        Verdict::Mismatch => AttemptReason::Mismatch,
        Verdict::NoRecord => AttemptReason::NoRecord,
    };
    let now = app.clock.now();
    let transaction = app.database.begin().await?;
    let status = AttemptStatus::Failed;
    if store::decide(
        &transaction,
        row.id,
        status,
        Some(reason),
        Some(finding),
        now,
        None,
    )
    .await?
    {
        let event = Event::by_account(row.account_id, "verification.fail")
            .detail("method", &row.method)
            .detail("provider", &finding.provider)
            .detail("reason", reason.into());
        audit::record(app, &transaction, caller, event).await?;
        app.metrics.verification(&row.method, reason.into());
    }
    transaction.commit().await?;
    Ok(match reason {
        AttemptReason::IdNumberTaken => Outcome::TakenByAnother,
        _ => Outcome::Failed,
    })
}

/// Passes the attempt and, by ID card, puts the identity on file: both or neither. Answers why it fails after all.
async fn pass(
    app: &App,
    caller: &Caller,
    row: &Model,
    claim: &Claim,
    finding: &Finding,
) -> anyhow::Result<Option<AttemptReason>> {
    let now = app.clock.now();
    let valid_until = app
        .config
        .verification
        .valid_days
        .get(&claim.method)
        .map(|days| now + TimeDelta::days(i64::from(*days)));
    let transaction = app.database.begin().await?;
    let status = AttemptStatus::Passed;
    if !store::decide(
        &transaction,
        row.id,
        status,
        None,
        Some(finding),
        now,
        valid_until,
    )
    .await?
    {
        transaction.rollback().await?;
        return Ok(None);
    }
    let (id, identity) = (row.account_id, &claim.identity);
    let same = accounts::has_id_number(app, &transaction, id, &identity.id_number).await?;
    if method::registered(claim.method).is_some_and(|method| method.sets_identity) {
        if same == Some(false) {
            // What else was passed was passed as somebody else.
            store::lapse_passed(&transaction, id, row.id, now).await?;
        }
        let (name, id_number) = (&identity.name, &identity.id_number);
        match accounts::set_identity(app, &transaction, id, name, id_number).await {
            Err(error) if accounts::violates(&error, "id_number_index") => {
                transaction.rollback().await?;
                return Ok(Some(AttemptReason::IdNumberTaken));
            }
            other => other?,
        }
    } else if same != Some(true) {
        // The identity on file has changed since it was asked for.
        transaction.rollback().await?;
        return Ok(Some(AttemptReason::Mismatch));
    }
    let event = Event::by_account(id, "verification.pass")
        .detail("method", &row.method)
        .detail("provider", &finding.provider);
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    app.metrics.verification(&row.method, "passed");
    Ok(None)
}

/// 5, 10, 20, … seconds, up to ten minutes.
fn wait_after(tries: i32) -> TimeDelta {
    let exponent = u32::try_from(tries.saturating_sub(1))
        .unwrap_or_default()
        .min(16);
    TimeDelta::seconds(5 << exponent).min(TimeDelta::minutes(10))
}
