//! 支付宝: the person signs in at Alipay and agrees, and Alipay says who they are. Level 2.
//!
//! The way there and back is tied together by `state`: random, signed, good once, for ten minutes, and only in the
//! session that set out. The attempt begins when the person is back, and keeps what they brought until it is decided:
//! first their code, which Alipay takes once, then the token that Alipay gave for it.

use std::{collections::BTreeMap, time::Duration};

use renzheng_types::{
    Locale,
    value::{IdNumber, PersonName, ValueError},
    verification::{AlipayCallback, AlipayRedirect, Attempt, AttemptReason, Method},
};
use serde::{Deserialize, Serialize};

use super::{
    attempt::{self, Bar},
    decide::{self, OnFile, Outcome},
    method::Terms,
    store,
};
use crate::{
    account::store as accounts,
    app::App,
    code::limit,
    crypto::OpaqueToken,
    entity::verification_attempt::Model,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    provider::{Alipay, AlipayUser, Expired, Finding, Identity, Outage, Verdict},
    session::Authenticated,
};

pub static TERMS: Terms = Terms {
    key: Method::Alipay,
    level: 2,
    needs: 0,
};

const LIFE: Duration = Duration::from_secs(600);
/// Where Alipay leads back to, in the web pages.
const RETURN_PATH: &str = "/me/verifications/alipay/callback";
/// What keeps signatures under states apart from others.
const STATE: &str = "alipay-state";
/// Longer than any code of Alipay's.
const LONGEST_CODE: usize = 128;

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum BeginRefusal {
    #[error("the method is not offered")]
    NotFound,
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

impl From<Bar> for BeginRefusal {
    fn from(bar: Bar) -> Self {
        match bar {
            Bar::AlreadyVerified => Self::AlreadyVerified,
            Bar::Pending => Self::VerificationPending,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum CallbackRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("the method is not offered")]
    NotFound,
    #[error("passed already")]
    AlreadyVerified,
    #[error("the last try is not decided yet")]
    VerificationPending,
    #[error("the ID number belongs to another account")]
    IdNumberTaken,
    #[error("the state is used, lapsed or not of this session")]
    AuthorizationExpired,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for CallbackRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

impl From<Bar> for CallbackRefusal {
    fn from(bar: Bar) -> Self {
        match bar {
            Bar::AlreadyVerified => Self::AlreadyVerified,
            Bar::Pending => Self::VerificationPending,
        }
    }
}

/// What an attempt keeps, sealed, to ask Alipay with.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Held {
    Code(String),
    Token(String),
}

/// Sets out: answers where to go, and what will come back.
pub async fn begin(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
) -> Result<AlipayRedirect, Fault<BeginRefusal>> {
    let alipay = offered(app).ok_or(BeginRefusal::NotFound)?;
    let account_id = session.account_id;
    if let Some(bar) = attempt::bar(app, account_id, Method::Alipay).await? {
        return Err(BeginRefusal::from(bar).into());
    }
    app.count(app.windows_by_account(limit::ALIPAY_BY_ACCOUNT, account_id))
        .await?
        .map_err(BeginRefusal::RateLimited)?;
    // Nobody is sent there for a try that would not be taken on the way back.
    let identity = accounts::identity(app, account_id).await?;
    let windows = attempt::windows(app, caller, account_id, identity.as_ref());
    app.count(windows.clone())
        .await?
        .map_err(BeginRefusal::RateLimited)?;
    attempt::give_back(app, &windows).await?;

    let token = OpaqueToken::random();
    app.ephemeral.put(&key(&token.digest()), b"", LIFE).await?;
    let text = token.text();
    let mac = app.vault.mac(STATE, &signed_parts(session, &text));
    let state = format!("{}.{}", *text, hex::encode(mac));
    let redirect_uri = format!("{}{RETURN_PATH}", app.public_url);
    Ok(AlipayRedirect {
        redirect_url: alipay.authorize_url(&redirect_uri, &state),
        state,
        expires_in: LIFE.as_secs() as u32,
    })
}

/// Comes back: makes an attempt of it.
pub async fn callback(
    app: &App,
    caller: &Caller,
    locale: Locale,
    session: &Authenticated,
    request: AlipayCallback,
) -> Result<Attempt, Fault<CallbackRefusal>> {
    offered(app).ok_or(CallbackRefusal::NotFound)?;
    let code = request.auth_code.trim();
    if code.is_empty() || code.len() > LONGEST_CODE || !code.bytes().all(|b| b.is_ascii_graphic()) {
        let invalid = InvalidFields::one("auth_code", ValueError::Required);
        return Err(CallbackRefusal::InvalidInput(invalid).into());
    }
    if !redeem(app, session, &request.state).await? {
        return Err(CallbackRefusal::AuthorizationExpired.into());
    }
    let account_id = session.account_id;
    if let Some(bar) = attempt::bar(app, account_id, Method::Alipay).await? {
        return Err(CallbackRefusal::from(bar).into());
    }
    let identity = accounts::identity(app, account_id).await?;
    let windows = attempt::windows(app, caller, account_id, identity.as_ref());
    app.count(attempt::with_budget(app, &windows))
        .await?
        .map_err(CallbackRefusal::RateLimited)?;
    let id = app.clock.new_id();
    let sealed = store::seal(app, id, &Held::Code(code.into()))?;
    let row = attempt::begun(app, id, account_id, &TERMS, sealed);
    if !attempt::write_down(app, &row, &windows).await? {
        return Err(CallbackRefusal::VerificationPending.into());
    }
    match ask(app, caller, &row).await?.0 {
        Outcome::TakenByAnother => return Err(CallbackRefusal::IdNumberTaken.into()),
        Outcome::Failed => {}
        _ => attempt::give_back(app, &windows).await?,
    }
    Ok(attempt::show_again(app, locale, &row).await?)
}

/// Asks Alipay, now or at a later try, and decides. Answers the identity that was on file, too.
pub async fn ask(
    app: &App,
    caller: &Caller,
    row: &Model,
) -> anyhow::Result<(Outcome, Option<Identity>)> {
    let on_file = accounts::identity(app, row.account_id).await?;
    let outcome = match user(app, row).await {
        Ok(Ok(user)) => decide(app, caller, row, on_file.as_ref(), &user).await?,
        Ok(Err(Expired)) => {
            let reason = AttemptReason::AuthorizationExpired;
            decide::fail(app, caller, row, reason, None).await?
        }
        Err(Fetch::Outage(outage)) => decide::postpone(app, row, &outage).await?,
        Err(Fetch::Internal(error)) => return Err(error),
    };
    Ok((outcome, on_file))
}

/// Why Alipay was not heard.
enum Fetch {
    Outage(Outage),
    Internal(anyhow::Error),
}

impl From<Outage> for Fetch {
    fn from(outage: Outage) -> Self {
        Self::Outage(outage)
    }
}

impl From<anyhow::Error> for Fetch {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

/// Who it is that has signed in. The token is kept as soon as it is there: the code does not work twice.
async fn user(app: &App, row: &Model) -> Result<Result<AlipayUser, Expired>, Fetch> {
    let Some(alipay) = &app.alipay else {
        return Err(Outage::new("[alipay] is not configured").into());
    };
    let token = match store::open(app, row)? {
        Held::Token(token) => token,
        Held::Code(code) => match alipay.token(&code).await? {
            Ok(token) => {
                let sealed = store::seal(app, row.id, &Held::Token(token.clone()))?;
                store::reseal(app, row.id, sealed)
                    .await
                    .map_err(anyhow::Error::from)?;
                token
            }
            Err(expired) => return Ok(Err(expired)),
        },
    };
    Ok(alipay.user(&token).await?)
}

async fn decide(
    app: &App,
    caller: &Caller,
    row: &Model,
    on_file: Option<&Identity>,
    user: &AlipayUser,
) -> anyhow::Result<Outcome> {
    let mut finding = Finding {
        verdict: Verdict::NoRecord,
        provider: "alipay".into(),
        reference: user.user_id.clone(),
        result_code: "not-certified".into(),
        elements: BTreeMap::new(),
    };
    let Some((name, id_number)) = &user.certified else {
        let reason = AttemptReason::NoRecord;
        return decide::fail(app, caller, row, reason, Some(&finding)).await;
    };
    finding.result_code = "certified".into();
    let today = app.clock.now().date_naive();
    let identity = PersonName::parse(name)
        .and_then(|name| IdNumber::parse(id_number, today).map(|id_number| (name, id_number)))
        .map(|(name, id_number)| Identity { name, id_number });
    let same = match (&identity, on_file) {
        (Ok(_), None) => true,
        (Ok(theirs), Some(ours)) => {
            let (name, number) = (theirs.name == ours.name, theirs.id_number == ours.id_number);
            finding.elements =
                BTreeMap::from([("name".into(), name), ("id_number".into(), number)]);
            name && number
        }
        (Err(_), _) => false,
    };
    match identity {
        Ok(identity) if same => {
            finding.verdict = Verdict::Match;
            decide::pass(app, caller, row, &identity, OnFile::SetFirst, &finding).await
        }
        _ => {
            finding.verdict = Verdict::Mismatch;
            let reason = AttemptReason::Mismatch;
            decide::fail(app, caller, row, reason, Some(&finding)).await
        }
    }
}

fn offered(app: &App) -> Option<&Alipay> {
    let enabled = TERMS.is_enabled(&app.config.verification);
    app.alipay.as_ref().filter(|_| enabled)
}

/// Uses a state up: of any number of callbacks one gets through, and none of another session or account.
async fn redeem(app: &App, session: &Authenticated, state: &str) -> anyhow::Result<bool> {
    let Some((token, signature)) = state.split_once('.') else {
        return Ok(false);
    };
    let parts = signed_parts(session, token);
    if !hex::decode(signature).is_ok_and(|mac| app.vault.mac_matches(STATE, &parts, &mac)) {
        return Ok(false);
    }
    let Some(digest) = OpaqueToken::digest_of(token) else {
        return Ok(false);
    };
    Ok(app.ephemeral.take(&key(&digest)).await?.is_some())
}

/// What our signature under a state covers: one session of one account has it.
fn signed_parts<'a>(session: &'a Authenticated, token: &'a str) -> [&'a [u8]; 3] {
    [
        token.as_bytes(),
        session.session_id.as_bytes(),
        session.account_id.as_bytes(),
    ]
}

fn key(digest: &[u8]) -> String {
    format!("alipay-state:{}", hex::encode(digest))
}
