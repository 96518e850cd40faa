//! The authorization endpoint (OpenID Connect Core §3.1.2). A request is checked and kept here without looking at who is
//! signed in: the session's cookie is `SameSite=Strict` and does not come along from another site. A page of ours then
//! leads the browser on to [`super::proceed`], where it does. See docs/decisions/0030.

use std::time::Duration;

use renzheng_types::Locale;

use super::{
    answer::Answer,
    client::Client,
    client_store,
    error::{ErrorCode, OAuthError},
    form::Form,
    par,
    request::{self, Request},
    token,
};
use crate::{app::App, code::limit, crypto::OpaqueToken, http::caller::Caller};

/// How long a person may take, a registration and a verification on the way included.
const PENDING: Duration = Duration::from_secs(3600);

/// Why the browser is not sent back: there is nobody to send it to who is known to be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswerable {
    UnknownClient,
    WrongRedirectUri,
    PushedRequestGone,
    Expired,
    TooMany,
}

/// How a request at the endpoint ends.
pub enum Begun {
    /// Kept under this name: lead the browser on.
    Kept {
        id: String,
        locale: Option<Locale>,
    },
    Answered(Answer),
    Unanswerable(Unanswerable),
}

/// A request that waits for its answer.
pub struct Pending {
    pub request: Request,
    key: String,
    bytes: Vec<u8>,
}

pub async fn begin(app: &App, caller: &Caller, form: Form) -> anyhow::Result<Begun> {
    let unanswerable = |why| Ok(Begun::Unanswerable(why));
    let windows = app.windows_by_address(limit::AUTHORIZE_BY_ADDRESS, &caller.limit_key);
    if app.count(windows).await?.is_err() {
        return unanswerable(Unanswerable::TooMany);
    }
    let client = match form.get("client_id") {
        Some(id) if !form.is_ambiguous("client_id") => client_store::find(app, id).await?,
        _ => None,
    };
    let Some(client) = client else {
        return unanswerable(Unanswerable::UnknownClient);
    };
    let mut form = form;
    let mut pushed = false;
    if let Some(uri) = form.get("request_uri").filter(|uri| par::is_pushed(uri)) {
        match par::take(app, &client, uri).await? {
            Ok(taken) => form = taken,
            Err(_) => return unanswerable(Unanswerable::PushedRequestGone),
        }
        pushed = true;
    }
    let redirect_uri = match form.get("redirect_uri") {
        Some(uri) if !form.is_ambiguous("redirect_uri") && client.has_redirect_uri(uri) => {
            uri.to_string()
        }
        _ => return unanswerable(Unanswerable::WrongRedirectUri),
    };
    let answer = |error| {
        let state = form.get("state").filter(|_| !form.is_ambiguous("state"));
        let mode = request::response_mode(&form);
        Ok(Begun::Answered(Answer::error(
            app,
            &redirect_uri,
            mode,
            state,
            error,
        )))
    };
    if client.par_required && !pushed {
        return answer(ErrorCode::InvalidRequest.because("this client must push its requests"));
    }
    let mut request = match Request::read(&client, &form, &redirect_uri, app.clock.now()) {
        Ok(request) => request,
        Err(error) => return answer(error),
    };
    if let Err(error) = request.recall_hint(app, &client) {
        return answer(error);
    }
    let token = OpaqueToken::random();
    let bytes = serde_json::to_vec(&request)?;
    app.ephemeral
        .put(&key(&token.digest()), &bytes, PENDING)
        .await?;
    Ok(Begun::Kept {
        id: token.text().to_string(),
        locale: request.locale,
    })
}

impl Request {
    /// Whom an `id_token_hint` names.
    pub fn recall_hint(&mut self, app: &App, client: &Client) -> Result<(), OAuthError> {
        let Some(hint) = self.id_token_hint.take() else {
            return Ok(());
        };
        let hint = Hint::read(app, &hint)
            .filter(|hint| hint.aud == client.id)
            .ok_or_else(|| {
                ErrorCode::InvalidRequest.because("id_token_hint is not an ID token of this client")
            })?;
        if self.subject.get_or_insert(hint.sub.clone()) != &hint.sub {
            return Err(request::TWO_SUBJECTS);
        }
        Ok(())
    }
}

/// What an ID token that we gave out says of whom, to whom, in which session.
#[derive(Debug, serde::Deserialize)]
pub struct Hint {
    pub sub: String,
    pub aud: String,
    pub sid: String,
}

impl Hint {
    /// An ID token of ours, expired or not.
    pub fn read(app: &App, token: &str) -> Option<Self> {
        app.signing
            .recall(token::ID_TOKEN_TYPE, token, &app.public_url)
            .ok()
    }
}

/// Whether a text can be the name of a request.
pub fn is_name(id: &str) -> bool {
    OpaqueToken::parse(id).is_some()
}

/// The request kept under a name.
pub async fn pending(app: &App, id: &str) -> anyhow::Result<Option<Pending>> {
    let Some(digest) = OpaqueToken::digest_of(id) else {
        return Ok(None);
    };
    let key = key(&digest);
    let Some(bytes) = app.ephemeral.get(&key).await? else {
        return Ok(None);
    };
    Ok(Some(Pending {
        request: serde_json::from_slice(&bytes)?,
        key,
        bytes,
    }))
}

impl Pending {
    /// Ends the waiting; `false` when somebody else just did.
    pub async fn take(&self, app: &App) -> anyhow::Result<bool> {
        app.ephemeral.take_if(&self.key, &self.bytes).await
    }
}

fn key(digest: &[u8]) -> String {
    format!("oidc-request:{}", hex::encode(digest))
}
