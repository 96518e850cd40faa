//! Sign-out that an application asks for (OpenID Connect RP-Initiated Logout 1.0). With an ID token that names the session
//! it is done at once; without one the person is asked, and stays here.

use std::time::Duration;

use renzheng_types::Locale;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    authorize::Hint, client::Client, client_store, form::Form, grant_store, request, subject,
};
use crate::{
    app::App,
    audit::{self, Event},
    code::limit,
    crypto::OpaqueToken,
    http::caller::Caller,
    session::{Authenticated, store as sessions},
};

const KEPT: Duration = Duration::from_secs(600);

/// A request to sign out, waiting for the browser to show its cookie.
#[derive(Serialize, Deserialize)]
struct Pending {
    /// Who is meant: client and subject of a hint that is ours.
    hint: Option<(String, String)>,
    /// Where to go afterwards, registered and checked.
    redirect: Option<String>,
    locale: Option<Locale>,
}

/// How it goes on.
pub enum LoggedOut {
    /// Back to the application.
    Redirect(String),
    /// To a page that says so.
    Done(Option<Locale>),
    /// The person is to confirm it.
    Ask(Option<Locale>),
    /// The request is too old.
    Gone,
}

/// Keeps a request, and answers its name; none when there are too many.
pub async fn begin(app: &App, caller: &Caller, form: &Form) -> anyhow::Result<Option<String>> {
    let windows = app.windows_by_address(limit::LOGOUT_BY_ADDRESS, &caller.limit_key);
    if app.count(windows).await?.is_err() {
        return Ok(None);
    }
    let hint = form
        .get("id_token_hint")
        .filter(|_| form.once_each().is_ok())
        .and_then(|token| Hint::read(app, token))
        .filter(|hint| form.get("client_id").is_none_or(|id| id == hint.aud));
    let client = match &hint {
        Some(hint) => client_store::find(app, &hint.aud).await?,
        None => None,
    };
    let wanted = form.get("post_logout_redirect_uri");
    let registered = |client: &Client, uri: &str| {
        client
            .post_logout_redirect_uris
            .iter()
            .any(|one| one == uri)
    };
    let redirect = match (&client, wanted) {
        (Some(client), Some(uri)) if registered(client, uri) => {
            let mut url = Url::parse(uri)?;
            if let Some(state) = form.get("state") {
                url.query_pairs_mut().append_pair("state", state);
            }
            Some(url.to_string())
        }
        _ => None,
    };
    // A place that is not registered makes the whole request doubtful.
    let doubtful = wanted.is_some() && redirect.is_none();
    let pending = Pending {
        hint: hint
            .filter(|_| client.is_some() && !doubtful)
            .map(|hint| (hint.aud, hint.sub)),
        redirect,
        locale: request::locale(form),
    };
    let token = OpaqueToken::random();
    app.ephemeral
        .put(&key(&token.digest()), &serde_json::to_vec(&pending)?, KEPT)
        .await?;
    Ok(Some(token.text().to_string()))
}

/// Signs out if the hint names who is signed in, or if they have `confirmed` it.
pub async fn proceed(
    app: &App,
    caller: &Caller,
    id: &str,
    session: Option<Authenticated>,
    confirmed: bool,
) -> anyhow::Result<LoggedOut> {
    let Some(digest) = OpaqueToken::digest_of(id) else {
        return Ok(LoggedOut::Gone);
    };
    let Some(bytes) = app.ephemeral.get(&key(&digest)).await? else {
        return Ok(LoggedOut::Gone);
    };
    let pending: Pending = serde_json::from_slice(&bytes)?;
    if let Some(session) = session {
        if !confirmed && !is_meant(app, &pending, &session).await? {
            return Ok(LoggedOut::Ask(pending.locale));
        }
        end(app, caller, &session).await?;
    }
    app.ephemeral.take(&key(&digest)).await?;
    Ok(match pending.redirect {
        Some(url) => LoggedOut::Redirect(url),
        None => LoggedOut::Done(pending.locale),
    })
}

async fn is_meant(app: &App, pending: &Pending, session: &Authenticated) -> anyhow::Result<bool> {
    let Some((client_id, sub)) = &pending.hint else {
        return Ok(false);
    };
    let Some(client) = client_store::find(app, client_id).await? else {
        return Ok(false);
    };
    let known = grant_store::sid(app, session.session_id, client_id).await?;
    Ok(known.is_some() && *sub == subject::of(app, &client, session.account_id))
}

async fn end(app: &App, caller: &Caller, session: &Authenticated) -> anyhow::Result<()> {
    let transaction = app.database.begin().await?;
    let now = app.clock.now();
    if sessions::end(&transaction, session.session_id, "signed-out", now).await? {
        let event =
            Event::by_account(session.account_id, "session.end").detail("reason", "signed-out");
        audit::record(app, &transaction, caller, event).await?;
    }
    transaction.commit().await?;
    app.live_sessions.forget(session.session_id);
    Ok(())
}

fn key(digest: &[u8]) -> String {
    format!("oidc-logout:{}", hex::encode(digest))
}
