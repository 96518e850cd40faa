//! Sign-in by a one-time code.

use renzheng_types::{
    session::SmsSignIn,
    sms_code::SmsCodePurpose,
    value::{OneTimeCode, Phone},
};

use super::{
    AuthenticationMethod,
    begin::{Begun, begin},
    routes::SignInRefusal,
};
use crate::{
    account::store as accounts,
    app::App,
    code::sms::{self, CheckRefusal},
    http::{
        caller::Caller,
        problem::{Fault, InvalidFields},
    },
    verification::level,
};

pub async fn sign_in(
    app: &App,
    caller: &Caller,
    request: SmsSignIn,
) -> Result<Begun, Fault<SignInRefusal>> {
    let mut invalid = InvalidFields::default();
    let phone = invalid.note("phone", Phone::parse(&request.phone));
    let code = invalid.note("code", OneTimeCode::parse(&request.code));
    let (Some(phone), Some(code)) = (phone, code) else {
        return Err(SignInRefusal::InvalidInput(invalid).into());
    };
    let checked = sms::check(app, caller, SmsCodePurpose::Login, &phone, &code)
        .await?
        .map_err(|refusal| match refusal {
            CheckRefusal::Invalid => SignInRefusal::CodeInvalid,
            CheckRefusal::RateLimited(after) => SignInRefusal::RateLimited(after),
        });
    let checked = match checked {
        Ok(checked) => checked,
        Err(refusal) => {
            app.metrics.sign_in("sms", "refused");
            return Err(refusal.into());
        }
    };
    let account = accounts::find_by_phone(app, &phone)
        .await?
        .filter(|account| account.status == accounts::ACTIVE)
        .ok_or(SignInRefusal::CodeInvalid)?;
    let level = level::of(app, account.id).await?;
    if !sms::consume(app, checked).await? {
        return Err(SignInRefusal::CodeInvalid.into());
    }
    let transaction = app.database.begin().await?;
    accounts::set_phone_proven(&transaction, account.id, app.clock.now()).await?;
    let begun = begin(
        app,
        &transaction,
        caller,
        &account,
        level,
        AuthenticationMethod::Sms,
        request.remember,
    )
    .await?;
    transaction.commit().await?;
    app.metrics.sign_in("sms", "passed");
    Ok(begun)
}
