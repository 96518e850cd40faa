//! What applications call: `/oauth2/…` and discovery. Plain handlers, as OAuth's forms and errors are its own; the
//! description of these operations is `assets/oidc/openapi.yaml`.

use bytes::Bytes;
use poem::{
    Endpoint, IntoResponse, Request, Response, Result, Route, get, handler,
    http::{HeaderValue, StatusCode, header},
    post,
    web::{Data, Json},
};
use serde::Serialize;
use serde_json::json;

use super::{
    access::{self, Presented},
    client::Client,
    client_auth, discovery, dpop,
    error::{ErrorCode, OAuthError, Scheme},
    form::Form,
    introspect, page_routes, par, revoke,
    token::{self, TokenRequest},
    userinfo,
};
use crate::{
    app::App,
    http::{body_limit, caller::Caller, cors, csrf, problem::Fault},
};

/// The largest form taken, in bytes.
const LARGEST_FORM: usize = 64 * 1024;

/// Everything under `/oauth2`. Nothing here but what the browser is led through reads the session's cookie, so other
/// sites may send to it; the one press that ends a session may not come from them.
pub fn endpoint(app: &App) -> impl Endpoint + use<> {
    let own = vec![app.public_url.clone()];
    let protocol = Route::new()
        .at("/token", post(exchange_token))
        .at("/userinfo", get(show_userinfo).post(show_userinfo))
        .at("/jwks", get(show_jwks))
        .at("/revoke", post(revoke_token));
    let protocol = cors::allow_clients(protocol);
    let routes = Route::new()
        .at(
            "/authorize",
            get(page_routes::begin_authorization).post(page_routes::begin_authorization),
        )
        .at(
            "/authorize/continue",
            get(page_routes::continue_authorization),
        )
        .at("/authorize/answer", get(page_routes::post_answer))
        .at(
            "/logout",
            get(page_routes::begin_logout).post(page_routes::begin_logout),
        )
        .at("/logout/continue", get(page_routes::continue_logout))
        .at(
            "/logout/confirm",
            csrf::refuse_cross_site(post(page_routes::confirm_logout), own),
        )
        .at("/par", post(push_request))
        .at("/introspect", post(introspect_token))
        .at("/page.css", get(page_routes::page_css))
        .at("/post.js", get(page_routes::post_js))
        .nest("/", protocol);
    body_limit::limit(routes, LARGEST_FORM)
}

/// `/.well-known/openid-configuration`, and the same by RFC 8414's name.
pub fn well_known() -> impl Endpoint {
    let discovery = || get(show_discovery);
    cors::allow_clients(
        Route::new()
            .at("/openid-configuration", discovery())
            .at("/oauth-authorization-server", discovery()),
    )
}

/// An error as JSON, with the status and the challenge that belong to it (RFC 6749 §5.2, RFC 6750 §3).
fn refuse(error: OAuthError, scheme: Option<Scheme>) -> Response {
    let code: &str = error.code.into();
    let status = match error.code {
        ErrorCode::InvalidClient | ErrorCode::InvalidToken => StatusCode::UNAUTHORIZED,
        ErrorCode::InsufficientScope => StatusCode::FORBIDDEN,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::BAD_REQUEST,
    };
    let mut response = Json(json!({"error": code, "error_description": error.description}))
        .with_status(status)
        .into_response();
    let headers = response.headers_mut();
    if let Some(after) = error.retry_after {
        headers.insert(header::RETRY_AFTER, after.seconds().into());
    }
    let challenge = scheme.map(|scheme| HeaderValue::from_str(&error.challenge(scheme)));
    if let Some(Ok(challenge)) = challenge {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// An answer as JSON that nobody keeps.
fn settle<T: Serialize + Send>(
    result: std::result::Result<T, Fault<OAuthError>>,
    status: StatusCode,
) -> Result<Response> {
    match result {
        Ok(answer) => Ok(no_store(Json(answer).with_status(status).into_response())),
        Err(fault) => failed(fault),
    }
}

fn failed(fault: Fault<OAuthError>) -> Result<Response> {
    match fault {
        Fault::Refused(error) => {
            let scheme = (error.code == ErrorCode::InvalidClient).then_some(Scheme::Basic);
            Ok(no_store(refuse(error, scheme)))
        }
        Fault::Unavailable(after) => {
            Err(Fault::<crate::http::auth::Never>::Unavailable(after).into())
        }
        Fault::StorageFull => Err(Fault::<crate::http::auth::Never>::StorageFull.into()),
        Fault::Internal(error) => Err(Fault::<crate::http::auth::Never>::Internal(error).into()),
    }
}

fn no_store(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// The form of a request that must have one.
async fn form(request: &Request, body: poem::Body) -> std::result::Result<Form, Fault<OAuthError>> {
    let is_form = request
        .content_type()
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    if !is_form {
        return Err(ErrorCode::InvalidRequest
            .because("the body must be application/x-www-form-urlencoded")
            .into());
    }
    let bytes = body
        .into_bytes()
        .await
        .map_err(|error| Fault::Internal(anyhow::anyhow!("{error}")))?;
    Ok(Form::parse(&bytes))
}

/// Who is calling, with what: the shape of every request of a client.
struct ClientRequest {
    client: Client,
    form: Form,
    /// The key of a DPoP proof, when one came.
    jkt: Option<String>,
}

async fn client_request(
    app: &App,
    caller: &Caller,
    request: &Request,
    body: poem::Body,
    path: &str,
) -> std::result::Result<ClientRequest, Fault<OAuthError>> {
    let form = form(request, body).await?;
    let authorization = request.header(header::AUTHORIZATION);
    let client = client_auth::authenticate(app, caller, authorization, &form).await?;
    let jkt = match proof(request)? {
        Some(proof) => {
            let target = dpop::Target {
                method: request.method().as_str(),
                path,
                token: None,
            };
            Some(dpop::check(app, proof, &target).await?)
        }
        None => None,
    };
    Ok(ClientRequest { client, form, jkt })
}

/// The one DPoP proof of a request.
fn proof(request: &Request) -> std::result::Result<Option<&str>, OAuthError> {
    let values = request.headers().get_all("dpop");
    dpop::only(values.iter().map(|value| value.to_str().ok()))
}

#[handler]
async fn exchange_token(
    app: Data<&App>,
    caller: Caller,
    request: &Request,
    body: poem::Body,
) -> Result<Response> {
    let answer = async {
        let from = client_request(&app, &caller, request, body, "/oauth2/token").await?;
        let request = TokenRequest {
            client: &from.client,
            form: &from.form,
            jkt: from.jkt,
        };
        token::exchange(&app, &caller, request).await
    };
    settle(answer.await, StatusCode::OK)
}

#[handler]
async fn push_request(
    app: Data<&App>,
    caller: Caller,
    request: &Request,
    body: poem::Body,
) -> Result<Response> {
    let answer = async {
        let from = client_request(&app, &caller, request, body, "/oauth2/par").await?;
        par::push(&app, &caller, &from.client, &from.form, from.jkt).await
    };
    settle(answer.await, StatusCode::CREATED)
}

#[handler]
async fn introspect_token(
    app: Data<&App>,
    caller: Caller,
    request: &Request,
    body: poem::Body,
) -> Result<Response> {
    let answer = async {
        let from = client_request(&app, &caller, request, body, "/oauth2/introspect").await?;
        introspect::introspect(&app, &from.client, &from.form).await
    };
    settle(answer.await, StatusCode::OK)
}

#[handler]
async fn revoke_token(
    app: Data<&App>,
    caller: Caller,
    request: &Request,
    body: poem::Body,
) -> Result<Response> {
    let answer = async {
        let from = client_request(&app, &caller, request, body, "/oauth2/revoke").await?;
        revoke::revoke(&app, &caller, &from.client, &from.form).await
    };
    match answer.await {
        Ok(()) => Ok(no_store(StatusCode::OK.into_response())),
        Err(fault) => failed(fault),
    }
}

#[handler]
async fn show_userinfo(app: Data<&App>, request: &Request, body: poem::Body) -> Result<Response> {
    let form = if request.content_type().is_some() {
        self::form(request, body).await.unwrap_or_default()
    } else {
        Form::default()
    };
    let header = request
        .header(header::AUTHORIZATION)
        .and_then(|header| header.split_once(' '));
    let (scheme, token) = match (header, form.get("access_token")) {
        (Some((scheme, token)), None) => (scheme.to_ascii_lowercase(), token.trim()),
        (None, Some(token)) => ("bearer".to_string(), token),
        (None, None) => return Ok(challenge()),
        (Some(_), Some(_)) => {
            let error = ErrorCode::InvalidRequest.because("the token came in two ways");
            return Ok(no_store(refuse(error, Some(Scheme::Bearer))));
        }
    };
    let as_dpop = scheme == "dpop";
    if !as_dpop && scheme != "bearer" {
        return Ok(challenge());
    }
    let answer = async {
        let presented = Presented {
            token,
            as_dpop,
            proof: proof(request)?,
            method: request.method().as_str(),
            path: "/oauth2/userinfo",
        };
        let access = access::authorize(&app, presented).await?;
        userinfo::show(&app, &access).await
    };
    match answer.await {
        Err(Fault::Refused(error)) => {
            let scheme = if as_dpop {
                Scheme::Dpop
            } else {
                Scheme::Bearer
            };
            let mut response = refuse(error, Some(scheme));
            if [ErrorCode::InvalidDpopProof, ErrorCode::UseDpopNonce].contains(&error.code) {
                response.set_status(StatusCode::UNAUTHORIZED);
            }
            Ok(no_store(response))
        }
        other => settle(other, StatusCode::OK),
    }
}

/// No token at all: only how to bring one is told.
fn challenge() -> Response {
    let response = StatusCode::UNAUTHORIZED
        .with_header(header::WWW_AUTHENTICATE, "Bearer realm=\"renzheng\"")
        .into_response();
    no_store(response)
}

/// The keys that tokens are signed with (RFC 7517).
#[handler]
fn show_jwks(app: Data<&App>) -> Response {
    public_json(app.signing.jwks_text())
}

#[handler]
fn show_discovery(app: Data<&App>) -> Response {
    let text = app
        .discovery
        .get_or_init(|| discovery::describe(&app).to_string().into());
    public_json(text.clone())
}

/// What anybody may keep for a while.
fn public_json(text: Bytes) -> Response {
    Response::builder()
        .content_type("application/json; charset=utf-8")
        .header(header::CACHE_CONTROL, "public, max-age=300")
        .body(text)
}
