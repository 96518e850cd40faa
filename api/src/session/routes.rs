//! `/sessions`

use poem::web::Data;
use poem_openapi::{OpenApi, payload::Json};
use renzheng_types::session::{NewSession, Refresh, Session};

use super::{password, refresh, sms, store, token};
use crate::{
    app::App,
    audit::{self, Event},
    http::{
        answer::{Created, SignedOut},
        auth::{Never, SignedIn},
        caller::Caller,
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
    #[error("failed too often to go on without a captcha")]
    CaptchaRequired,
    #[error("captcha not right or used up")]
    CaptchaInvalid,
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

pub struct SessionApi;

#[OpenApi(tag = "Tag::Sessions")]
impl SessionApi {
    /// Sign in
    ///
    /// By `password`, or by `sms` with a code from `POST /sms-codes` (purpose `login`). The answer is the same, in
    /// equal time, for a wrong password and an unknown account. After three failures a captcha is needed; from the
    /// fifth on each costs a wait. With the header `X-CSRF` the session is kept in a cookie and there is no refresh
    /// token. Permissions: anyone.
    #[oai(path = "/sessions", method = "post", operation_id = "create_session")]
    async fn create_session(
        &self,
        app: Data<&App>,
        caller: Caller,
        body: Json<NewSession>,
    ) -> Result<Created<Session>, Fault<SignInRefusal>> {
        let begun = match body.0 {
            NewSession::Password(request) => password::sign_in(&app, &caller, request).await?,
            NewSession::Sms(request) => sms::sign_in(&app, &caller, request).await?,
        };
        Ok(Created::with_cookie(begun.session, begun.cookie))
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
}
