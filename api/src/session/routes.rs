//! `/sessions`, `/me/sessions`, `/me/step-ups`

use std::time::Duration;

use poem::web::{
    Data,
    cookie::{Cookie, CookieJar, SameSite},
};
use poem_openapi::{ApiResponse, OpenApi, param::Path, payload::Json};
use renzheng_types::{
    device::DeviceList,
    session::{NewSecondFactorCode, NewSession, Refresh, SecondFactorNeeded, Session},
    sms_code::SmsCodeSent,
    step_up::{NewStepUp, NewStepUpCode, StepUp},
};
use uuid::Uuid;

use super::{
    begin::Begun,
    complete::{self, SignedIn as Ended},
    devices, passkey, password, qr, refresh, sms, step_up, store, token,
};
use crate::{
    app::App,
    audit::{self, Event},
    http::{
        answer::{Accepted, Created, Done, SignedOut},
        auth::{Never, SignedIn},
        caller::{Caller, DEVICE_COOKIE},
        locale::Language,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
        tag::Tag,
    },
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum SignInRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("wrong account or password")]
    InvalidCredentials,
    #[error("wrong, lapsed or used code")]
    CodeInvalid,
    #[error("not a passkey of ours, or the challenge is used up")]
    PasskeyInvalid,
    #[error("failed a hundred times in a row: no password will do")]
    PasswordDisabled,
    #[error("failed too often to go on without a captcha")]
    CaptchaRequired,
    #[error("captcha not right or used up")]
    CaptchaInvalid,
    #[error("the sign-in has lapsed: begin again")]
    TicketExpired,
    #[error("the second proof is not right")]
    SecondFactorInvalid,
    #[error("a code must be sent, and no phone is bound")]
    PhoneMissing,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for SignInRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

/// How long a browser stays known.
const DEVICE_KNOWN_FOR: Duration = Duration::from_secs(180 * 24 * 3600);

/// How signing in is answered.
#[derive(ApiResponse)]
pub enum SignInAnswer {
    /// Signed in.
    #[oai(status = 201)]
    Created(
        Json<Session>,
        /// The session of a browser that asked with `X-CSRF`.
        #[oai(header = "Set-Cookie")]
        Option<String>,
    ),
    /// The first proof was right; another is needed.
    #[oai(status = 202)]
    Needed(Json<SecondFactorNeeded>),
}

pub struct SessionApi;

#[OpenApi(tag = "Tag::Sessions")]
impl SessionApi {
    /// Sign in
    ///
    /// By `password`, by `sms` with a code from `POST /sms-codes` (purpose `login`), by `passkey` with the answer to a
    /// challenge of `POST /passkey-challenges`, or by `qr` once the phone has confirmed the code. The answer is the same, in equal time, for a wrong password and an unknown account. After
    /// three failures a captcha is needed; from the fifth on each costs a wait. A 202 asks for a second proof: send it
    /// by `second-factor` with the ticket. With the header `X-CSRF` the session is kept in a cookie and there is no refresh
    /// token. Permissions: anyone.
    #[oai(path = "/sessions", method = "post", operation_id = "create_session")]
    async fn create_session(
        &self,
        app: Data<&App>,
        caller: Caller,
        body: Json<NewSession>,
        cookies: &CookieJar,
    ) -> Result<SignInAnswer, Fault<SignInRefusal>> {
        let ended = match body.0 {
            NewSession::Password(request) => password::sign_in(&app, &caller, request).await?,
            NewSession::Sms(request) => sms::sign_in(&app, &caller, request).await?,
            NewSession::Qr(request) => qr::sign_in(&app, &caller, request).await?,
            NewSession::Passkey(request) => passkey::sign_in(&app, &caller, request).await?,
            NewSession::SecondFactor(request) => {
                let begun = complete::second(&app, &caller, request).await?;
                Ended::Begun(Box::new(begun))
            }
        };
        Ok(match ended {
            Ended::Begun(begun) => {
                keep_device(cookies, &begun);
                SignInAnswer::Created(Json(begun.session), begun.cookie)
            }
            Ended::Needed(needed) => SignInAnswer::Needed(Json(needed)),
        })
    }

    /// Send a code for the second proof of a sign-in
    ///
    /// To the phone of the account that is signing in. Permissions: whoever holds the ticket of a 202.
    #[oai(
        path = "/sessions/second-factor-codes",
        method = "post",
        operation_id = "send_second_factor_code"
    )]
    async fn send_second_factor_code(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        body: Json<NewSecondFactorCode>,
    ) -> Result<Accepted<SmsCodeSent>, Fault<complete::CodeRefusal>> {
        let sent = complete::send_code(&app, &caller, language.0, &body.0).await?;
        Ok(Accepted::of(sent))
    }

    /// Renew a session
    ///
    /// A refresh token works once and is replaced. One that comes a second time ends the session.
    /// Permissions: whoever holds the token.
    #[oai(
        path = "/sessions/refresh",
        method = "post",
        operation_id = "refresh_session"
    )]
    async fn refresh_session(
        &self,
        app: Data<&App>,
        caller: Caller,
        body: Json<Refresh>,
    ) -> Result<Json<Session>, Fault<refresh::RefreshRefusal>> {
        Ok(Json(refresh::refresh(&app, &caller, body.0).await?))
    }

    /// Sign out
    ///
    /// Ends this session: its tokens and its cookie stop working at once. Permissions: the signed-in person.
    #[oai(
        path = "/sessions/current",
        method = "delete",
        operation_id = "delete_current_session"
    )]
    async fn delete_current_session(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
    ) -> Result<SignedOut, Fault<Never>> {
        let session = signed_in.session();
        let transaction = app.database.begin().await?;
        let now = app.clock.now();
        if store::end(&transaction, session.session_id, "signed-out", now).await? {
            let event =
                Event::by_account(session.account_id, "session.end").detail("reason", "signed-out");
            audit::record(&app, &transaction, &caller, event).await?;
        }
        transaction.commit().await?;
        app.live_sessions.forget(session.session_id);
        Ok(SignedOut::Done(token::clear_cookie()))
    }

    /// List where I am signed in
    ///
    /// Permissions: the signed-in person.
    #[oai(
        path = "/me/sessions",
        method = "get",
        operation_id = "list_my_sessions"
    )]
    async fn list_my_sessions(
        &self,
        app: Data<&App>,
        language: Language,
        signed_in: SignedIn,
    ) -> Result<Json<DeviceList>, Fault<Never>> {
        let session = signed_in.session();
        Ok(Json(devices::list(&app, language.0, session).await?))
    }

    /// Sign out everywhere else
    ///
    /// Ends all sessions but this one. Permissions: the signed-in person.
    #[oai(
        path = "/me/sessions",
        method = "delete",
        operation_id = "delete_my_other_sessions"
    )]
    async fn delete_my_other_sessions(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
    ) -> Result<Done, Fault<Never>> {
        devices::end_others(&app, &caller, signed_in.session()).await?;
        Ok(Done::Done)
    }

    /// Sign out one device
    ///
    /// Permissions: the signed-in person whose session it is.
    #[oai(
        path = "/me/sessions/:id",
        method = "delete",
        operation_id = "delete_my_session"
    )]
    async fn delete_my_session(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        id: Path<Uuid>,
    ) -> Result<Done, Fault<devices::EndRefusal>> {
        devices::end(&app, &caller, signed_in.session(), id.0).await?;
        Ok(Done::Done)
    }

    /// Send a code for a step-up
    ///
    /// To the bound phone. The message says what the code is for. Permissions: the signed-in person.
    #[oai(
        path = "/me/step-ups/codes",
        method = "post",
        operation_id = "send_my_step_up_code"
    )]
    async fn send_my_step_up_code(
        &self,
        app: Data<&App>,
        caller: Caller,
        language: Language,
        signed_in: SignedIn,
        body: Json<Option<NewStepUpCode>>,
    ) -> Result<Accepted<SmsCodeSent>, Fault<step_up::SendRefusal>> {
        let session = signed_in.session();
        let request = body.0.unwrap_or_default();
        let sent = step_up::send(&app, &caller, language.0, session, &request).await?;
        Ok(Accepted::of(sent))
    }

    /// Step up
    ///
    /// Proves that it is still the person: by `sms` with the code that was sent, by `totp` with the code of the
    /// authenticator app, or by `passkey` with the answer to a challenge of `POST /passkey-challenges`. The token goes into
    /// the header `X-Step-Up` of one sensitive request within five minutes. Permissions: the signed-in person.
    #[oai(
        path = "/me/step-ups",
        method = "post",
        operation_id = "create_my_step_up"
    )]
    async fn create_my_step_up(
        &self,
        app: Data<&App>,
        caller: Caller,
        signed_in: SignedIn,
        body: Json<NewStepUp>,
    ) -> Result<Created<StepUp>, Fault<step_up::ProveRefusal>> {
        let token = step_up::prove(&app, &caller, signed_in.session(), &body.0).await?;
        Ok(Created::of(token))
    }
}

/// Keeps the cookie by which this browser will be known.
pub fn keep_device(cookies: &CookieJar, begun: &Begun) {
    if let Some(secret) = &begun.device_cookie {
        let mut cookie = Cookie::new_with_str(DEVICE_COOKIE, secret);
        cookie.set_path("/");
        cookie.set_secure(true);
        cookie.set_http_only(true);
        cookie.set_same_site(SameSite::Strict);
        cookie.set_max_age(DEVICE_KNOWN_FOR);
        cookies.add(cookie);
    }
}
