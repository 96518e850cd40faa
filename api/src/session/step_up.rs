//! Step-up: a signed-in person proves themself anew, and gets a token for one sensitive act.
//!
//! The token belongs to the session that asked, lasts five minutes and works once. Operations check it first and use it
//! up last, so that a mistyped field does not cost another message.

use std::{collections::BTreeMap, time::Duration};

use renzheng_types::{
    Locale,
    passkey::PasskeyAssertion,
    sms_code::SmsCodeSent,
    step_up::{NewStepUp, NewStepUpCode, StepUp, StepUpMethod, StepUpPurpose},
    value::{OneTimeCode, ValueError},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Authenticated;
use crate::{
    account::{contact, store as accounts},
    app::App,
    code::{
        limit,
        one_time::{self, CheckRefusal, Purpose, Scope},
        sms::{self, Asker},
    },
    crypto::OpaqueToken,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    provider::SmsTemplate,
    second_factor::{passkey::ceremony, totp},
};

const LIFE: Duration = Duration::from_secs(300);

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum SendRefusal {
    #[error("no phone is bound")]
    PhoneMissing,
    #[error("too many messages")]
    RateLimited(RetryAfter),
}

impl Refusal for SendRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::PhoneMissing => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ProveRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("wrong, lapsed or used code")]
    CodeInvalid,
    #[error("not a passkey of this account, or the challenge is used up")]
    SecondFactorInvalid,
    #[error("no phone is bound")]
    PhoneMissing,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for ProveRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::CodeInvalid | Self::SecondFactorInvalid | Self::PhoneMissing => Detail::None,
        }
    }
}

impl From<CheckRefusal> for ProveRefusal {
    fn from(refusal: CheckRefusal) -> Self {
        match refusal {
            CheckRefusal::Invalid => Self::CodeInvalid,
            CheckRefusal::RateLimited(after) => Self::RateLimited(after),
        }
    }
}

/// What a person shows of themself, in its form.
enum Shown<'a> {
    Sms(OneTimeCode),
    Totp(OneTimeCode),
    Passkey(&'a PasskeyAssertion),
}

impl<'a> Shown<'a> {
    fn parse(request: &'a NewStepUp) -> Result<Self, ProveRefusal> {
        let invalid = |field, error| ProveRefusal::InvalidInput(InvalidFields::one(field, error));
        let code = || OneTimeCode::parse(&request.code).map_err(|error| invalid("code", error));
        Ok(match request.method {
            StepUpMethod::Sms => Self::Sms(code()?),
            StepUpMethod::Totp => Self::Totp(code()?),
            StepUpMethod::Passkey => {
                let passkey = request.passkey.as_ref();
                Self::Passkey(passkey.ok_or_else(|| invalid("passkey", ValueError::Required))?)
            }
        })
    }
}

/// What a token stands for.
#[derive(Serialize, Deserialize)]
struct Grant {
    session_id: Uuid,
    /// Any one act, when the person did not say.
    purpose: Option<StepUpPurpose>,
}

/// A token that was right when checked, and is still to be used up.
#[must_use]
pub struct CheckedGrant(String);

/// Sends a code to the bound phone.
pub async fn send(
    app: &App,
    caller: &Caller,
    locale: Locale,
    session: &Authenticated,
    request: &NewStepUpCode,
) -> Result<SmsCodeSent, Fault<SendRefusal>> {
    let account = accounts::existing(app, session.account_id).await?;
    let phone = contact::phone(app, &account)?.ok_or(SendRefusal::PhoneMissing)?;
    sms::count(app, caller, &phone, Asker::Person)
        .await?
        .map_err(SendRefusal::RateLimited)?;
    let scope = Scope::of_phone(
        app,
        Purpose::StepUp,
        &transaction(session, request.purpose),
        &phone,
    );
    let params = BTreeMap::from([("act".to_string(), act(request.purpose, locale).to_string())]);
    sms::deliver(app, &scope, locale, phone, SmsTemplate::StepUpCode, params).await?;
    Ok(one_time::sent())
}

/// Gives out a token to who has proven themself.
pub async fn prove(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    request: &NewStepUp,
) -> Result<StepUp, Fault<ProveRefusal>> {
    let shown = Shown::parse(request)?;
    let proven = check_shown(app, caller, session, request.purpose, shown).await;
    tracing::info!(
        account = %session.account_id,
        method = ?request.method,
        purpose = request.purpose.map(<&str>::from),
        outcome = if proven.is_ok() { "passed" } else { "refused" },
        address = caller.address,
        request = caller.request_id,
        "step-up"
    );
    proven?;
    let token = OpaqueToken::random();
    let grant = Grant {
        session_id: session.session_id,
        purpose: request.purpose,
    };
    let grant = serde_json::to_vec(&grant).map_err(anyhow::Error::from)?;
    app.ephemeral
        .put(&key(&token.digest()), &grant, LIFE)
        .await?;
    Ok(StepUp {
        step_up_token: token.text().to_string(),
        expires_in: LIFE.as_secs() as u32,
    })
}

/// Whether what is shown is right. It is used up.
async fn check_shown(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    purpose: Option<StepUpPurpose>,
    shown: Shown<'_>,
) -> Result<(), Fault<ProveRefusal>> {
    let account = accounts::existing(app, session.account_id).await?;
    match shown {
        Shown::Sms(code) => {
            let phone = contact::phone(app, &account)?.ok_or(ProveRefusal::PhoneMissing)?;
            let transaction = transaction(session, purpose);
            let scope = Scope::of_phone(app, Purpose::StepUp, &transaction, &phone);
            let checked = one_time::check(app, caller, &scope, &code)
                .await?
                .map_err(ProveRefusal::from)?;
            if !one_time::consume(app, checked).await? {
                return Err(ProveRefusal::CodeInvalid.into());
            }
            let now = app.clock.now();
            accounts::set_phone_proven(app.database.write(), account.id, now).await?;
        }
        Shown::Totp(code) => {
            totp::count(app, account.id)
                .await?
                .map_err(ProveRefusal::RateLimited)?;
            if !totp::check(app, account.id, code.as_str()).await? {
                return Err(ProveRefusal::CodeInvalid.into());
            }
        }
        Shown::Passkey(assertion) => {
            let mut windows =
                app.windows_by_address(limit::PASSKEY_CHECK_BY_ADDRESS, &caller.limit_key);
            windows.extend(app.windows_by_account(limit::SECOND_FACTOR_BY_ACCOUNT, account.id));
            app.count(windows)
                .await?
                .map_err(ProveRefusal::RateLimited)?;
            if ceremony::verify(app, assertion).await? != Some(account.id) {
                return Err(ProveRefusal::SecondFactorInvalid.into());
            }
        }
    }
    Ok(())
}

/// Whether `token` allows `purpose` in this session.
pub async fn check(
    app: &App,
    session: &Authenticated,
    purpose: StepUpPurpose,
    token: Option<&str>,
) -> anyhow::Result<Option<CheckedGrant>> {
    let Some(digest) = token.and_then(OpaqueToken::digest_of) else {
        return Ok(None);
    };
    let key = key(&digest);
    let Some(grant) = app.ephemeral.get(&key).await? else {
        return Ok(None);
    };
    let grant: Grant = serde_json::from_slice(&grant)?;
    let fits = grant.session_id == session.session_id
        && grant.purpose.is_none_or(|granted| granted == purpose);
    Ok(fits.then_some(CheckedGrant(key)))
}

/// Uses the token up; `false` when someone else just did.
pub async fn consume(app: &App, grant: CheckedGrant) -> anyhow::Result<bool> {
    Ok(app.ephemeral.take(&grant.0).await?.is_some())
}

/// What allows an act that takes nothing from the account: a token, or a sign-in of so lately that it stands for one.
#[must_use]
pub struct Allowance {
    grant: Option<CheckedGrant>,
    fresh: bool,
}

/// The same as [`check`], where a sign-in of lately will do.
pub async fn allowance(
    app: &App,
    session: &Authenticated,
    purpose: StepUpPurpose,
    token: Option<&str>,
) -> anyhow::Result<Option<Allowance>> {
    let grant = check(app, session, purpose, token).await?;
    let fresh = is_fresh(app, session);
    Ok((grant.is_some() || fresh).then_some(Allowance { grant, fresh }))
}

/// Uses up the token, if there is one; `false` when someone else just did.
pub async fn use_up(app: &App, allowance: Allowance) -> anyhow::Result<bool> {
    let used = match allowance.grant {
        Some(grant) => consume(app, grant).await?,
        None => false,
    };
    Ok(used || allowance.fresh)
}

fn is_fresh(app: &App, session: &Authenticated) -> bool {
    (app.clock.now() - session.authenticated_at)
        .to_std()
        .is_ok_and(|age| age <= LIFE)
}

fn transaction(session: &Authenticated, purpose: Option<StepUpPurpose>) -> String {
    let purpose = purpose.map_or("any", <&str>::from);
    format!("{}:{purpose}", session.session_id)
}

fn key(digest: &[u8]) -> String {
    format!("step-up:{}", hex::encode(digest))
}

/// What the message says the code is for.
const fn act(purpose: Option<StepUpPurpose>, locale: Locale) -> &'static str {
    match purpose {
        None => locale.pick("验证身份", "confirm that it is you"),
        Some(StepUpPurpose::Password) => locale.pick("修改登录密码", "change your password"),
        Some(StepUpPurpose::Phone) => locale.pick("更换手机号码", "change your phone number"),
        Some(StepUpPurpose::Email) => locale.pick("修改绑定邮箱", "change your e-mail address"),
        Some(StepUpPurpose::SecondFactor) => {
            locale.pick("修改身份验证器设置", "change your authenticator app")
        }
        Some(StepUpPurpose::Verification) => locale.pick("办理实名认证", "verify your identity"),
        Some(StepUpPurpose::Details) => locale.pick("查看完整信息", "see your details in full"),
        Some(StepUpPurpose::Export) => locale.pick("导出个人数据", "download your data"),
        Some(StepUpPurpose::Close) => locale.pick("注销账户", "close your account"),
    }
}
