//! One-time codes by SMS: six digits, five minutes, five tries, one use; bound to phone and purpose.

use std::{collections::BTreeMap, time::Duration};

use chrono::TimeDelta;
use renzheng_types::{
    Locale,
    sms_code::{NewSmsCode, SmsCodePurpose, SmsCodeSent},
    value::{OneTimeCode, Phone},
};
use subtle::ConstantTimeEq;

use super::{captcha, limit};
use crate::{
    account::store,
    app::App,
    crypto,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    job::outbox,
    provider::{SmsMessage, SmsTemplate},
};

const LIFE: Duration = Duration::from_secs(300);
const RESEND_AFTER: u32 = 60;
const TRIES: u32 = 5;
const DIGITS: usize = 6;

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum SendRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("captcha not right or used up")]
    CaptchaInvalid,
    #[error("too many messages")]
    RateLimited(RetryAfter),
}

impl Refusal for SendRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::CaptchaInvalid => Detail::None,
        }
    }
}

/// Sends a code. The answer, and the work, are the same whether or not the phone has an account: what is different
/// is the message, which only the phone's owner reads.
pub async fn send(
    app: &App,
    caller: &Caller,
    locale: Locale,
    request: NewSmsCode,
) -> Result<SmsCodeSent, Fault<SendRefusal>> {
    let phone = Phone::parse(&request.phone)
        .map_err(|error| SendRefusal::InvalidInput(InvalidFields::one("phone", error)))?;
    if !captcha::check(app, &request.captcha).await? {
        return Err(SendRefusal::CaptchaInvalid.into());
    }
    let mut windows = app.windows_by_phone(limit::SMS_BY_PHONE, &phone);
    windows.extend(app.windows_by_phone_prefix(limit::SMS_BY_PREFIX, &phone));
    windows.extend(app.windows_by_address(limit::SMS_BY_ADDRESS, &caller.limit_key));
    app.count(windows)
        .await?
        .map_err(SendRefusal::RateLimited)?;

    let known = store::find_by_phone(app, &phone).await?.is_some();
    let code = crypto::random_code(DIGITS);
    let template = match (request.purpose, known) {
        (SmsCodePurpose::Register, false) => SmsTemplate::RegisterCode,
        (SmsCodePurpose::Register, true) => SmsTemplate::PhoneTaken,
        (SmsCodePurpose::Login, true) => SmsTemplate::LoginCode,
        (SmsCodePurpose::Login, false) => SmsTemplate::NoAccount,
    };
    let digest = digest(app, request.purpose, &phone, &code);
    app.ephemeral
        .put(&key(app, request.purpose, &phone), &digest, LIFE)
        .await?;
    let message = SmsMessage {
        phone,
        template,
        locale,
        params: BTreeMap::from([("code".to_string(), code)]),
        reference: app.clock.new_id(),
    };
    let life = TimeDelta::seconds(LIFE.as_secs() as i64);
    outbox::enqueue_sms(app, app.database.write(), &message, life).await?;
    app.outbox_wakeup.notify_one();
    Ok(SmsCodeSent {
        resend_after: RESEND_AFTER,
        expires_in: LIFE.as_secs() as u32,
    })
}

/// What checking a code can refuse; operations turn it into their own refusal.
#[derive(Debug)]
pub enum CheckRefusal {
    Invalid,
    RateLimited(RetryAfter),
}

/// A code that was right when checked, and is still to be used up.
#[must_use]
pub struct CheckedCode {
    key: String,
    digest: Vec<u8>,
}

/// Checks a code, counting the try first.
pub async fn check(
    app: &App,
    caller: &Caller,
    purpose: SmsCodePurpose,
    phone: &Phone,
    code: &OneTimeCode,
) -> anyhow::Result<Result<CheckedCode, CheckRefusal>> {
    let mut windows = app.windows_by_phone(limit::CODE_CHECK_BY_PHONE, phone);
    windows.extend(app.windows_by_address(limit::CODE_CHECK_BY_ADDRESS, &caller.limit_key));
    if let Err(after) = app.count(windows).await? {
        return Ok(Err(CheckRefusal::RateLimited(after)));
    }
    let key = key(app, purpose, phone);
    let Some(expected) = app.ephemeral.try_once_more(&key, TRIES).await? else {
        return Ok(Err(CheckRefusal::Invalid));
    };
    let digest = digest(app, purpose, phone, code.as_str());
    if bool::from(digest.as_slice().ct_eq(&expected)) {
        Ok(Ok(CheckedCode {
            key,
            digest: expected,
        }))
    } else {
        Ok(Err(CheckRefusal::Invalid))
    }
}

/// Uses the code up; `false` when someone else just did.
pub async fn consume(app: &App, code: CheckedCode) -> anyhow::Result<bool> {
    app.ephemeral.take_if(&code.key, &code.digest).await
}

fn key(app: &App, purpose: SmsCodePurpose, phone: &Phone) -> String {
    format!("sms:{}:{}", <&str>::from(purpose), app.phone_key(phone))
}

/// Codes rest as keyed digests: six digits under a bare hash would be no secret.
fn digest(app: &App, purpose: SmsCodePurpose, phone: &Phone, code: &str) -> [u8; 32] {
    let purpose: &str = purpose.into();
    app.vault.mac(
        "sms-code",
        &[
            purpose.as_bytes(),
            phone.as_str().as_bytes(),
            code.as_bytes(),
        ],
    )
}
