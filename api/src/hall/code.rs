//! The code that a person shows at the counter: eight digits, ten minutes, one look. A new one voids the one before, and
//! ends what a clerk was looking at.
//!
//! It rests as a keyed digest, twice: under itself, to be found by; and under the account, so that only the newest works.

use std::time::Duration;

use chrono::TimeDelta;
use qrcode::{QrCode, render::svg};
use renzheng_types::{
    hall::{HallCode as Shown, HallVisit, HallVisitStatus},
    value::HallCode,
};
use uuid::Uuid;

use super::{TERMS, store};
use crate::{
    app::App,
    audit::{self, Event},
    code::limit,
    crypto::random_code,
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
const DIGITS: usize = 8;
/// How often another code is made up when one is out already.
const TRIES: usize = 8;
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
    for _ in 0..TRIES {
        let code = random_code(DIGITS);
        let digest = digest(app, &code);
        let own = app
            .ephemeral
            .put_new(&code_key(&digest), account_id.as_bytes(), LIFE)
            .await?;
        if own {
            app.ephemeral
                .put(&account_key(account_id), &digest, LIFE)
                .await?;
            let qr = QrCode::new(code.as_bytes())
                .map_err(|error| anyhow::anyhow!("QR code: {error}"))?
                .render::<svg::Color<'_>>()
                .min_dimensions(200, 200)
                .build();
            return Ok(Shown {
                code,
                qr,
                expires_in: LIFE.as_secs() as u32,
            });
        }
    }
    Err(Fault::Internal(anyhow::anyhow!("no free code")))
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
    let digest = digest(app, code.as_str());
    let Some(account) = app.ephemeral.take(&code_key(&digest)).await? else {
        return Ok(None);
    };
    let account_id = Uuid::from_slice(&account)?;
    // A code that a newer one has voided is nobody's.
    let newest = app
        .ephemeral
        .take_if(&account_key(account_id), &digest)
        .await?;
    Ok(newest.then_some(account_id))
}

/// How far a person's visit has got.
pub async fn visit(app: &App, account_id: Uuid) -> Result<HallVisit, Fault<Never>> {
    let nothing = |status| HallVisit {
        status,
        hall: None,
        attempt_id: None,
    };
    if app.ephemeral.get(&account_key(account_id)).await?.is_some() {
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

fn digest(app: &App, code: &str) -> [u8; 32] {
    app.vault.mac("hall-code", &[code.as_bytes()])
}

fn code_key(digest: &[u8]) -> String {
    format!("hall-code:{}", hex::encode(digest))
}

fn account_key(account_id: Uuid) -> String {
    format!("hall-code-of:{account_id}")
}
