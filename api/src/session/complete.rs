//! From a right first proof to a session: at once, or after a second proof.
//!
//! Every way to sign in ends here, so that every way applies the same rules (OWASP ASVS 6.3.4).

use std::time::Duration;

use chrono::TimeDelta;
use renzheng_types::{
    Locale,
    session::{
        NewSecondFactorCode, SecondFactorAnswer, SecondFactorKind, SecondFactorNeeded,
        SecondFactorSignIn,
    },
    sms_code::SmsCodeSent,
    value::OneTimeCode,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    AuthenticationMethod,
    begin::{Begun, Proof, begin},
    routes::SignInRefusal,
    store::{self, Background},
};
use crate::{
    account::{
        closing, contact,
        notice::{self, Notice},
        password, store as accounts,
    },
    app::App,
    code::{
        limit,
        one_time::{self, CheckRefusal, Purpose, Scope},
        sms::{self, Asker},
    },
    config::SecondFactorPolicy,
    crypto::OpaqueToken,
    entity::account::Model,
    http::{
        caller::Caller,
        problem::{Detail, Fault, Refusal, RetryAfter},
    },
    provider::SmsTemplate,
    second_factor::{device, factors::Factors, proof, totp},
    user_agent,
};

const LIFE: Duration = Duration::from_secs(300);
const TRIES: u32 = 10;

/// How a right proof ends.
pub enum SignedIn {
    Begun(Box<Begun>),
    /// Another proof is needed.
    Needed(SecondFactorNeeded),
}

/// A right first proof.
pub struct FirstProof {
    /// As it was when the proof was found right: nothing begins once its credentials have changed.
    pub account: Model,
    pub proof: Proof,
}

#[derive(Serialize, Deserialize)]
struct Ticket {
    account_id: Uuid,
    /// [`accounts::credentials`] when the first proof was right. A node of the version before says nothing.
    #[serde(default)]
    credentials: Option<[u8; 32]>,
    method: AuthenticationMethod,
    remember: bool,
    kinds: Vec<SecondFactorKind>,
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum CodeRefusal {
    #[error("the sign-in has lapsed")]
    TicketExpired,
    #[error("too many messages")]
    RateLimited(RetryAfter),
}

impl Refusal for CodeRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::TicketExpired => Detail::None,
        }
    }
}

/// Begins the session, or asks for the second proof.
pub async fn complete(
    app: &App,
    caller: &Caller,
    first: FirstProof,
) -> Result<SignedIn, Fault<SignInRefusal>> {
    let background = background(app, caller, &first.account).await?;
    let kinds = kinds_needed(app, &first.account, &first.proof, &background);
    if kinds.is_empty() {
        let begun = admit(app, caller, first, &background).await?;
        return Ok(SignedIn::Begun(Box::new(begun)));
    }
    let FirstProof { account, proof } = first;
    let phone = contact::phone(app, &account)?;
    if phone.is_none() && kinds == [SecondFactorKind::Sms] {
        return Err(SignInRefusal::PhoneMissing.into());
    }
    let token = OpaqueToken::random();
    let masked_phone = phone.map(|phone| phone.masked()).unwrap_or_default();
    let ticket = Ticket {
        account_id: account.id,
        credentials: Some(accounts::credentials(&account)),
        method: proof.method,
        remember: proof.remember,
        kinds: kinds.clone(),
    };
    let ticket = serde_json::to_vec(&ticket).map_err(anyhow::Error::from)?;
    app.ephemeral
        .put(&key(&token.digest()), &ticket, LIFE)
        .await?;
    Ok(SignedIn::Needed(SecondFactorNeeded {
        ticket: token.text().to_string(),
        kinds,
        masked_phone,
        expires_in: LIFE.as_secs() as u32,
    }))
}

/// Ends a sign-in that needed a second proof.
pub async fn second(
    app: &App,
    caller: &Caller,
    request: SecondFactorSignIn,
) -> Result<Begun, Fault<SignInRefusal>> {
    let key = OpaqueToken::digest_of(&request.ticket)
        .map(|digest| key(&digest))
        .ok_or(SignInRefusal::TicketExpired)?;
    let bytes = app
        .ephemeral
        .try_once_more(&key, TRIES)
        .await?
        .ok_or(SignInRefusal::TicketExpired)?;
    let ticket: Ticket = serde_json::from_slice(&bytes).map_err(anyhow::Error::from)?;
    let mut account = accounts::find(app, ticket.account_id)
        .await?
        .filter(|account| {
            account.status == accounts::ACTIVE
                && ticket.credentials == Some(accounts::credentials(account))
        })
        .ok_or(SignInRefusal::TicketExpired)?;
    let transaction = hex::encode(OpaqueToken::digest_of(&request.ticket).unwrap_or_default());
    let answer = request.answer;
    let background = background(app, caller, &account).await?;
    let proof = Proof {
        method: ticket.method,
        remember: ticket.remember,
        lent_by: None,
    };
    // A factor that was set up meanwhile is not passed by.
    let kinds = kinds_needed(app, &account, &proof, &background);
    let asked = ticket.kinds.contains(&answer.kind);
    if asked && !kinds.is_empty() && !kinds.contains(&answer.kind) {
        return Err(SignInRefusal::TicketExpired.into());
    }
    if !asked || !prove(app, caller, &mut account, &transaction, answer).await? {
        note_refused(app, caller, "second-factor", Some(account.id));
        return Err(SignInRefusal::SecondFactorInvalid.into());
    }
    if !app.ephemeral.take_if(&key, &bytes).await? {
        return Err(SignInRefusal::TicketExpired.into());
    }
    let first = FirstProof { account, proof };
    admit(app, caller, first, &background).await
}

/// Sends a code to the phone of the account that is signing in.
pub async fn send_code(
    app: &App,
    caller: &Caller,
    locale: Locale,
    request: &NewSecondFactorCode,
) -> Result<SmsCodeSent, Fault<CodeRefusal>> {
    let digest = OpaqueToken::digest_of(&request.ticket).ok_or(CodeRefusal::TicketExpired)?;
    let bytes = app
        .ephemeral
        .get(&key(&digest))
        .await?
        .ok_or(CodeRefusal::TicketExpired)?;
    let ticket: Ticket = serde_json::from_slice(&bytes).map_err(anyhow::Error::from)?;
    let account = accounts::find(app, ticket.account_id).await?;
    let phone = match account {
        Some(account) => contact::phone(app, &account)?,
        None => None,
    };
    let phone = phone
        .filter(|_| ticket.kinds.contains(&SecondFactorKind::Sms))
        .ok_or(CodeRefusal::TicketExpired)?;
    sms::count(app, caller, &phone, Asker::Person)
        .await?
        .map_err(CodeRefusal::RateLimited)?;
    let scope = Scope::of_phone(app, Purpose::SecondFactor, &hex::encode(digest), &phone);
    let template = SmsTemplate::SecondFactorCode;
    sms::deliver(app, &scope, locale, phone, template, BTreeMap::new()).await?;
    Ok(one_time::sent())
}

/// Checks a second proof, and uses it up. The try is counted first.
pub async fn prove(
    app: &App,
    caller: &Caller,
    account: &mut Model,
    transaction: &str,
    answer: SecondFactorAnswer,
) -> Result<bool, Fault<SignInRefusal>> {
    totp::count(app, account.id)
        .await?
        .map_err(SignInRefusal::RateLimited)?;
    match answer.kind {
        SecondFactorKind::Sms => {
            let (Some(phone), Ok(code)) = (
                contact::phone(app, account)?,
                OneTimeCode::parse(&answer.value),
            ) else {
                return Ok(false);
            };
            let scope = Scope::of_phone(app, Purpose::SecondFactor, transaction, &phone);
            match one_time::check(app, caller, &scope, &code).await? {
                Ok(checked) => {
                    let right = one_time::consume(app, checked).await?;
                    if right {
                        let now = app.clock.now();
                        accounts::set_phone_proven(app.database.write(), account.id, now).await?;
                    }
                    Ok(right)
                }
                Err(CheckRefusal::Invalid) => Ok(false),
                Err(CheckRefusal::RateLimited(after)) => {
                    Err(SignInRefusal::RateLimited(after).into())
                }
            }
        }
        SecondFactorKind::Password => {
            let row = app.windows_by_account(limit::SECOND_PASSWORDS_IN_A_ROW, account.id);
            let keys: Vec<String> = row.iter().map(|window| window.key.clone()).collect();
            if app.count(row).await?.is_err() {
                return Err(SignInRefusal::PasswordDisabled.into());
            }
            let typed = Zeroizing::new(answer.value);
            let right = password::matches(app, Some(account), typed).await?;
            if right {
                for key in keys {
                    app.ephemeral.forget_count(&key).await?;
                }
            }
            Ok(right)
        }
        SecondFactorKind::Totp | SecondFactorKind::Passkey | SecondFactorKind::RecoveryCode => {
            Ok(proof::is_right(app, account, &answer).await?)
        }
    }
}

async fn background(
    app: &App,
    caller: &Caller,
    account: &Model,
) -> Result<Background, Fault<SignInRefusal>> {
    let browser = device::recognised_by(app, caller);
    let background = store::background(app, caller, account.id, browser).await?;
    // Closed while signing in.
    Ok(background.ok_or(SignInRefusal::InvalidCredentials)?)
}

/// Which second proofs will do; none when none is needed.
fn kinds_needed(
    app: &App,
    account: &Model,
    proof: &Proof,
    background: &Background,
) -> Vec<SecondFactorKind> {
    // A phone that is signed in whole has let this browser in; a passkey is two factors by itself.
    if matches!(
        proof.method,
        AuthenticationMethod::Qr | AuthenticationMethod::Passkey
    ) {
        return Vec::new();
    }
    let known = background.knows_browser;
    let factors = Factors {
        totp: background.totp,
        passkey: background.passkey,
    };
    if factors.any() {
        let ask = !known || app.config.second_factor() == SecondFactorPolicy::Always;
        return if ask { factors.kinds() } else { Vec::new() };
    }
    let by_sms = proof.method == AuthenticationMethod::Sms;
    let ask = match app.config.second_factor() {
        SecondFactorPolicy::Never => false,
        SecondFactorPolicy::NewDevice => !known,
        SecondFactorPolicy::Always => true,
    };
    match (by_sms, ask) {
        // Brought along from another system without a password: the code is all there is.
        (true, true) if !password::is_set(account) && !is_phone_stale(app, account) => Vec::new(),
        (true, true) => vec![SecondFactorKind::Password],
        (true, false) if is_phone_stale(app, account) => vec![SecondFactorKind::Password],
        (false, true) => vec![SecondFactorKind::Sms],
        _ => Vec::new(),
    }
}

/// How long a number that was proven is taken for the person's.
pub fn phone_proof(app: &App) -> TimeDelta {
    TimeDelta::days(i64::from(app.config.sign_in.phone_proof_days))
}

/// Whether the phone may have a new owner by now.
pub fn is_phone_stale(app: &App, account: &Model) -> bool {
    app.clock.now() - account.phone_proven_at > phone_proof(app)
}

/// Begins the session: every proof was right.
async fn admit(
    app: &App,
    caller: &Caller,
    first: FirstProof,
    background: &Background,
) -> Result<Begun, Fault<SignInRefusal>> {
    let FirstProof { account, proof } = first;
    let (method, account_id) = (proof.method, account.id);
    let level = background.level();
    let known = background.knows_browser || background.knows_place;
    let news = !known || account.closes_at.is_some();
    let (service, from) = (app.clone(), caller.clone());
    let begun = app.database.transact(move |transaction| {
        Box::pin(async move {
            let (app, caller) = (&service, &from);
            // Since the proof was looked at it may have been locked, or its password or phone changed.
            let account = accounts::hold_active(transaction, account.id)
                .await?
                .filter(|now| accounts::credentials(now) == accounts::credentials(&account))
                .ok_or(SignInRefusal::InvalidCredentials)?;
            if let Some(lender) = &proof.lent_by
                && !store::has_not_ended(transaction, lender.id).await?
            {
                return Err(SignInRefusal::InvalidCredentials.into());
            }
            if method == AuthenticationMethod::Sms {
                accounts::set_phone_proven(transaction, account.id, app.clock.now()).await?;
            }
            let account = closing::cancel(app, transaction, caller, account).await?;
            let begun = begin(app, transaction, caller, &account, level, proof).await?;
            if !known {
                let notice = Notice::NewDevice {
                    device: user_agent::describe(&caller.user_agent, contact::locale(&account)),
                    address: caller.address.clone(),
                };
                notice::tell(app, transaction, &account, &notice).await?;
            }
            Ok(begun)
        })
    });
    let begun = begun.await.inspect_err(|fault| {
        if matches!(fault, Fault::Refused(_)) {
            note_refused(app, caller, method.into(), Some(account_id));
        }
    })?;
    if news {
        app.outbox_wakeup.notify_one();
    }
    app.metrics.sign_in(method.into(), "passed");
    Ok(begun)
}

/// Counts a sign-in that failed, and writes down who tried what, when and from where (OWASP ASVS 16.3.1): never what was
/// typed.
pub fn note_refused(app: &App, caller: &Caller, method: &'static str, account: Option<Uuid>) {
    app.metrics.sign_in(method, "refused");
    tracing::info!(
        method,
        account = account.map(tracing::field::display),
        address = caller.address,
        request = caller.request_id,
        "sign-in refused"
    );
}

fn key(digest: &[u8]) -> String {
    format!("second-factor:{}", hex::encode(digest))
}
