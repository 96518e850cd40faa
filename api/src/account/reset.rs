//! Forgotten password: name the account, prove to hold its phone (or mailbox), choose a new password.
//!
//! Until the code is right nothing tells whether the account exists: an unknown one is led through the same steps, and
//! its phone is told so by the message. A reset never passes by a second factor (OWASP ASVS 6.4.3).

mod refusal;

use std::{collections::BTreeMap, time::Duration};

use chrono::TimeDelta;
use renzheng_types::{
    Locale,
    password_reset::{
        NewPasswordReset, NewResetCode, PasswordReset, ResetChannel, ResetGrant, ResetPassword,
        ResetProof,
    },
    session::{SecondFactorAnswer, SecondFactorKind},
    sms_code::SmsCodeSent,
    value::{OneTimeCode, Phone, ValueError},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    contact,
    notice::{self, Notice},
    password, store,
};
use crate::{
    app::App,
    audit::{self, Event},
    code::{
        captcha, limit,
        one_time::{self, CheckRefusal, Scope},
        sms,
    },
    crypto::{OpaqueToken, Place},
    email::address::Email,
    entity::account::Model,
    http::{
        caller::Caller,
        problem::{Fault, InvalidFields},
    },
    job::outbox::{self, MailOrder},
    provider::{MailTemplate, SmsTemplate},
    second_factor::{device, factors::Factors, passkey::ceremony, recovery, totp},
    session::{complete, end},
};

pub use refusal::{BeginRefusal, CodeRefusal, FinishRefusal, VerifyRefusal};

const LIFE: Duration = Duration::from_secs(1800);

/// A reset under way, sealed: what was typed.
#[derive(Serialize, Deserialize)]
enum Named {
    Phone(String),
    Email(String),
}

impl Named {
    fn text(&self) -> &str {
        let (Self::Phone(text) | Self::Email(text)) = self;
        text
    }
}

/// Lets the password be set once, as long as the account is as it was.
#[derive(Serialize, Deserialize)]
struct Grant {
    reset_id: Uuid,
    token_digest: [u8; 32],
    account_digest: [u8; 32],
}

/// Begins a reset, whether or not there is such an account.
pub async fn begin(
    app: &App,
    caller: &Caller,
    request: &NewPasswordReset,
) -> Result<PasswordReset, Fault<BeginRefusal>> {
    let (named, masked) = name(&request.account)
        .map_err(|error| BeginRefusal::InvalidInput(InvalidFields::one("account", error)))?;
    if !captcha::check(app, &request.captcha).await? {
        return Err(BeginRefusal::CaptchaInvalid.into());
    }
    app.count(app.windows_by_address(limit::RESET_BY_ADDRESS, &caller.limit_key))
        .await?
        .map_err(BeginRefusal::RateLimited)?;
    let id = Uuid::new_v4();
    let named = serde_json::to_vec(&named).map_err(anyhow::Error::from)?;
    let sealed = app.vault.seal(place(id), &named);
    app.ephemeral.put(&key(id), &sealed, LIFE).await?;
    Ok(PasswordReset {
        id,
        masked_phone: masked,
        expires_in: LIFE.as_secs() as u32,
    })
}

fn name(text: &str) -> Result<(Named, String), ValueError> {
    if text.contains(['@', '＠']) {
        let email = Email::parse(text)?;
        return Ok((Named::Email(email.as_str().into()), email.masked()));
    }
    let phone = Phone::parse(text)?;
    Ok((Named::Phone(phone.as_str().into()), phone.masked()))
}

/// Sends the code to the phone that was named, or to the account's mailbox.
pub async fn send_code(
    app: &App,
    caller: &Caller,
    locale: Locale,
    id: Uuid,
    request: &NewResetCode,
) -> Result<SmsCodeSent, Fault<CodeRefusal>> {
    let named = find(app, id).await?.ok_or(CodeRefusal::ResetExpired)?;
    let account = account_of(app, &named).await?;
    match (named, request.channel) {
        (Named::Phone(phone), ResetChannel::Sms) => {
            let phone = stored_phone(&phone)?;
            sms::count(app, caller, &phone)
                .await?
                .map_err(CodeRefusal::RateLimited)?;
            let template = match account {
                Some(_) => SmsTemplate::ResetCode,
                None => SmsTemplate::NoAccount,
            };
            let scope = Scope::of_phone(app, "reset", &id.to_string(), &phone);
            sms::deliver(app, &scope, locale, phone, template, BTreeMap::new()).await?;
        }
        (named, _) => {
            // What is counted is the reset: whether there is a mailbox must not show.
            let mut windows =
                app.windows_by_subject(limit::EMAIL_BY_ACCOUNT, &format!("reset:{id}"));
            windows.extend(app.windows_by_address(limit::EMAIL_BY_ADDRESS, &caller.limit_key));
            app.count(windows)
                .await?
                .map_err(CodeRefusal::RateLimited)?;
            let scope = email_scope(app, id, &named);
            let transaction = app.database.begin().await?;
            let code = one_time::make(app, &transaction, &scope).await?;
            let email = match &account {
                Some(account) => contact::email(app, account)?,
                None => None,
            };
            let known = email.zip(account);
            let (to, locale) = match &known {
                Some((email, account)) => (email.as_str(), contact::locale(account)),
                None => (named.text(), locale),
            };
            let order = MailOrder {
                to: to.into(),
                template: MailTemplate::ResetCode,
                locale,
                params: BTreeMap::from([("code".to_string(), code)]),
                reference: app.clock.new_id(),
            };
            if known.is_some() {
                let life = TimeDelta::from_std(one_time::LIFE).map_err(anyhow::Error::from)?;
                outbox::enqueue_mail(app, &transaction, order, life).await?;
            } else {
                outbox::enqueue_nothing(app, &transaction, order).await?;
            }
            transaction.commit().await?;
            app.outbox_wakeup.notify_one();
        }
    }
    Ok(one_time::sent())
}

/// Checks the code, and the second factor where there is one.
pub async fn verify(
    app: &App,
    caller: &Caller,
    id: Uuid,
    request: ResetProof,
) -> Result<ResetGrant, Fault<VerifyRefusal>> {
    let code = OneTimeCode::parse(&request.code)
        .map_err(|error| VerifyRefusal::InvalidInput(InvalidFields::one("code", error)))?;
    let named = find(app, id).await?.ok_or(VerifyRefusal::ResetExpired)?;
    let account = account_of(app, &named).await?;
    let (checked, by_phone) = match check_code(app, caller, id, &named, &code).await? {
        Ok(checked) => checked,
        Err(CheckRefusal::Invalid) => return Err(VerifyRefusal::CodeInvalid.into()),
        Err(CheckRefusal::RateLimited(after)) => {
            return Err(VerifyRefusal::RateLimited(after).into());
        }
    };
    let account = account.ok_or(VerifyRefusal::CodeInvalid)?;
    let must_prove = Factors::of(app, account.id).await?.any();
    let stale = by_phone && complete::is_phone_stale(app, &account);
    if must_prove || stale {
        let answer = request
            .second_factor
            .ok_or(VerifyRefusal::SecondFactorRequired)?;
        prove(app, &account, answer).await?;
    }
    if !one_time::consume(app, checked).await? {
        return Err(VerifyRefusal::CodeInvalid.into());
    }
    let token = OpaqueToken::random();
    let grant = Grant {
        reset_id: id,
        token_digest: token.digest(),
        account_digest: digest_of(&account),
    };
    let grant = serde_json::to_vec(&grant).map_err(anyhow::Error::from)?;
    // One for each account: a newer reset voids the older.
    app.ephemeral
        .put(&grant_key(account.id), &grant, LIFE)
        .await?;
    Ok(ResetGrant {
        reset_token: token.text().to_string(),
        expires_in: LIFE.as_secs() as u32,
    })
}

/// A second means, different from the phone: the app, a passkey or a recovery code.
async fn prove(
    app: &App,
    account: &Model,
    answer: SecondFactorAnswer,
) -> Result<(), Fault<VerifyRefusal>> {
    totp::count(app, account.id)
        .await?
        .map_err(VerifyRefusal::RateLimited)?;
    let right = match answer.kind {
        SecondFactorKind::Totp => totp::check(app, account.id, answer.value.trim()).await?,
        SecondFactorKind::Passkey => match &answer.passkey {
            Some(assertion) => ceremony::verify(app, assertion).await? == Some(account.id),
            None => false,
        },
        SecondFactorKind::RecoveryCode => recovery::consume(app, account.id, &answer.value).await?,
        SecondFactorKind::Sms | SecondFactorKind::Password => false,
    };
    if right {
        Ok(())
    } else {
        Err(VerifyRefusal::SecondFactorInvalid.into())
    }
}

/// Sets the new password, signs out every device and tells the person.
pub async fn finish(
    app: &App,
    caller: &Caller,
    id: Uuid,
    request: ResetPassword,
) -> Result<(), Fault<FinishRefusal>> {
    let new_password = Zeroizing::new(request.password);
    let digest = OpaqueToken::digest_of(&request.reset_token).ok_or(FinishRefusal::ResetExpired)?;
    let named = find(app, id).await?.ok_or(FinishRefusal::ResetExpired)?;
    let account = account_of(app, &named)
        .await?
        .ok_or(FinishRefusal::ResetExpired)?;
    let stored = app
        .ephemeral
        .get(&grant_key(account.id))
        .await?
        .ok_or(FinishRefusal::ResetExpired)?;
    let grant: Grant = serde_json::from_slice(&stored).map_err(anyhow::Error::from)?;
    let fits = grant.reset_id == id
        && bool::from(grant.token_digest.ct_eq(&digest))
        && grant.account_digest == digest_of(&account);
    if !fits {
        return Err(FinishRefusal::ResetExpired.into());
    }
    password::judge(app, &account, &new_password)
        .await?
        .map_err(|error| FinishRefusal::InvalidInput(InvalidFields::one("password", error)))?;
    let hash = app.passwords.hash(new_password).await?;
    if !app
        .ephemeral
        .take_if(&grant_key(account.id), &stored)
        .await?
    {
        return Err(FinishRefusal::ResetExpired.into());
    }
    app.ephemeral.remove(&key(id)).await?;
    let transaction = app.database.begin().await?;
    store::set_password_hash(&transaction, account.id, hash).await?;
    let reason = end::CREDENTIAL_CHANGED;
    let ended = end::all_of_account(app, &transaction, account.id, None, reason).await?;
    device::forget_all(&transaction, account.id).await?;
    notice::tell(app, &transaction, &account, &Notice::PasswordReset).await?;
    let event = Event::by_account(account.id, "password.reset");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    end::forget(app, &ended);
    Ok(())
}

/// A code may have gone either way; answers whether it was by phone.
async fn check_code(
    app: &App,
    caller: &Caller,
    id: Uuid,
    named: &Named,
    code: &OneTimeCode,
) -> anyhow::Result<Result<(one_time::CheckedCode, bool), CheckRefusal>> {
    let mut refused = CheckRefusal::Invalid;
    if let Named::Phone(phone) = named {
        let phone = stored_phone(phone)?;
        let scope = Scope::of_phone(app, "reset", &id.to_string(), &phone);
        match one_time::check(app, caller, &scope, code).await? {
            Ok(checked) => return Ok(Ok((checked, true))),
            // Who has used up the tries of the phone closes not the way by mail.
            Err(refusal) => refused = refusal,
        }
    }
    let scope = email_scope(app, id, named);
    Ok(match one_time::check(app, caller, &scope, code).await? {
        Ok(checked) => Ok((checked, false)),
        Err(CheckRefusal::Invalid) => Err(refused),
        Err(refusal) => Err(refusal),
    })
}

fn email_scope(app: &App, id: Uuid, named: &Named) -> Scope {
    let index = app.vault.blind_index("reset", named.text());
    Scope::of_email("reset", &id.to_string(), &index)
}

async fn find(app: &App, id: Uuid) -> anyhow::Result<Option<Named>> {
    let Some(sealed) = app.ephemeral.get(&key(id)).await? else {
        return Ok(None);
    };
    let bytes = app.vault.open_sealed(place(id), &sealed)?;
    Ok(Some(serde_json::from_slice(&bytes)?))
}

async fn account_of(app: &App, named: &Named) -> anyhow::Result<Option<Model>> {
    let account = match named {
        Named::Phone(phone) => store::find_by_phone(app, &stored_phone(phone)?).await?,
        Named::Email(email) => match Email::parse(email) {
            Ok(email) => store::find_by_email(app, &email).await?,
            Err(_) => None,
        },
    };
    Ok(account.filter(|account| account.status == store::ACTIVE))
}

fn stored_phone(text: &str) -> anyhow::Result<Phone> {
    Phone::parse(text).map_err(|error| anyhow::anyhow!("stored phone: {}", error.code()))
}

/// Changes with the password and the phone, so that a token made before is void after.
fn digest_of(account: &Model) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(account.password_hash.as_bytes());
    hasher.update([0]);
    hasher.update(account.phone_index.as_deref().unwrap_or_default());
    hasher.finalize().into()
}

fn key(id: Uuid) -> String {
    format!("reset:{id}")
}

fn grant_key(account_id: Uuid) -> String {
    format!("reset-grant:{account_id}")
}

const fn place(id: Uuid) -> Place<'static> {
    Place {
        table: "ephemeral",
        column: "reset",
        row: id,
    }
}
