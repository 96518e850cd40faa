//! Puts an attempt to the authority and decides it, now or at a later try.

use chrono::TimeDelta;
use renzheng_types::verification::{AttemptReason, AttemptStatus, Method};

use super::{face, level, method, store};
use crate::{
    account::{
        notice::{self, Notice},
        store as accounts,
    },
    app::App,
    audit::{self, Event},
    database::Transaction,
    entity::verification_attempt::Model,
    hall::evidence,
    http::caller::Caller,
    oidc::webhook,
    provider::{Claim, FaceResult, Finding, Identity, Outage, Verdict},
};

/// An attempt that no authority answered for this long has failed.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::hours(24);

/// How one asking ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// It does not match: the only end that counts against the person.
    Failed,
    TakenByAnother,
    /// The authority is asked again later.
    Postponed,
    /// The person has to begin anew.
    Lapsed,
}

/// What passing does to the name and number on file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFile {
    /// They are put there, whatever was there before.
    Set,
    /// They are put there when there are none; else they must be the same.
    SetFirst,
    /// They must be the same.
    Same,
}

/// Asks the authority and decides the attempt, or leaves it for later.
pub async fn ask(
    app: &App,
    caller: &Caller,
    row: &Model,
    claim: &Claim,
) -> anyhow::Result<Outcome> {
    let answer = match claim.method {
        Method::Hall => evidence::answer(app, row, claim).await,
        Method::Face => match face::evidence::check(app, row.id, claim).await? {
            Ok(FaceResult::Found(finding)) => Ok(finding),
            Ok(FaceResult::Nothing(reason)) => return fail(app, caller, row, reason, None).await,
            Err(outage) => Err(outage),
        },
        _ => app.authority.check(claim).await,
    };
    take(app, caller, row, claim, answer).await
}

/// Decides by an answer, or leaves the attempt for later when there is none.
pub async fn take(
    app: &App,
    caller: &Caller,
    row: &Model,
    claim: &Claim,
    answer: Result<Finding, Outage>,
) -> anyhow::Result<Outcome> {
    let finding = match answer {
        Ok(finding) => finding,
        Err(outage) => return postpone(app, row, &outage).await,
    };
    let sets = method::registered(claim.method).is_some_and(|method| method.sets_identity);
    let on_file = if sets || evidence::is_from_card(claim) {
        OnFile::Set
    } else {
        OnFile::Same
    };
    match finding.verdict {
        Verdict::Match => pass(app, caller, row, &claim.identity, on_file, &finding).await,
        Verdict::Mismatch => fail(app, caller, row, AttemptReason::Mismatch, Some(&finding)).await,
        Verdict::NoRecord => fail(app, caller, row, AttemptReason::NoRecord, Some(&finding)).await,
        Verdict::Rejected(reason) => fail(app, caller, row, reason, Some(&finding)).await,
    }
}

/// Leaves an attempt for later, or gives it up when it has waited for too long.
pub async fn postpone(app: &App, row: &Model, outage: &Outage) -> anyhow::Result<Outcome> {
    tracing::warn!(attempt = %row.id, reason = outage.reason, "authority out of reach");
    app.metrics.verification(&row.method, "outage");
    let now = app.clock.now();
    // What waited for people first has not waited for the authority.
    let confirmed = if row.method == <&str>::from(Method::Hall) {
        evidence::confirmed_at(app, row).await?
    } else {
        None
    };
    if now - confirmed.unwrap_or(row.created_at) > GIVE_UP_AFTER {
        let reason = AttemptReason::Outage;
        fail(app, &Caller::system(), row, reason, None).await?;
        return Ok(Outcome::Lapsed);
    }
    store::postpone(app, row.id, now + wait_after(row.tries)).await?;
    Ok(Outcome::Postponed)
}

/// Fails an attempt, and says so to a person who has waited for it.
pub async fn fail(
    app: &App,
    caller: &Caller,
    row: &Model,
    reason: AttemptReason,
    finding: Option<&Finding>,
) -> anyhow::Result<Outcome> {
    let transaction = app.database.begin().await?;
    fail_within(app, &transaction, caller, row, reason, finding).await?;
    transaction.commit().await?;
    app.outbox_wakeup.notify_one();
    Ok(match reason {
        AttemptReason::IdNumberTaken => Outcome::TakenByAnother,
        AttemptReason::AuthorizationExpired
        | AttemptReason::Unfinished
        | AttemptReason::DailyLimit => Outcome::Lapsed,
        _ => Outcome::Failed,
    })
}

/// [`fail`] in the caller's transaction; `false` when the attempt was decided before.
pub async fn fail_within(
    app: &App,
    transaction: &Transaction,
    caller: &Caller,
    row: &Model,
    reason: AttemptReason,
    finding: Option<&Finding>,
) -> anyhow::Result<bool> {
    let now = app.clock.now();
    let status = AttemptStatus::Failed;
    let decided = store::decide(
        transaction,
        row.id,
        status,
        Some(reason),
        finding,
        now,
        None,
    )
    .await?;
    if decided {
        let provider = finding.map_or("", |finding| &finding.provider);
        let event = Event::by_account(row.account_id, "verification.fail")
            .detail("method", &row.method)
            .detail("provider", provider)
            .detail("reason", reason.into());
        audit::record(app, transaction, caller, event).await?;
        tell(app, transaction, row, false).await?;
        app.metrics.verification(&row.method, reason.into());
    }
    Ok(decided)
}

/// Passes an attempt and, where that is what it does, puts the identity on file: both or neither.
pub async fn pass(
    app: &App,
    caller: &Caller,
    row: &Model,
    identity: &Identity,
    on_file: OnFile,
    finding: &Finding,
) -> anyhow::Result<Outcome> {
    match try_to_pass(app, caller, row, identity, on_file, finding).await? {
        None => Ok(Outcome::Passed),
        Some(reason) => fail(app, caller, row, reason, Some(finding)).await,
    }
}

/// Answers why it fails after all.
async fn try_to_pass(
    app: &App,
    caller: &Caller,
    row: &Model,
    identity: &Identity,
    on_file: OnFile,
    finding: &Finding,
) -> anyhow::Result<Option<AttemptReason>> {
    let now = app.clock.now();
    let method: Method = row.method.parse()?;
    let days = app.config.verification.valid_days.get(&method);
    let valid_until = days.map(|days| now + TimeDelta::days(i64::from(*days)));
    let transaction = app.database.begin().await?;
    accounts::lock(&transaction, row.account_id).await?;
    let before = level::on(app, &transaction, row.account_id).await?;
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
    let id = row.account_id;
    let same = accounts::has_id_number(app, &transaction, id, &identity.id_number).await?;
    if on_file == OnFile::Set || (on_file == OnFile::SetFirst && same.is_none()) {
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
    tell(app, &transaction, row, true).await?;
    let after = level::on(app, &transaction, id).await?;
    if after != before {
        webhook::event::level_changed(app, &transaction, id, after).await?;
    }
    transaction.commit().await?;
    app.outbox_wakeup.notify_one();
    app.metrics.verification(&row.method, "passed");
    Ok(None)
}

/// Tells a person who did not see it themself what came of an attempt: one that was left for later, or a visit to a hall.
async fn tell(
    app: &App,
    transaction: &Transaction,
    row: &Model,
    passed: bool,
) -> anyhow::Result<()> {
    let method: Method = row.method.parse()?;
    let notice = match method {
        Method::Hall if passed => Notice::VerifiedInHall,
        Method::Hall => Notice::NotVerifiedInHall,
        // Decided at the first try, the request itself answers.
        _ if row.tries < 2 => return Ok(()),
        method => Notice::Verification { method, passed },
    };
    if let Some(account) = accounts::find(app, row.account_id).await? {
        notice::tell(app, transaction, &account, &notice).await?;
    }
    Ok(())
}

/// 5, 10, 20, … seconds, up to ten minutes.
fn wait_after(tries: i32) -> TimeDelta {
    let exponent = u32::try_from(tries.saturating_sub(1))
        .unwrap_or_default()
        .min(16);
    TimeDelta::seconds(5 << exponent).min(TimeDelta::minutes(10))
}
