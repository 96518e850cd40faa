//! Forgotten password: name the account, prove to hold its phone (or mailbox), choose a new password.
//!
//! Until the code is right nothing tells whether the account exists: an unknown one is led through the same steps, and
//! its phone is told so by the message. A reset never passes by a second factor (OWASP ASVS 6.4.3).

mod code;
mod refusal;

use std::{collections::BTreeMap, time::Duration};

use chrono::TimeDelta;
use renzheng_types::{
    Locale,
    password_reset::{
        NewPasswordReset, NewResetCode, PasswordReset, ResetChannel, ResetGrant, ResetPassword,
        ResetProof,
    },
    session::SecondFactorAnswer,
    sms_code::SmsCodeSent,
    value::{IdNumber, OneTimeCode, Phone, ValueError},
};
use serde::{Deserialize, Serialize};
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
        one_time::{self, CheckRefusal, Purpose, Scope},
        sms::{self, Asker},
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
    second_factor::{device, factors::Factors, proof, totp},
    session::{complete, end, password as sign_in},
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
    /// [`store::credentials`], by the name that nodes of the version before know.
    #[serde(rename = "account_digest")]
    credentials: [u8; 32],
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
            sms::count(app, caller, &phone, Asker::Anybody)
                .await?
                .map_err(CodeRefusal::RateLimited)?;
            let template = match account {
                Some(_) => SmsTemplate::ResetCode,
                None => SmsTemplate::NoAccount,
            };
            let scope = Scope::of_phone(app, Purpose::Reset, &id.to_string(), &phone);
            sms::deliver(app, &scope, locale, phone, template, BTreeMap::new()).await?;
        }
        (named, _) => {
            // What is counted is the name that was typed: whether there is a mailbox must not show.
            let name = hex::encode(app.vault.blind_index("reset", named.text()));
            let mut windows =
                app.windows_by_subject(limit::EMAIL_BY_ACCOUNT, &format!("reset:{name}"));
            windows.extend(app.windows_by_address(limit::EMAIL_BY_ADDRESS, &caller.limit_key));
            app.count(windows)
                .await?
                .map_err(CodeRefusal::RateLimited)?;
            let scope = code::email_scope(app, id, &named);
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
    let (checked, by_phone) = match code::check(app, caller, id, &named, &code).await? {
        Ok(checked) => checked,
        Err(CheckRefusal::Invalid) => return Err(VerifyRefusal::CodeInvalid.into()),
        Err(CheckRefusal::RateLimited(after)) => {
            return Err(VerifyRefusal::RateLimited(after).into());
        }
    };
    let account = account.ok_or(VerifyRefusal::CodeInvalid)?;
    if Factors::of(app, account.id).await?.any() {
        let answer = request
            .second_factor
            .ok_or(VerifyRefusal::SecondFactorRequired)?;
        prove(app, &account, answer).await?;
    } else if by_phone && complete::is_phone_stale(app, &account) {
        identify(app, &account, request.id_number.as_deref()).await?;
    }
    if !one_time::consume(app, checked).await? {
        return Err(VerifyRefusal::CodeInvalid.into());
    }
    if by_phone {
        let now = app.clock.now();
        store::set_phone_proven(app.database.write(), account.id, now).await?;
    }
    let token = OpaqueToken::random();
    let grant = Grant {
        reset_id: id,
        token_digest: token.digest(),
        credentials: store::credentials(&account),
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
    if proof::is_right(app, account, &answer).await? {
        Ok(())
    } else {
        Err(VerifyRefusal::SecondFactorInvalid.into())
    }
}

/// What a new owner of the number does not know: the ID number that the account is verified by.
async fn identify(
    app: &App,
    account: &Model,
    typed: Option<&str>,
) -> Result<(), Fault<VerifyRefusal>> {
    let known = account
        .id_number_index
        .as_deref()
        .ok_or(VerifyRefusal::PhoneUnproven)?;
    let typed = typed.ok_or(VerifyRefusal::IdentityRequired)?;
    let today = app.clock.now().date_naive();
    let number = IdNumber::parse(typed, today)
        .map_err(|error| VerifyRefusal::InvalidInput(InvalidFields::one("id_number", error)))?;
    totp::count(app, account.id)
        .await?
        .map_err(VerifyRefusal::RateLimited)?;
    let index = app.vault.blind_index("id-number", number.as_str());
    if bool::from(index.ct_eq(known)) {
        Ok(())
    } else {
        Err(VerifyRefusal::IdentityMismatch.into())
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
        && grant.credentials == store::credentials(&account);
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
    if !store::replace_password(&transaction, &account, hash).await? {
        return Err(FinishRefusal::ResetExpired.into());
    }
    let reason = end::CREDENTIAL_CHANGED;
    let ended = end::all_of_account(app, &transaction, account.id, None, reason).await?;
    device::forget_all(&transaction, account.id).await?;
    notice::tell(app, &transaction, &account, &Notice::PasswordReset).await?;
    let event = Event::by_account(account.id, "password.reset");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    end::forget(app, &ended);
    sign_in::forgive_account(app, &account).await;
    Ok(())
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
