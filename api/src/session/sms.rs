//! Sign-in by a one-time code.

use renzheng_types::{
    session::SmsSignIn,
    sms_code::SmsCodePurpose,
    value::{OneTimeCode, Phone},
};

use super::{
    AuthenticationMethod,
    begin::Proof,
    complete::{FirstProof, SignedIn, complete, note_refused},
    routes::SignInRefusal,
};
use crate::{
    account::store as accounts,
    app::App,
    code::{
        one_time::{self, CheckRefusal},
        sms,
    },
    http::{
        caller::Caller,
        problem::{Fault, InvalidFields},
    },
};

pub async fn sign_in(
    app: &App,
    caller: &Caller,
    request: SmsSignIn,
) -> Result<SignedIn, Fault<SignInRefusal>> {
    let mut invalid = InvalidFields::default();
    let phone = invalid.note("phone", Phone::parse(&request.phone));
    let code = invalid.note("code", OneTimeCode::parse(&request.code));
    let (Some(phone), Some(code)) = (phone, code) else {
        return Err(SignInRefusal::InvalidInput(invalid).into());
    };
    let scope = sms::scope(app, SmsCodePurpose::Login, &phone);
    let checked =
        one_time::check(app, caller, &scope, &code)
            .await?
            .map_err(|refusal| match refusal {
                CheckRefusal::Invalid => SignInRefusal::CodeInvalid,
                CheckRefusal::RateLimited(after) => SignInRefusal::RateLimited(after),
            });
    let checked = match checked {
        Ok(checked) => checked,
        Err(refusal) => {
            note_refused(app, caller, "sms", None);
            return Err(refusal.into());
        }
    };
    let account = accounts::find_by_phone(app, &phone)
        .await?
        .filter(|account| account.status == accounts::ACTIVE)
        .ok_or(SignInRefusal::CodeInvalid)?;
    if !one_time::consume(app, checked).await? {
        return Err(SignInRefusal::CodeInvalid.into());
    }
    let first = FirstProof {
        account,
        proof: Proof {
            method: AuthenticationMethod::Sms,
            remember: request.remember,
            lent_by: None,
        },
    };
    complete(app, caller, first).await
}
