//! One try at a method: counted, written down, put to the authority, decided.
//!
//! The row is written before the authority is asked, so that a crash in between loses nothing: the retry job finds it.
//! Only a decided failure counts against the person; an outage gives the try back.

use chrono::TimeDelta;
use renzheng_types::{
    Locale,
    verification::{Attempt, AttemptReason, AttemptStatus, Method},
};
use uuid::Uuid;

use super::{level, method, store};
use crate::{
    account::store as accounts,
    app::App,
    audit::{self, Event},
    code::limit,
    entity::verification_attempt::Model,
    ephemeral::Window,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    provider::{Claim, Finding, Verdict},
};

/// An attempt that no authority answered for this long has failed.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::hours(24);

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum AttemptRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("the method is not offered")]
    NotFound,
    #[error("another level comes first")]
    LevelTooLow,
    #[error("passed already")]
    AlreadyVerified,
    #[error("the last try is not decided yet")]
    VerificationPending,
    #[error("the ID number belongs to another account")]
    IdNumberTaken,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for AttemptRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

/// Makes an attempt and answers how it stands.
pub async fn make(
    app: &App,
    caller: &Caller,
    locale: Locale,
    account_id: Uuid,
    key: Method,
    claim: Claim,
) -> Result<Attempt, Fault<AttemptRefusal>> {
    let method = method::find(key, &app.config.verification).ok_or(AttemptRefusal::NotFound)?;
    refuse_by_state(app, account_id, method).await?;
    let windows = windows(app, caller, account_id, &claim);
    app.count(windows.clone())
        .await?
        .map_err(AttemptRefusal::RateLimited)?;

    let id = app.clock.new_id();
    let now = app.clock.now();
    let row = Model {
        id,
        account_id,
        method: <&str>::from(key).into(),
        level: i16::from(method.level(&app.config.verification)),
        status: store::PENDING.into(),
        reason: None,
        provider: None,
        provider_reference: None,
        result_code: None,
        claim_sealed: Some(store::seal_claim(app, id, &claim)?),
        tries: 1,
        next_try_at: Some(now + store::LEASE),
        created_at: now,
        decided_at: None,
        valid_until: None,
    };
    match store::insert(app.database.write(), row.clone()).await {
        // SQLite names the columns of the index over pending attempts, PostgreSQL the index.
        Err(error) if accounts::violates(&error, "verification_attempt") => {
            return Err(AttemptRefusal::VerificationPending.into());
        }
        other => other?,
    }
    match ask(app, caller, &row, &claim).await? {
        Outcome::TakenByAnother => return Err(AttemptRefusal::IdNumberTaken.into()),
        Outcome::Postponed => {
            let keys: Vec<String> = windows.into_iter().map(|window| window.key).collect();
            app.ephemeral.uncount(&keys).await?;
        }
        Outcome::Decided => {}
    }
    let row = store::find(app, account_id, id)
        .await?
        .ok_or_else(|| anyhow::anyhow!("an attempt that was just written"))?;
    Ok(show(app, locale, &row).await?)
}

/// How one asking ended.
pub enum Outcome {
    Decided,
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
        Err(outage) => {
            tracing::warn!(attempt = %row.id, reason = outage.reason, "authority out of reach");
            app.metrics.verification(&row.method, "outage");
            let now = app.clock.now();
            if now - row.created_at > GIVE_UP_AFTER {
                let status = AttemptStatus::Failed;
                let reason = Some(AttemptReason::Outage);
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
                return Ok(Outcome::Decided);
            }
            store::postpone(app, row.id, now + wait_after(row.tries)).await?;
            Ok(Outcome::Postponed)
        }
    }
}

async fn decide(
    app: &App,
    caller: &Caller,
    row: &Model,
    claim: &Claim,
    finding: &Finding,
) -> anyhow::Result<Outcome> {
    let failed = match finding.verdict {
        Verdict::Match if pass(app, caller, row, claim, finding).await? => {
            return Ok(Outcome::Decided);
        }
        Verdict::Match => AttemptReason::IdNumberTaken,
        Verdict::Mismatch => AttemptReason::Mismatch,
        Verdict::NoRecord => AttemptReason::NoRecord,
    };
    let now = app.clock.now();
    let transaction = app.database.begin().await?;
    let evidence = Some((app.authority.name(), finding));
    if store::decide(
        &transaction,
        row.id,
        AttemptStatus::Failed,
        Some(failed),
        evidence,
        now,
        None,
    )
    .await?
    {
        let event = Event::by_account(row.account_id, "verification.fail")
            .detail("method", &row.method)
            .detail("reason", failed.into());
        audit::record(app, &transaction, caller, event).await?;
        app.metrics.verification(&row.method, failed.into());
    }
    transaction.commit().await?;
    Ok(match failed {
        AttemptReason::IdNumberTaken => Outcome::TakenByAnother,
        _ => Outcome::Decided,
    })
}

/// Passes the attempt and puts the identity on file, both or neither: `false` when another account has the number.
async fn pass(
    app: &App,
    caller: &Caller,
    row: &Model,
    claim: &Claim,
    finding: &Finding,
) -> anyhow::Result<bool> {
    let Claim::IdCard { name, id_number } = claim;
    let now = app.clock.now();
    let valid_until = store::method_of(row)
        .and_then(|method| app.config.verification.valid_days.get(&method))
        .map(|days| now + TimeDelta::days(i64::from(*days)));
    let evidence = Some((app.authority.name(), finding));
    let transaction = app.database.begin().await?;
    let status = AttemptStatus::Passed;
    if !store::decide(
        &transaction,
        row.id,
        status,
        None,
        evidence,
        now,
        valid_until,
    )
    .await?
    {
        transaction.rollback().await?;
        return Ok(true);
    }
    match accounts::set_identity(app, &transaction, row.account_id, name, id_number).await {
        Err(error) if accounts::violates(&error, "id_number_index") => {
            transaction.rollback().await?;
            return Ok(false);
        }
        other => other?,
    }
    let event =
        Event::by_account(row.account_id, "verification.pass").detail("method", &row.method);
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    app.metrics.verification(&row.method, "passed");
    Ok(true)
}

/// An attempt as its owner sees it.
pub async fn show(app: &App, locale: Locale, row: &Model) -> anyhow::Result<Attempt> {
    let status: AttemptStatus = row.status.parse()?;
    let reason: Option<AttemptReason> = row.reason.as_deref().map(str::parse).transpose()?;
    Ok(Attempt {
        id: row.id,
        method: row.method.parse()?,
        status,
        reason,
        message: reason.map(|reason| message(reason, locale).into()),
        tries_left: tries_left(app, row.account_id).await?,
        created_at: row.created_at,
        decided_at: row.decided_at,
    })
}

const fn message(reason: AttemptReason, locale: Locale) -> &'static str {
    match reason {
        AttemptReason::Mismatch => locale.pick(
            "姓名与身份证号不一致，请核对后重新提交。",
            "The name and the ID number do not belong together. Check them and try again.",
        ),
        AttemptReason::NoRecord => locale.pick(
            "未查到该身份信息。如填写无误，请到办事大厅办理。",
            "No such record was found. If what you entered is right, please go to a service hall.",
        ),
        AttemptReason::Outage => locale.pick(
            "核验机构暂时无法连接，我们会自动重试，不计入次数。",
            "The authority cannot be reached for now. We will ask again by ourselves; this is not counted.",
        ),
        AttemptReason::IdNumberTaken => locale.pick(
            "该身份证号已在另一账户完成实名认证。",
            "Another account is verified with this ID number.",
        ),
    }
}

async fn tries_left(app: &App, account_id: Uuid) -> anyhow::Result<u32> {
    let mut left = u64::MAX;
    for window in app.windows_by_account(limit::REAL_NAME_BY_ACCOUNT, account_id) {
        let used = app.ephemeral.counted(&window.key).await?;
        left = left.min(window.limit.saturating_sub(used));
    }
    Ok(u32::try_from(left).unwrap_or(u32::MAX))
}

async fn refuse_by_state(
    app: &App,
    account_id: Uuid,
    method: &method::FormMethod,
) -> Result<(), Fault<AttemptRefusal>> {
    let now = app.clock.now();
    let key: &str = method.key.into();
    for row in store::of_account(app, account_id).await? {
        let same = row.method == key;
        if same && row.status == store::PENDING {
            return Err(AttemptRefusal::VerificationPending.into());
        }
        if same && row.status == store::PASSED && row.valid_until.is_none_or(|until| until > now) {
            return Err(AttemptRefusal::AlreadyVerified.into());
        }
    }
    if level::of(app, account_id).await? < method.needs {
        return Err(AttemptRefusal::LevelTooLow.into());
    }
    Ok(())
}

fn windows(app: &App, caller: &Caller, account_id: Uuid, claim: &Claim) -> Vec<Window> {
    let Claim::IdCard { id_number, .. } = claim;
    let mut windows = app.windows_by_account(limit::REAL_NAME_BY_ACCOUNT, account_id);
    windows.extend(app.windows_by_id_number(limit::REAL_NAME_BY_ID_NUMBER, id_number));
    windows.extend(app.windows_by_address(limit::REAL_NAME_BY_ADDRESS, &caller.limit_key));
    windows
}

/// 5, 10, 20, … seconds, up to ten minutes.
fn wait_after(tries: i32) -> TimeDelta {
    let exponent = u32::try_from(tries.saturating_sub(1))
        .unwrap_or_default()
        .min(16);
    TimeDelta::seconds(5 << exponent).min(TimeDelta::minutes(10))
}
