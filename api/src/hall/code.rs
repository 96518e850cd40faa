//! The code that a person shows at the counter: eight digits, ten minutes, one look. A new one voids the one before, and
//! ends what a clerk was looking at.

use std::time::Duration;

use chrono::TimeDelta;
use renzheng_types::{
    hall::{HallCode as Shown, HallVisit, HallVisitStatus},
    value::HallCode,
};
use uuid::Uuid;

use super::{TERMS, store};
use crate::{
    app::App,
    audit::{self, Event},
    code::{limit, shown::ShownCodes},
    http::{
        auth::Never,
        caller::Caller,
        problem::{Detail, Fault, Refusal, RetryAfter},
    },
    verification::{
        attempt::{self, AttemptRefusal},
        store as attempts,
    },
};

const LIFE: Duration = Duration::from_secs(600);
const CODES: ShownCodes<'static> = ShownCodes {
    kind: "hall-code",
    to: "",
    life: LIFE,
};
/// A visit that failed longer ago than this is no news.
const NEWS_FOR: TimeDelta = TimeDelta::days(1);

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum CodeRefusal {
    #[error("the method is not offered")]
    NotFound,
    #[error("verified in a hall already")]
    AlreadyVerified,
    #[error("the last visit is not decided yet")]
    VerificationPending,
    #[error("too many codes")]
    RateLimited(RetryAfter),
}

impl Refusal for CodeRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

/// Makes a code.
pub async fn make(
    app: &App,
    caller: &Caller,
    account_id: Uuid,
) -> Result<Shown, Fault<CodeRefusal>> {
    may_visit(app, account_id).await?;
    app.count(app.windows_by_account(limit::HALL_CODE_BY_ACCOUNT, account_id))
        .await?
        .map_err(CodeRefusal::RateLimited)?;
    let transaction = app.database.begin().await?;
    store::close_open(&transaction, account_id, app.clock.now()).await?;
    let event = Event::by_account(account_id, "hall.code");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    let made = CODES.make(app, account_id).await?;
    Ok(Shown {
        code: made.code,
        qr: made.qr,
        expires_in: LIFE.as_secs() as u32,
    })
}

/// Whether the person may be verified in a hall now.
pub async fn may_visit(app: &App, account_id: Uuid) -> Result<(), Fault<CodeRefusal>> {
    if !TERMS.is_enabled(&app.config.verification) {
        return Err(CodeRefusal::NotFound.into());
    }
    match attempt::may_try(app, account_id, &TERMS).await {
        Ok(_) => Ok(()),
        Err(Fault::Refused(AttemptRefusal::AlreadyVerified)) => {
            Err(CodeRefusal::AlreadyVerified.into())
        }
        Err(Fault::Refused(AttemptRefusal::VerificationPending)) => {
            Err(CodeRefusal::VerificationPending.into())
        }
        Err(Fault::Refused(other)) => Err(Fault::Internal(other.into())),
        Err(Fault::Unavailable(after)) => Err(Fault::Unavailable(after)),
        Err(Fault::StorageFull) => Err(Fault::StorageFull),
        Err(Fault::Internal(error)) => Err(Fault::Internal(error)),
    }
}

/// Takes a code: of any number of clerks one gets whose it is.
pub async fn take(app: &App, code: &HallCode) -> anyhow::Result<Option<Uuid>> {
    CODES.take(app, code.as_str()).await
}

/// How far a person's visit has got.
pub async fn visit(app: &App, account_id: Uuid) -> Result<HallVisit, Fault<Never>> {
    let nothing = |status| HallVisit {
        status,
        hall: None,
        attempt_id: None,
    };
    if CODES.is_out(app, account_id).await? {
        return Ok(nothing(HallVisitStatus::Code));
    }
    let now = app.clock.now();
    let Some(case) = store::newest_case(app, account_id).await? else {
        return Ok(nothing(HallVisitStatus::None));
    };
    let attempt = match case.attempt_id {
        Some(id) => attempts::find(app, account_id, id).await?,
        None => None,
    };
    let status = match (&*case.status, attempt) {
        (store::OPEN, _) if case.expires_at > now => HallVisitStatus::AtCounter,
        (_, Some(attempt)) if attempt.status == attempts::PENDING => HallVisitStatus::Pending,
        (_, Some(attempt)) if attempt.status == attempts::PASSED => {
            if attempt.valid_until.is_some_and(|until| until <= now) {
                return Ok(nothing(HallVisitStatus::None));
            }
            HallVisitStatus::Passed
        }
        (_, Some(attempt)) if attempt.decided_at.is_some_and(|at| now - at < NEWS_FOR) => {
            HallVisitStatus::Failed
        }
        _ => return Ok(nothing(HallVisitStatus::None)),
    };
    let hall = store::find(app, case.hall_id).await?;
    Ok(HallVisit {
        status,
        hall: hall.map(|hall| hall.name),
        attempt_id: case.attempt_id,
    })
}
