//! Binding another phone.

use std::collections::BTreeMap;

use renzheng_types::{
    Locale,
    account::Account,
    credential::{NewPhoneCode, PhoneChange},
    sms_code::SmsCodeSent,
    step_up::StepUpPurpose,
    value::{OneTimeCode, Phone},
};

use super::{
    notice::{self, Notice},
    store, view,
};
use crate::{
    app::App,
    audit::{self, Event},
    code::{
        captcha,
        one_time::{self, CheckRefusal, Purpose, Scope},
        sms::{self, Asker},
    },
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    provider::SmsTemplate,
    session::{Authenticated, end, password as sign_in, step_up},
    verification::level,
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ChangeRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("prove yourself anew first")]
    StepUpRequired,
    #[error("wrong, lapsed or used code")]
    CodeInvalid,
    #[error("the phone has an account")]
    PhoneTaken,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for ChangeRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

/// Sends a code to the new phone. As with registration, only the message tells whether the phone has an account.
pub async fn send(
    app: &App,
    caller: &Caller,
    locale: Locale,
    session: &Authenticated,
    request: &NewPhoneCode,
) -> Result<SmsCodeSent, Fault<sms::SendRefusal>> {
    let phone = Phone::parse(&request.phone)
        .map_err(|error| sms::SendRefusal::InvalidInput(InvalidFields::one("phone", error)))?;
    if !captcha::check(app, &request.captcha).await? {
        return Err(sms::SendRefusal::CaptchaInvalid.into());
    }
    sms::count(app, caller, &phone, Asker::Person)
        .await?
        .map_err(sms::SendRefusal::RateLimited)?;
    let known = store::find_by_phone(app, &phone).await?.is_some();
    let template = if known {
        SmsTemplate::BindPhoneTaken
    } else {
        SmsTemplate::BindPhoneCode
    };
    let scope = scope(app, session, &phone);
    sms::deliver(app, &scope, locale, phone, template, BTreeMap::new()).await?;
    Ok(one_time::sent())
}

/// Binds the phone that the code proved, in the place of the old one, which is told.
pub async fn change(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    step_up: Option<&str>,
    request: &PhoneChange,
) -> Result<Account, Fault<ChangeRefusal>> {
    let mut invalid = InvalidFields::default();
    let phone = invalid.note("phone", Phone::parse(&request.phone));
    let code = invalid.note("code", OneTimeCode::parse(&request.code));
    let (Some(phone), Some(code)) = (phone, code) else {
        return Err(ChangeRefusal::InvalidInput(invalid).into());
    };
    let grant = step_up::check(app, session, StepUpPurpose::Phone, step_up)
        .await?
        .ok_or(ChangeRefusal::StepUpRequired)?;
    let checked = one_time::check(app, caller, &scope(app, session, &phone), &code)
        .await?
        .map_err(|refusal| match refusal {
            CheckRefusal::Invalid => ChangeRefusal::CodeInvalid,
            CheckRefusal::RateLimited(after) => ChangeRefusal::RateLimited(after),
        })?;
    if store::find_by_phone(app, &phone).await?.is_some() {
        return Err(ChangeRefusal::PhoneTaken.into());
    }
    if !one_time::consume(app, checked).await? {
        return Err(ChangeRefusal::CodeInvalid.into());
    }
    if !step_up::consume(app, grant).await? {
        return Err(ChangeRefusal::StepUpRequired.into());
    }
    let account = store::existing(app, session.account_id).await?;
    let transaction = app.database.begin().await?;
    match store::set_phone(app, &transaction, account.id, &phone).await {
        Err(error) if store::violates(&error, "phone_index") => {
            return Err(ChangeRefusal::PhoneTaken.into());
        }
        other => other?,
    }
    let ended = end::others(app, &transaction, session).await?;
    notice::tell(app, &transaction, &account, &Notice::PhoneChanged).await?;
    let event = Event::by_account(account.id, "phone.change");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    end::forget(app, &ended);
    sign_in::forgive_names(app, Some(&phone), None).await;
    let account = store::existing(app, account.id).await?;
    let level = level::of(app, account.id).await?;
    Ok(view::account(app, &account, level)?)
}

fn scope(app: &App, session: &Authenticated, phone: &Phone) -> Scope {
    // The number is not yet theirs: what they try uses up nobody else's tries.
    let session_id = session.session_id.to_string();
    Scope::of_phone(app, Purpose::BindPhone, &session_id, phone).tried_by(session.account_id)
}
