//! One try at a method: counted, written down, put to the authority, decided.
//!
//! The row is written before the authority is asked, so that a crash in between loses nothing: the retry job finds it.
//! Only a decided failure counts against the person; a pass and an outage give the try back.

use std::{collections::BTreeMap, time::Duration};

use renzheng_types::{
    Locale,
    step_up::StepUpPurpose,
    verification::{Attempt, AttemptReason, AttemptStatus, Method},
};
use uuid::Uuid;

use super::{
    decide::{self, Outcome},
    level,
    method::{self, Form, Terms},
    store,
};
use crate::{
    account::store as accounts,
    app::App,
    code::limit,
    entity::verification_attempt::Model,
    ephemeral::Window,
    http::{
        auth::SignedIn,
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    provider::Identity,
    session::{Authenticated, step_up},
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum AttemptRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("the method is not offered")]
    NotFound,
    #[error("no step-up")]
    StepUpRequired,
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

/// Who asks, and how freshly they have proven that it is them.
#[derive(Debug, Clone, Copy)]
pub struct Proof<'a> {
    session: &'a Authenticated,
    step_up: Option<&'a str>,
}

impl<'a> Proof<'a> {
    pub fn of(signed_in: &'a SignedIn, step_up: Option<&'a str>) -> Self {
        Self {
            session: signed_in.session(),
            step_up,
        }
    }
}

/// Makes an attempt from what the person typed, by field, and answers how it stands.
pub async fn make(
    app: &App,
    caller: &Caller,
    locale: Locale,
    proof: Proof<'_>,
    key: Method,
    values: BTreeMap<String, String>,
) -> Result<Attempt, Fault<AttemptRefusal>> {
    let account_id = proof.session.account_id;
    let method = method::find(key, &app.config.verification).ok_or(AttemptRefusal::NotFound)?;
    let identity = may_try(app, account_id, &method.terms).await?;
    let allowed = match method.asks_step_up {
        true => Some(
            step_up::allowance(
                app,
                proof.session,
                StepUpPurpose::Verification,
                proof.step_up,
            )
            .await?
            .ok_or(AttemptRefusal::StepUpRequired)?,
        ),
        false => None,
    };
    let mut form = Form::new(values, identity, app.clock.now().date_naive());
    (method.read)(&mut form);
    let claim = form.claim(key).map_err(AttemptRefusal::InvalidInput)?;
    if let Some(allowed) = allowed
        && !step_up::use_up(app, allowed).await?
    {
        return Err(AttemptRefusal::StepUpRequired.into());
    }
    let windows = windows(app, caller, account_id, Some(&claim.identity));
    app.count(with_budget(app, &windows))
        .await?
        .map_err(AttemptRefusal::RateLimited)?;

    let id = app.clock.new_id();
    let sealed = store::seal_claim(app, id, &claim)?;
    let row = begun(app, id, account_id, &method.terms, sealed);
    if !write_down(app, &row, &windows).await? {
        return Err(AttemptRefusal::VerificationPending.into());
    }
    match decide::ask(app, caller, &row, &claim).await? {
        Outcome::TakenByAnother => return Err(AttemptRefusal::IdNumberTaken.into()),
        Outcome::Failed => {}
        _ => give_back(app, &windows).await?,
    }
    Ok(show_again(app, locale, &row).await?)
}

/// An attempt before anybody was asked. `sealed` is what it takes to ask, now or after a crash.
pub fn begun(app: &App, id: Uuid, account_id: Uuid, terms: &Terms, sealed: Vec<u8>) -> Model {
    let now = app.clock.now();
    Model {
        id,
        account_id,
        method: <&str>::from(terms.key).into(),
        level: i16::from(terms.level(&app.config.verification)),
        status: store::PENDING.into(),
        reason: None,
        provider: None,
        provider_reference: None,
        result_code: None,
        elements: None,
        claim_sealed: Some(sealed),
        tries: 1,
        next_try_at: Some(now + store::LEASE),
        created_at: now,
        decided_at: None,
        valid_until: None,
        lapsed_at: None,
    }
}

/// Keeps a new attempt. `false`, with the try given back, when another one of the method is pending.
pub async fn write_down(app: &App, row: &Model, windows: &[Window]) -> anyhow::Result<bool> {
    match store::insert(app.database.write(), row.clone()).await {
        // SQLite names the columns of the index over pending attempts, PostgreSQL the index.
        Err(error) if accounts::violates(&error, "verification_attempt") => {
            give_back(app, windows).await?;
            Ok(false)
        }
        other => other.map(|()| true).map_err(Into::into),
    }
}

/// The same and what the deployment is ready to pay for in a day, which is not given back however the attempt ends.
pub fn with_budget(app: &App, windows: &[Window]) -> Vec<Window> {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let limit = app.config.verification.daily_budget;
    let mut all = windows.to_vec();
    all.push(app.budget("verification-budget-day", limit, DAY));
    all
}

/// Takes back what was counted: it did not fail.
pub async fn give_back(app: &App, windows: &[Window]) -> anyhow::Result<()> {
    let keys: Vec<&str> = windows.iter().map(|window| window.key.as_str()).collect();
    app.ephemeral.uncount(&keys).await
}

/// An attempt as it stands by now.
pub async fn show_again(app: &App, locale: Locale, row: &Model) -> anyhow::Result<Attempt> {
    let row = store::find(app, row.account_id, row.id)
        .await?
        .ok_or_else(|| anyhow::anyhow!("an attempt that was just written"))?;
    show(app, locale, &row).await
}

/// An attempt as its owner sees it.
pub async fn show(app: &App, locale: Locale, row: &Model) -> anyhow::Result<Attempt> {
    let status: AttemptStatus = row.status.parse()?;
    let reason: Option<AttemptReason> = row.reason.as_deref().map(str::parse).transpose()?;
    let method: Method = row.method.parse()?;
    Ok(Attempt {
        id: row.id,
        method,
        status,
        reason,
        message: reason.map(|reason| message(method, status, reason, locale).into()),
        tries_left: tries_left(app, row.account_id).await?,
        created_at: row.created_at,
        decided_at: row.decided_at,
    })
}

fn message(
    method: Method,
    status: AttemptStatus,
    reason: AttemptReason,
    locale: Locale,
) -> &'static str {
    match reason {
        AttemptReason::Outage if status == AttemptStatus::Failed => locale.pick(
            "核验机构长时间无法连接，本次认证已结束，不计入次数。请稍后重新办理。",
            "The authority could not be reached for long, so this try has ended; it is not counted. Please try again later.",
        ),
        AttemptReason::Mismatch if method == Method::IdCard => locale.pick(
            "姓名与身份证号不一致，请核对后重新提交。",
            "The name and the ID number do not belong together. Check them and try again.",
        ),
        AttemptReason::Mismatch if method == Method::Alipay => locale.pick(
            "支付宝账户的实名信息与您已登记的姓名、身份证号不一致，请使用您本人的支付宝账户。",
            "The Alipay account is not certified under your name and ID number. Use your own account.",
        ),
        AttemptReason::Mismatch if method == Method::Face => locale.pick(
            "人脸或证件与您本人的登记信息不一致。请由本人使用本人的证件办理。",
            "Face or ID card are not those that are recorded for you. Verify yourself, with your own card.",
        ),
        AttemptReason::Mismatch => locale.pick(
            "所填信息与您本人的登记信息不一致，请核对后重新提交。",
            "What you entered is not what is recorded for you. Check it and try again.",
        ),
        AttemptReason::NoRecord if method == Method::Alipay => locale.pick(
            "该支付宝账户尚未用居民身份证完成实名认证，请先在支付宝中完成，或改用其他方式。",
            "This Alipay account is not certified by a resident ID card. Do that at Alipay first, or use another way.",
        ),
        AttemptReason::NoRecord => locale.pick(
            "未查到相关登记信息。如填写无误，请改用其他方式或到办事大厅办理。",
            "No such record was found. If what you entered is right, use another way or go to a service hall.",
        ),
        AttemptReason::Outage => locale.pick(
            "核验机构暂时无法连接，我们会自动重试，不计入次数。",
            "The authority cannot be reached for now. We will ask again by ourselves; this is not counted.",
        ),
        AttemptReason::IdNumberTaken => locale.pick(
            "该身份证号已在另一账户完成实名认证。",
            "Another account is verified with this ID number.",
        ),
        AttemptReason::AuthorizationExpired => locale.pick(
            "授权在核验完成前已失效，请重新授权，不计入次数。",
            "What you authorised lapsed before it could be checked. Please authorise again; this is not counted.",
        ),
        AttemptReason::Review => locale.pick(
            "窗口已办理，正由另一名工作人员复核。结果会通知您。",
            "The clerk has confirmed you; a second member of staff is looking at it. You will be told.",
        ),
        AttemptReason::Refused => locale.pick(
            "窗口工作人员未能确认您的身份，请当面咨询，或携带有效身份证再次办理。",
            "The clerk could not confirm who you are. Ask at the counter, or come again with a valid ID card.",
        ),
        AttemptReason::ImageUnclear => locale.pick(
            "没有看清您的脸。请在光线充足处，让脸完整出现在画面中，且画面中只有您一人。",
            "Your face could not be made out. Stand in good light, alone, with your whole face in the picture.",
        ),
        AttemptReason::IdCardUnclear => locale.pick(
            "身份证照片看不清，或正反面放反了。请重新拍摄，避免反光和遮挡。",
            "The photos of your ID card cannot be read, or the sides were swapped. Take them again, without glare.",
        ),
        AttemptReason::ActionMissing => locale.pick(
            "没有看到全部指定动作。请按提示把每个动作做完整。",
            "Not everything that was asked was seen. Do each of it, and clearly.",
        ),
        AttemptReason::ActionOrder => locale.pick(
            "动作与提示的顺序不一致。请一次只做当前提示的动作。",
            "The order was not the one asked. Do only what is asked at the moment.",
        ),
        AttemptReason::NotLive => locale.pick(
            "请由本人直接面对镜头，不要拍摄照片或屏幕。",
            "Show your own face to the camera, not a photo or a screen.",
        ),
        AttemptReason::ConsentWithdrawn => locale.pick(
            "您已撤回人脸信息处理同意，本次认证已终止。",
            "You took back your consent, so this check has ended.",
        ),
        AttemptReason::Unfinished => locale.pick(
            "刷脸没有完成，请重新开始，不计入次数。",
            "The face check was not finished. Please begin again; this is not counted.",
        ),
        AttemptReason::DailyLimit => locale.pick(
            "核验机构今天不再受理您的刷脸，请明天再试，或到办事大厅办理，不计入次数。",
            "The provider takes no more face checks of yours today. Try tomorrow, or go to a service hall; this is not counted.",
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

/// Why a method cannot be tried just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    AlreadyVerified,
    Pending,
}

/// What keeps the person from trying the method: it is passed, or waits to be decided.
pub async fn bar(app: &App, account_id: Uuid, method: Method) -> anyhow::Result<Option<Bar>> {
    let now = app.clock.now();
    let key: &str = method.into();
    let rows = store::of_account(app, account_id).await?;
    Ok(rows
        .iter()
        .filter(|row| row.method == key)
        .find_map(|row| match row.status.as_str() {
            store::PENDING => Some(Bar::Pending),
            store::PASSED if row.valid_until.is_none_or(|until| until > now) => {
                Some(Bar::AlreadyVerified)
            }
            _ => None,
        }))
}

/// Answers the identity on file, when the person may try the method now.
pub async fn may_try(
    app: &App,
    account_id: Uuid,
    method: &Terms,
) -> Result<Option<Identity>, Fault<AttemptRefusal>> {
    match bar(app, account_id, method.key).await? {
        Some(Bar::AlreadyVerified) => return Err(AttemptRefusal::AlreadyVerified.into()),
        Some(Bar::Pending) => return Err(AttemptRefusal::VerificationPending.into()),
        None => {}
    }
    let identity = accounts::identity(app, account_id).await?;
    let lacking = method.needs > 0 && identity.is_none();
    if lacking || level::of(app, account_id).await? < method.needs {
        return Err(AttemptRefusal::LevelTooLow.into());
    }
    Ok(identity)
}

/// Where a try is counted: by account, by ID number once that is known, by address.
pub fn windows(
    app: &App,
    caller: &Caller,
    account_id: Uuid,
    identity: Option<&Identity>,
) -> Vec<Window> {
    let mut windows = windows_of_person(app, account_id, identity);
    windows.extend(app.windows_by_address(limit::REAL_NAME_BY_ADDRESS, &caller.limit_key));
    windows
}

/// [`windows`] as far as no request is needed to know them.
pub fn windows_of_person(app: &App, account_id: Uuid, identity: Option<&Identity>) -> Vec<Window> {
    let mut windows = app.windows_by_account(limit::REAL_NAME_BY_ACCOUNT, account_id);
    if let Some(identity) = identity {
        let rules = limit::REAL_NAME_BY_ID_NUMBER;
        windows.extend(app.windows_by_id_number(rules, &identity.id_number));
    }
    windows
}
