//! Makes the attempt of what was sent, once, and puts it to the provider.

use std::collections::BTreeMap;

use renzheng_types::{
    Locale,
    value::ValueError,
    verification::{Attempt, CardSide, FaceAction},
};
use uuid::Uuid;

use super::{Slot, TERMS, min_frames, store};
use crate::{
    account::store as accounts,
    app::App,
    entity::{face_session::Model, verification_attempt},
    http::{
        auth::SignedIn,
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    provider::Claim,
    verification::{
        attempt::{self, AttemptRefusal},
        decide::{self, Outcome},
        store as attempts,
    },
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum SubmitRefusal {
    #[error("no such verification of this session")]
    NotFound,
    #[error("submitted before, or too late")]
    FaceExpired,
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("another level comes first")]
    LevelTooLow,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for SubmitRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

fn may_not(fault: Fault<AttemptRefusal>) -> Fault<SubmitRefusal> {
    fault.map(|refusal| match refusal {
        // It was submitted elsewhere in this very moment.
        AttemptRefusal::AlreadyVerified | AttemptRefusal::VerificationPending => {
            SubmitRefusal::FaceExpired
        }
        _ => SubmitRefusal::LevelTooLow,
    })
}

pub async fn submit(
    app: &App,
    caller: &Caller,
    locale: Locale,
    signed_in: &SignedIn,
    id: Uuid,
) -> Result<Attempt, Fault<SubmitRefusal>> {
    let session = signed_in.session();
    let row = store::find(app, session, id)
        .await?
        .ok_or(SubmitRefusal::NotFound)?;
    if row.submitted_at.is_some() || row.expires_at <= app.clock.now() {
        return Err(SubmitRefusal::FaceExpired.into());
    }
    let identity = attempt::may_try(app, row.account_id, &TERMS)
        .await
        .map_err(may_not)?
        .ok_or(SubmitRefusal::LevelTooLow)?;
    complete(app, &row).await?;
    let windows = attempt::windows(app, caller, row.account_id, Some(&identity));
    app.count(attempt::with_budget(app, &windows))
        .await?
        .map_err(SubmitRefusal::RateLimited)?;
    let claim = Claim {
        method: TERMS.key,
        identity,
        details: BTreeMap::new(),
    };
    let sealed = attempts::seal_claim(app, id, &claim)?;
    let attempt = attempt::begun(app, id, row.account_id, &TERMS, sealed);
    if let Err(refusal) = write_down(app, &attempt).await? {
        attempt::give_back(app, &windows).await?;
        return Err(refusal.into());
    }
    match decide::ask(app, caller, &attempt, &claim).await? {
        Outcome::Failed | Outcome::TakenByAnother => {}
        Outcome::Passed | Outcome::Postponed | Outcome::Lapsed => {
            attempt::give_back(app, &windows).await?;
        }
    }
    Ok(attempt::show_again(app, locale, &attempt).await?)
}

/// Uses the session up and keeps the attempt, both or neither.
pub async fn write_down(
    app: &App,
    attempt: &verification_attempt::Model,
) -> anyhow::Result<Result<(), SubmitRefusal>> {
    let transaction = app.database.begin().await?;
    if !store::take(&transaction, attempt.id, app.clock.now()).await? {
        transaction.rollback().await?;
        return Ok(Err(SubmitRefusal::FaceExpired));
    }
    match attempts::insert(&transaction, attempt.clone()).await {
        Ok(()) => {
            transaction.commit().await?;
            Ok(Ok(()))
        }
        Err(error) if accounts::violates(&error, "verification_attempt") => {
            transaction.rollback().await?;
            Ok(Err(SubmitRefusal::FaceExpired))
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether there is enough to be judged.
async fn complete(app: &App, row: &Model) -> Result<(), Fault<SubmitRefusal>> {
    let actions: Vec<FaceAction> =
        serde_json::from_str(&row.actions).map_err(anyhow::Error::from)?;
    let slots = store::slots(app, row.id).await?;
    let frames = slots
        .iter()
        .filter(|slot| slot.starts_with("frame-"))
        .count();
    let has = |side| slots.contains(&Slot::Card(side).name());
    let mut missing = InvalidFields::default();
    for (field, present) in [
        ("frames", frames >= min_frames(actions.len())),
        ("id_card_front", has(CardSide::Front)),
        ("id_card_back", has(CardSide::Back)),
    ] {
        missing.note(field, present.then_some(()).ok_or(ValueError::Required));
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(SubmitRefusal::InvalidInput(missing).into())
    }
}
