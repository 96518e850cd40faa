//! What came of a provider's page. The provider is asked; what the browser brings or a callback says only tells when.
//!
//! Of the person's return, the callback and the look of the retry job, whichever is first makes the attempt.

use chrono::TimeDelta;
use renzheng_types::{
    Locale,
    verification::{Attempt, AttemptReason, FaceCallback},
};

use uuid::Uuid;

use super::{TERMS, page, store, submit};
use crate::{
    app::App,
    code::limit,
    entity::{face_session::Model, verification_attempt},
    http::{
        auth::SignedIn,
        caller::Caller,
        problem::{Detail, Fault, Refusal, RetryAfter},
    },
    provider::{Claim, FaceLook, FaceResult, Outage, Verdict},
    verification::{
        attempt::{self, AttemptRefusal},
        decide::{self, Outcome},
        store as attempts,
    },
};

/// How long after its time a check on a provider's page may still be on its way to us.
pub const GRACE: TimeDelta = TimeDelta::minutes(1);
/// The person comes back first, as a rule; the job takes it up when they have not.
const HEAD_START: TimeDelta = TimeDelta::seconds(20);
/// When it is looked for the first time what came of a page that nobody came back from; then each time twice as late.
pub const FIRST_LOOK: TimeDelta = TimeDelta::minutes(2);
const OUTAGE_WAIT: TimeDelta = TimeDelta::minutes(5);
/// A provider that cannot be asked for this long is not asked any more.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::hours(24);

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum FinishRefusal {
    #[error("the state is forged, lapsed or another person's")]
    AuthorizationExpired,
    #[error("the provider knows no result yet")]
    FaceUnfinished,
    #[error("another level comes first")]
    LevelTooLow,
    #[error("passed already")]
    AlreadyVerified,
    #[error("the last try is not decided yet")]
    VerificationPending,
    #[error("too many calls")]
    RateLimited(RetryAfter),
}

impl Refusal for FinishRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

fn may_not(fault: Fault<AttemptRefusal>) -> Fault<FinishRefusal> {
    fault.map(|refusal| match refusal {
        AttemptRefusal::AlreadyVerified => FinishRefusal::AlreadyVerified,
        AttemptRefusal::VerificationPending => FinishRefusal::VerificationPending,
        _ => FinishRefusal::LevelTooLow,
    })
}

/// Back from the provider's page. Handed in again, the same state shows the same attempt.
pub async fn finish(
    app: &App,
    caller: &Caller,
    locale: Locale,
    signed_in: &SignedIn,
    request: &FaceCallback,
) -> Result<Attempt, Fault<FinishRefusal>> {
    let account_id = signed_in.session().account_id;
    app.count(app.windows_by_account(limit::FACE_RETURN_BY_ACCOUNT, account_id))
        .await?
        .map_err(FinishRefusal::RateLimited)?;
    let id = page::read_state(app, account_id, &request.state)
        .ok_or(FinishRefusal::AuthorizationExpired)?;
    if let Some(made) = attempts::find(app, account_id, id).await? {
        return Ok(attempt::show(app, locale, &made).await?);
    }
    let proceeded = proceed(app, caller, account_id, id).await;
    // The callback, or the same state a second time, may have been faster meanwhile.
    match (attempts::find(app, account_id, id).await?, proceeded) {
        (Some(made), Ok(()) | Err(Fault::Refused(_))) => {
            Ok(attempt::show(app, locale, &made).await?)
        }
        (_, Err(fault)) => Err(fault),
        (None, Ok(())) => Err(FinishRefusal::VerificationPending.into()),
    }
}

/// Asks the provider, and makes an attempt of the answer.
async fn proceed(
    app: &App,
    caller: &Caller,
    account_id: Uuid,
    id: Uuid,
) -> Result<(), Fault<FinishRefusal>> {
    let now = app.clock.now();
    let row = store::find_on_page(app, account_id, id)
        .await?
        .filter(|row| now < row.expires_at + GRACE)
        .ok_or(FinishRefusal::AuthorizationExpired)?;
    attempt::may_try(app, account_id, &TERMS)
        .await
        .map_err(may_not)?;
    let claim = store::claim(app, &row)?;
    let answer = ask(app, &row, &claim).await;
    if answer == Ok(FaceResult::Nothing(AttemptReason::Unfinished)) {
        return Err(FinishRefusal::FaceUnfinished.into());
    }
    let began = attempt_of(app, &row, &claim)?;
    Ok(conclude(app, caller, &began, &claim, answer).await?)
}

async fn ask(app: &App, row: &Model, claim: &Claim) -> Result<FaceResult, Outage> {
    let look = FaceLook {
        claim,
        order: row.id,
        ticket: row.ticket.as_deref().unwrap_or_default(),
    };
    let provider = row.provider.as_deref().unwrap_or_default();
    app.authority.face_result(provider, &look).await
}

fn attempt_of(
    app: &App,
    row: &Model,
    claim: &Claim,
) -> anyhow::Result<verification_attempt::Model> {
    let sealed = attempts::seal_claim(app, row.id, claim)?;
    Ok(attempt::begun(app, row.id, row.account_id, &TERMS, sealed))
}

/// Makes the attempt, unless it is made, and decides it.
async fn conclude(
    app: &App,
    caller: &Caller,
    began: &verification_attempt::Model,
    claim: &Claim,
    answer: Result<FaceResult, Outage>,
) -> anyhow::Result<()> {
    if submit::write_down(app, began).await?.is_err() {
        return Ok(());
    }
    let outcome = match answer {
        Ok(FaceResult::Found(finding)) => {
            decide::take(app, caller, began, claim, Ok(finding)).await?
        }
        Ok(FaceResult::Nothing(reason)) => decide::fail(app, caller, began, reason, None).await?,
        Err(outage) => decide::take(app, caller, began, claim, Err(outage)).await?,
    };
    match outcome {
        // The person's own try was counted when they set out; the address they failed from is known only now.
        Outcome::Failed | Outcome::TakenByAnother if !caller.limit_key.is_empty() => {
            let windows = app.windows_by_address(limit::REAL_NAME_BY_ADDRESS, &caller.limit_key);
            // Full or not, what has happened is not undone.
            app.count(windows).await?.ok();
        }
        Outcome::Failed | Outcome::TakenByAnother => {}
        Outcome::Passed | Outcome::Postponed | Outcome::Lapsed => {
            give_back(app, began, claim).await?;
        }
    }
    Ok(())
}

async fn give_back(
    app: &App,
    began: &verification_attempt::Model,
    claim: &Claim,
) -> anyhow::Result<()> {
    let windows = attempt::windows_of_person(app, began.account_id, Some(&claim.identity));
    attempt::give_back(app, &windows).await
}

/// The provider says that a check is done; whether it is, it will be asked. `false` when there is no such check.
pub async fn called_back(app: &App, id: Uuid, ticket: &str) -> anyhow::Result<bool> {
    store::look_before(app, id, ticket, app.clock.now() + HEAD_START).await
}

/// Looks what came of pages that nobody came back from.
pub async fn run(app: &App) -> anyhow::Result<()> {
    for row in store::claim_looks(app).await? {
        if let Err(error) = look(app, &row).await {
            tracing::error!(check = %row.id, error = format!("{error:#}"), "look at a face page");
        }
    }
    Ok(())
}

/// Only a pass is taken while the page can still be used: whoever has failed there may be trying again.
async fn look(app: &App, row: &Model) -> anyhow::Result<()> {
    let claim = store::claim(app, row)?;
    let mut began = attempt_of(app, row, &claim)?;
    let now = app.clock.now();
    let over = now >= row.expires_at + GRACE;
    let answer = ask(app, row, &claim).await;
    let passed = matches!(&answer, Ok(FaceResult::Found(found)) if found.verdict == Verdict::Match);
    // When it cannot be made now, it is looked at again.
    let may = attempt::may_try(app, row.account_id, &TERMS).await.is_ok();
    match answer {
        Ok(FaceResult::Found(finding)) if (passed || over) && may => {
            // They are told by message: nobody waits for an answer.
            began.tries += 1;
            let answer = Ok(FaceResult::Found(finding));
            conclude(app, &Caller::system(), &began, &claim, answer).await
        }
        Err(_) if over && now < row.expires_at + GIVE_UP_AFTER => {
            Ok(store::look_again(app, row.id, now + OUTAGE_WAIT).await?)
        }
        // What failed beside a pass, or beside one that waits, stays counted.
        Ok(FaceResult::Found(_)) if over && !passed => Ok(store::remove(app, row.id).await?),
        _ if over => {
            store::remove(app, row.id).await?;
            give_back(app, &began, &claim).await
        }
        _ => {
            let later = (now + (now - row.created_at)).min(row.expires_at + GRACE);
            Ok(store::look_again(app, row.id, later).await?)
        }
    }
}
