//! Begins: who may, whether they agree, and what they are asked.

use std::{collections::BTreeMap, time::Duration};

use rand::{RngExt, seq::SliceRandom};
use renzheng_types::{
    step_up::StepUpPurpose,
    verification::{FaceAction, FaceVerification, NewFaceVerification},
};
use strum::IntoEnumIterator;

use super::{LIFE, MAX_FRAME, TERMS, finish, min_frames, page, store};
use crate::{
    account::consent,
    app::App,
    code::limit,
    crypto::OpaqueToken,
    entity::face_session::Model,
    http::{
        auth::SignedIn,
        caller::Caller,
        problem::{Detail, Fault, Refusal, RetryAfter},
    },
    provider::{Claim, FacePage, FaceStart, Outage},
    session::step_up,
    verification::attempt::{self, AttemptRefusal},
};

/// When it is worth trying again after no provider could be reached.
const OUTAGE_WAIT: Duration = Duration::from_secs(30);

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum BeginRefusal {
    #[error("the method is not offered")]
    NotFound,
    #[error("no step-up")]
    StepUpRequired,
    #[error("another level comes first")]
    LevelTooLow,
    #[error("no consent to the version in force")]
    ConsentRequired,
    #[error("passed already")]
    AlreadyVerified,
    #[error("the last try is not decided yet")]
    VerificationPending,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for BeginRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

/// Why somebody may not try, as this operation tells it.
fn may_not(fault: Fault<AttemptRefusal>) -> Fault<BeginRefusal> {
    fault.map(|refusal| match refusal {
        AttemptRefusal::LevelTooLow => BeginRefusal::LevelTooLow,
        AttemptRefusal::AlreadyVerified => BeginRefusal::AlreadyVerified,
        AttemptRefusal::VerificationPending => BeginRefusal::VerificationPending,
        _ => BeginRefusal::NotFound,
    })
}

/// Opens the one verification by face that a person can have under way.
pub async fn begin(
    app: &App,
    caller: &Caller,
    signed_in: &SignedIn,
    token: Option<&str>,
    wanted: &NewFaceVerification,
) -> Result<FaceVerification, Fault<BeginRefusal>> {
    if !TERMS.is_enabled(&app.config.verification) {
        return Err(BeginRefusal::NotFound.into());
    }
    let session = signed_in.session();
    let account_id = session.account_id;
    let identity = attempt::may_try(app, account_id, &TERMS)
        .await
        .map_err(may_not)?
        .ok_or(BeginRefusal::LevelTooLow)?;
    let allowed = step_up::allowance(app, session, StepUpPurpose::Verification, token)
        .await?
        .ok_or(BeginRefusal::StepUpRequired)?;
    let gives = match wanted.consent.as_deref() {
        Some(version) if version == consent::FACE.version => true,
        Some(_) => return Err(BeginRefusal::ConsentRequired.into()),
        None => false,
    };
    let stands = consent::standing(app, account_id, &consent::FACE).await?;
    if !gives && stands.is_none() {
        return Err(BeginRefusal::ConsentRequired.into());
    }
    // Whoever has no try left is told now, and not after all the work.
    let tries = attempt::windows(app, caller, account_id, Some(&identity));
    let tries = attempt::with_budget(app, &tries);
    let mut windows = tries.clone();
    windows.extend(app.windows_by_account(limit::FACE_BY_ACCOUNT, account_id));
    app.count(windows)
        .await?
        .map_err(BeginRefusal::RateLimited)?;
    let id = app.clock.new_id();
    let claim = Claim {
        method: TERMS.key,
        identity,
        details: BTreeMap::new(),
    };
    let there = match page::open(app, caller, account_id, id, &claim).await {
        Ok(FaceStart::There(there)) => {
            let address = app.windows_by_address(limit::REAL_NAME_BY_ADDRESS, &caller.limit_key);
            attempt::give_back(app, &address).await?;
            Ok(Some(there))
        }
        other => {
            attempt::give_back(app, &tries).await?;
            nowhere(app, other)
        }
    }?;
    // Only now, so that an outage costs nobody another message.
    if !step_up::use_up(app, allowed).await? {
        return Err(BeginRefusal::StepUpRequired.into());
    }
    let actions = match there {
        Some(_) => Vec::new(),
        None => choose(),
    };
    let life = there.as_ref().map_or(LIFE, |there| there.life);
    let redirect_url = there.as_ref().map(|there| there.url.clone());
    let now = app.clock.now();
    let row = Model {
        id,
        account_id,
        session_id: session.session_id,
        nonce: OpaqueToken::random().text().to_string(),
        actions: serde_json::to_string(&actions).map_err(anyhow::Error::from)?,
        claim_sealed: match there {
            Some(_) => Some(store::seal_claim(app, id, &claim)?),
            None => None,
        },
        look_at: there.as_ref().map(|_| now + finish::FIRST_LOOK),
        provider: there.as_ref().map(|there| there.provider.clone()),
        ticket: there.map(|there| there.ticket),
        created_at: now,
        expires_at: now + life,
        submitted_at: None,
    };
    let transaction = app.database.begin().await?;
    if gives && stands.is_none() {
        consent::give(app, &transaction, caller, account_id, &consent::FACE).await?;
    }
    store::discard_open(&transaction, account_id).await?;
    store::insert(&transaction, row).await?;
    transaction.commit().await?;
    let (min, max) = match redirect_url {
        Some(_) => (0, 0),
        None => (min_frames(actions.len()), MAX_FRAME),
    };
    Ok(FaceVerification {
        id,
        min_frames: u8::try_from(min).unwrap_or(MAX_FRAME),
        max_frames: max,
        actions,
        expires_in: u32::try_from(life.num_seconds()).unwrap_or_default(),
        redirect_url,
    })
}

/// Why nobody is sent to a page: the check is done on ours, or cannot be begun.
fn nowhere(
    app: &App,
    start: Result<FaceStart, Outage>,
) -> Result<Option<FacePage>, Fault<BeginRefusal>> {
    match start {
        Ok(FaceStart::Here) => Ok(None),
        Ok(FaceStart::TooOften) => {
            let wait = page::until_tomorrow(app.clock.now());
            Err(BeginRefusal::RateLimited(RetryAfter(wait)).into())
        }
        Ok(FaceStart::There(_) | FaceStart::NotThere) | Err(_) => {
            app.metrics.verification(TERMS.key.into(), "outage");
            Err(Fault::Unavailable(RetryAfter(OUTAGE_WAIT)))
        }
    }
}

/// Three or four of the four, in any order.
fn choose() -> Vec<FaceAction> {
    let mut random = rand::rng();
    let mut actions: Vec<FaceAction> = FaceAction::iter().collect();
    actions.shuffle(&mut random);
    actions.truncate(random.random_range(3..=4));
    actions
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn three_or_four_actions_each_once_and_seldom_the_same() {
        let mut seen = HashSet::new();
        for _ in 0..200 {
            let actions = choose();
            let different: HashSet<_> = actions.iter().collect();
            assert!((3..=4).contains(&actions.len()));
            assert_eq!(different.len(), actions.len());
            seen.insert(actions);
        }
        assert!(seen.len() > 24, "{}", seen.len());
    }
}
