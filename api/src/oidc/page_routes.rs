//! `/oauth2/authorize` and `/oauth2/logout`: what a person's browser is led through.

use std::time::Duration;

use poem::{
    IntoResponse, Request, Response, Result, handler,
    http::{HeaderValue, StatusCode, header},
    web::Data,
};
use renzheng_types::Locale;

use super::{
    authorize::{self, Begun, Unanswerable},
    form::Form,
    interaction,
    logout::{self, LoggedOut},
    page::{self, Page},
    proceed::{self, Proceeded},
    request::ResponseMode,
};
use crate::{
    app::App,
    http::{
        auth::Never,
        caller::{self, Caller},
        locale::{self, Language},
        problem::Fault,
    },
    session::{
        Authenticated, live,
        token::{COOKIE, clear_cookie},
    },
};

const PAGE_CSS: &str = include_str!("../../assets/oidc/page.css");
const POST_JS: &str = include_str!("../../assets/oidc/post.js");
/// That of every page, but that the form may go where the answer goes.
const POSTS_AWAY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = Response::builder()
            .status(status)
            .content_type("text/html; charset=utf-8")
            .body(self.html);
        if self.posts_away {
            response.headers_mut().insert(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(POSTS_AWAY),
            );
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            let wait = HeaderValue::from(Duration::from_secs(60).as_secs());
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response
    }
}

/// 303: whatever brought the browser here, it goes on by GET.
fn see_other(url: &str) -> Result<Response> {
    let location = HeaderValue::from_str(url)
        .map_err(|error| Fault::<Never>::Internal(anyhow::Error::new(error)))?;
    Ok(Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header(header::LOCATION, location)
        .finish())
}

fn internal(error: anyhow::Error) -> poem::Error {
    Fault::<Never>::from(error).into()
}

/// The parameters of a GET or a POST.
pub(super) async fn parameters(request: &Request, body: poem::Body) -> Result<Form> {
    if request.method() == poem::http::Method::POST {
        return Ok(Form::parse(&body.into_bytes().await?));
    }
    let query = request.uri().query().unwrap_or_default();
    Ok(Form::parse(query.as_bytes()))
}

async fn session(app: &App, request: &Request) -> Result<Option<Authenticated>> {
    match caller::cookie(request, COOKIE) {
        Some(secret) => live::by_cookie(app, &secret).await.map_err(internal),
        None => Ok(None),
    }
}

#[handler]
pub async fn begin_authorization(
    app: Data<&App>,
    caller: Caller,
    language: Language,
    request: &Request,
    body: poem::Body,
) -> Result<Response> {
    let form = parameters(request, body).await?;
    let language = super::request::locale(&form).map_or(language, Language);
    let begun = authorize::begin(&app, &caller, form)
        .await
        .map_err(internal)?;
    match begun {
        Begun::Kept { id, locale } => {
            let locale = locale.unwrap_or(language.0);
            let path = format!("/oauth2/authorize/continue?id={id}");
            Ok(page::lead_on(locale, &path).into_response())
        }
        Begun::Answered(answer) => send(language.0, &answer),
        Begun::Unanswerable(why) => Ok(page::unanswerable(language.0, why).into_response()),
    }
}

fn send(locale: Locale, answer: &super::answer::Answer) -> Result<Response> {
    match answer.mode {
        ResponseMode::Query => see_other(&answer.url().map_err(internal)?),
        ResponseMode::FormPost => Ok(page::post(locale, answer).into_response()),
    }
}

/// The browser again, now with its cookie.
#[handler]
pub async fn continue_authorization(
    app: Data<&App>,
    caller: Caller,
    language: Language,
    request: &Request,
) -> Result<Response> {
    let form = Form::parse(request.uri().query().unwrap_or_default().as_bytes());
    let id = form.get("id").unwrap_or_default();
    let session = session(&app, request).await?;
    let proceeded = proceed::proceed(&app, &caller, id, session).await;
    match proceeded.map_err(internal)? {
        Proceeded::Answered(answer) => send(language.0, &answer),
        Proceeded::Ask { login_hint: None } => see_other(&format!("/authorize/{id}")),
        // Behind a #, which browsers keep to themselves: no log has the number.
        Proceeded::Ask {
            login_hint: Some(phone),
        } => see_other(&format!("/authorize/{id}#login_hint={phone}")),
        Proceeded::Gone => {
            Ok(page::unanswerable(language.0, Unanswerable::Expired).into_response())
        }
    }
}

/// Posts the answer to a decision that the SPA took.
#[handler]
pub async fn post_answer(
    app: Data<&App>,
    language: Language,
    request: &Request,
) -> Result<Response> {
    let form = Form::parse(request.uri().query().unwrap_or_default().as_bytes());
    let id = form.get("id").unwrap_or_default();
    match interaction::take_answer(&app, id).await.map_err(internal)? {
        Some(answer) => send(language.0, &answer),
        None => Ok(page::unanswerable(language.0, Unanswerable::Expired).into_response()),
    }
}

#[handler]
pub async fn begin_logout(
    app: Data<&App>,
    caller: Caller,
    request: &Request,
    body: poem::Body,
) -> Result<Response> {
    let form = parameters(request, body).await?;
    let begun = logout::begin(&app, &caller, &form).await;
    let locale = super::request::locale(&form).unwrap_or_else(|| locale::preferred(request));
    let Some(id) = begun.map_err(internal)? else {
        return Ok(page::unanswerable(locale, Unanswerable::TooMany).into_response());
    };
    let path = format!("/oauth2/logout/continue?id={id}");
    Ok(page::lead_on(locale, &path).into_response())
}

#[handler]
pub async fn continue_logout(
    app: Data<&App>,
    caller: Caller,
    language: Language,
    request: &Request,
) -> Result<Response> {
    let form = Form::parse(request.uri().query().unwrap_or_default().as_bytes());
    end(&app, &caller, language.0, request, &form, false).await
}

/// The person's own press; from another site it is refused like every unsafe request.
#[handler]
pub async fn confirm_logout(
    app: Data<&App>,
    caller: Caller,
    language: Language,
    request: &Request,
    body: poem::Body,
) -> Result<Response> {
    let form = parameters(request, body).await?;
    end(&app, &caller, language.0, request, &form, true).await
}

async fn end(
    app: &App,
    caller: &Caller,
    preferred: Locale,
    request: &Request,
    form: &Form,
    confirmed: bool,
) -> Result<Response> {
    let id = form.get("id").unwrap_or_default();
    let session = session(app, request).await?;
    let ended = logout::proceed(app, caller, id, session, confirmed).await;
    let mut response = match ended.map_err(internal)? {
        LoggedOut::Redirect(url) => see_other(&url)?,
        LoggedOut::Done(locale) => page::signed_out(locale.unwrap_or(preferred)).into_response(),
        LoggedOut::Ask(locale) => {
            let page = page::ask_to_sign_out(locale.unwrap_or(preferred), id);
            return Ok(page.into_response());
        }
        LoggedOut::Gone => {
            let page = page::unanswerable(preferred, Unanswerable::Expired);
            return Ok(page.into_response());
        }
    };
    if let Ok(cookie) = HeaderValue::from_str(&clear_cookie()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

#[handler]
pub fn page_css() -> Response {
    asset("text/css; charset=utf-8", PAGE_CSS)
}

#[handler]
pub fn post_js() -> Response {
    asset("text/javascript; charset=utf-8", POST_JS)
}

fn asset(content_type: &'static str, text: &'static str) -> Response {
    Response::builder()
        .content_type(content_type)
        .header(header::CACHE_CONTROL, "public, max-age=3600")
        .body(text)
}
