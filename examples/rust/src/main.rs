//! A relying party: signs people in with Renzheng by the `openidconnect` crate. docs/integrate.md says how to run it.

use std::{
    collections::HashMap,
    env,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, ensure};
use openidconnect::{
    AccessTokenHash, AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims},
};
use poem::{
    EndpointExt, Response, Route, Server, get, handler,
    http::{StatusCode, header},
    listener::TcpListener,
    web::{Data, Html, Query, cookie::CookieJar},
};
use serde::Deserialize;

/// What has been found out about the provider: where to send people, exchange codes, ask about people.
type Provider = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What is kept while a person signs in; a real application keeps it in its session.
struct SignIn {
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

struct App {
    provider: Provider,
    http: Http,
    /// By `state`.
    sign_ins: Mutex<HashMap<String, SignIn>>,
}

#[derive(Deserialize)]
struct Callback {
    state: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    error: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let read = |name: &str| env::var(name).with_context(|| format!("{name} is not set"));
    let port = env::var("PORT").unwrap_or_else(|_| "5000".into());
    println!("http://127.0.0.1:{port}");
    serve(
        &read("ISSUER")?,
        ClientId::new(read("CLIENT_ID")?),
        ClientSecret::new(read("CLIENT_SECRET")?),
        port.parse()?,
    )
    .await
}

/// Serves until it is stopped.
pub async fn serve(
    issuer: &str,
    id: ClientId,
    secret: ClientSecret,
    port: u16,
) -> anyhow::Result<()> {
    let here = format!("http://127.0.0.1:{port}/callback");
    let app = App::new(issuer, id, secret, here).await?;
    let routes = Route::new()
        .at("/", get(show_home))
        .at("/sign-in", get(begin_sign_in))
        .at("/callback", get(finish_sign_in))
        .with(poem::middleware::CookieJarManager::new())
        .data(Arc::new(app));
    Server::new(TcpListener::bind(format!("127.0.0.1:{port}")))
        .run(routes)
        .await?;
    Ok(())
}

impl App {
    async fn new(
        issuer: &str,
        id: ClientId,
        secret: ClientSecret,
        redirect_uri: String,
    ) -> anyhow::Result<Self> {
        let http = Http(
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
        );
        let issuer = IssuerUrl::new(issuer.into())?;
        let found = CoreProviderMetadata::discover_async(issuer, &http).await?;
        let provider = CoreClient::from_provider_metadata(found, id, Some(secret))
            .set_redirect_uri(RedirectUrl::new(redirect_uri)?);
        Ok(Self {
            provider,
            http,
            sign_ins: Mutex::default(),
        })
    }

    /// Where a person is sent, and the `state` that they come back with.
    fn begin(&self) -> (String, String) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = self
            .provider
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("profile".into()))
            .add_scope(Scope::new("phone".into()))
            .set_pkce_challenge(challenge)
            .url();
        let state = state.secret().clone();
        let mut sign_ins = self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner);
        sign_ins.insert(state.clone(), SignIn { nonce, verifier });
        (url.into(), state)
    }

    /// Exchanges the code, checks the ID token, asks for the rest.
    async fn complete(&self, callback: Callback) -> anyhow::Result<String> {
        let sign_in = self
            .sign_ins
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&callback.state)
            .context("this sign-in was not begun here")?;
        ensure!(callback.error.is_empty(), "{}", callback.error);
        let tokens = self
            .provider
            .exchange_code(AuthorizationCode::new(callback.code))?
            .set_pkce_verifier(sign_in.verifier)
            .request_async(&self.http)
            .await?;
        let id_token = tokens.id_token().context("no ID token")?;
        let checker = self.provider.id_token_verifier();
        let claims = id_token.claims(&checker, &sign_in.nonce)?;
        let expected = claims.access_token_hash().context("no at_hash")?;
        let actual = AccessTokenHash::from_token(
            tokens.access_token(),
            id_token.signing_alg()?,
            id_token.signing_key(&checker)?,
        )?;
        ensure!(actual == *expected, "the access token is another's");
        let person: CoreUserInfoClaims = self
            .provider
            .user_info(
                tokens.access_token().clone(),
                Some(claims.subject().clone()),
            )?
            .request_async(&self.http)
            .await?;
        let name = person.name().and_then(|name| name.get(None));
        Ok(format!(
            "sub: {}\nacr: {}\nname: {}\nphone: {}",
            claims.subject().as_str(),
            claims.auth_context_ref().map_or("", |acr| acr.as_str()),
            name.map_or("", |name| name.as_str()),
            person.phone_number().map_or("", |phone| phone.as_str()),
        ))
    }
}

/// Sends what `openidconnect` wants sent.
struct Http(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = reqwest::Result<HttpResponse>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.execute(request.try_into()?).await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response)
        })
    }
}

#[handler]
fn show_home() -> Html<&'static str> {
    Html("<!DOCTYPE html><title>Rust</title><a id=sign-in href=/sign-in>统一身份认证登录</a>")
}

#[handler]
fn begin_sign_in(app: Data<&Arc<App>>, cookies: &CookieJar) -> Response {
    let (url, state) = app.begin();
    // Ties the sign-in to this browser: nobody can be signed in with somebody else's code.
    let mut cookie = poem::web::cookie::Cookie::new_with_str("state", state);
    cookie.set_http_only(true);
    cookie.set_same_site(poem::web::cookie::SameSite::Lax);
    cookies.add(cookie);
    Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header(header::LOCATION, url)
        .finish()
}

#[handler]
async fn finish_sign_in(
    app: Data<&Arc<App>>,
    cookies: &CookieJar,
    query: Query<Callback>,
) -> poem::Result<Response> {
    let expected = cookies.get("state");
    if expected.is_none_or(|cookie| cookie.value_str() != query.state) {
        return Err(poem::Error::from_status(StatusCode::BAD_REQUEST));
    }
    cookies.remove("state");
    let text = app.complete(query.0).await.map_err(|error| {
        eprintln!("{error:#}");
        poem::Error::from_status(StatusCode::BAD_REQUEST)
    })?;
    let page = text.replace('&', "&amp;").replace('<', "&lt;");
    Ok(Response::builder()
        .content_type("text/html; charset=utf-8")
        .body(format!(
            "<!DOCTYPE html><title>Rust</title><pre id=person>{page}</pre>"
        )))
}
