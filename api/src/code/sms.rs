//! Sending one-time codes by SMS.

use std::{collections::BTreeMap, time::Duration};

use chrono::TimeDelta;
use renzheng_types::{
    Locale,
    sms_code::{NewSmsCode, SmsCodePurpose, SmsCodeSent},
    value::Phone,
};

use super::{
    captcha, limit,
    one_time::{self, Scope},
};
use crate::{
    account::store,
    app::App,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    job::outbox,
    provider::{SmsMessage, SmsTemplate},
};

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

/// The scope of a code sent before sign-in.
pub fn scope(app: &App, purpose: SmsCodePurpose, phone: &Phone) -> Scope {
    Scope::of_phone(app, purpose.into(), "", phone)
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
    count(app, caller, &phone, Asker::Anybody)
        .await?
        .map_err(SendRefusal::RateLimited)?;
    let known = store::find_by_phone(app, &phone).await?.is_some();
    let template = match (request.purpose, known) {
        (SmsCodePurpose::Register, false) => SmsTemplate::RegisterCode,
        (SmsCodePurpose::Register, true) => SmsTemplate::PhoneTaken,
        (SmsCodePurpose::Login, true) => SmsTemplate::LoginCode,
        (SmsCodePurpose::Login, false) => SmsTemplate::NoAccount,
    };
    let scope = scope(app, request.purpose, &phone);
    deliver(app, &scope, locale, phone, template, BTreeMap::new()).await?;
    Ok(one_time::sent())
}

const HOUR: Duration = Duration::from_secs(3600);

/// Who asks for a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// Anybody who solved a captcha.
    Anybody,
    /// Who is signed in, or has given a right first proof.
    Person,
}

/// Counts a message to a phone, before anything is done for it.
pub async fn count(
    app: &App,
    caller: &Caller,
    phone: &Phone,
    asker: Asker,
) -> anyhow::Result<Result<(), RetryAfter>> {
    let mut windows = app.windows_by_phone(limit::SMS_BY_PHONE, phone);
    windows.extend(app.windows_by_phone_prefix(limit::SMS_BY_PREFIX, phone));
    windows.extend(app.windows_by_address(limit::SMS_BY_ADDRESS, &caller.limit_key));
    let budget = app.config.sms.hourly_budget;
    windows.push(app.budget("sms-budget-hour", budget, HOUR));
    if asker == Asker::Anybody {
        // A fifth is kept for people: no flood closes step-ups and second factors.
        windows.push(app.budget("sms-budget-anybody", budget - budget / 5, HOUR));
    }
    app.count(windows).await
}

/// Makes a code of `scope` and puts the message that holds it on its way.
pub async fn deliver(
    app: &App,
    scope: &Scope,
    locale: Locale,
    phone: Phone,
    template: SmsTemplate,
    params: BTreeMap<String, String>,
) -> anyhow::Result<()> {
    let mut message = SmsMessage {
        phone,
        template,
        locale,
        params,
        reference: app.clock.new_id(),
    };
    let life = TimeDelta::from_std(one_time::LIFE)?;
    let (service, of) = (app.clone(), scope.clone());
    let written = app.database.transact(move |transaction| {
        Box::pin(async move {
            let code = one_time::make(&service, transaction, &of).await?;
            message.params.insert("code".into(), code);
            outbox::enqueue_sms(&service, transaction, &message, life).await
        })
    });
    written.await?;
    scope.note_sent(app);
    app.outbox_wakeup.notify_one();
    Ok(())
}
