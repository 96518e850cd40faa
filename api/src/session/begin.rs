//! Beginning a session, whichever way the person signed in.

use chrono::TimeDelta;
use renzheng_types::session::Session;
use uuid::Uuid;

use super::{AuthenticationMethod, store, token};
use crate::{
    account::view,
    app::App,
    audit::{self, Event},
    database::Transaction,
    entity::{account, session},
    http::caller::Caller,
    oidc::grant_store,
    second_factor::device,
};

/// A session just begun: what the caller is told, and the cookie for a browser.
pub struct Begun {
    pub session: Session,
    pub cookie: Option<String>,
    /// A new cookie by which the browser will be known.
    pub device_cookie: Option<String>,
}

/// How the person signed in.
#[derive(Clone)]
pub struct Proof {
    pub method: AuthenticationMethod,
    /// Stay signed in on this device.
    pub remember: bool,
    /// The session that let this one in. What it lends is no more than it has: the new one is no fresher, and ends no
    /// later.
    pub lent_by: Option<session::Model>,
}

/// Writes the session and its audit event in the caller's transaction.
pub async fn begin(
    app: &App,
    transaction: &Transaction,
    caller: &Caller,
    account: &account::Model,
    level: u8,
    proof: Proof,
) -> anyhow::Result<Begun> {
    let Proof {
        method,
        remember,
        lent_by,
    } = proof;
    let id = app.clock.new_id();
    let now = app.clock.now();
    let absolute = app.config.session.absolute(remember);
    let latest = now + TimeDelta::from_std(absolute)?;
    let expires_at = lent_by
        .as_ref()
        .map_or(latest, |lender| lender.expires_at.min(latest));
    let proven_at = lent_by.map(|lender| lender.authenticated_at());
    let secret = caller.browser.then(token::cookie_secret);
    let refresh = (!caller.browser).then(|| token::issue_refresh(app, id));
    store::insert(
        transaction,
        session::Model {
            id,
            account_id: account.id,
            cookie_digest: secret.as_deref().map(token::digest),
            refresh_digest: refresh.as_ref().map(crate::crypto::FamilyToken::digest),
            method: <&str>::from(method).into(),
            remember,
            user_agent: caller.user_agent.clone(),
            address: caller.address.clone(),
            created_at: now,
            last_used_at: now,
            expires_at,
            ended_at: None,
            end_reason: None,
            proven_at,
        },
    )
    .await?;
    if let Some(secret) = caller.session_cookie.as_deref().filter(|_| caller.browser) {
        replace(app, transaction, secret, account.id, id).await?;
    }
    let device_cookie = device::note(app, transaction, caller, account.id).await?;
    audit::record(
        app,
        transaction,
        caller,
        Event::by_account(account.id, "session.begin").detail("method", <&str>::from(method)),
    )
    .await?;
    Ok(Begun {
        session: Session {
            access_token: token::access_token(app, id, account.id, proven_at.unwrap_or(now))?,
            refresh_token: refresh.map(|refresh| refresh.text().to_string()),
            expires_in: app.config.session.access_token_seconds,
            account: view::account(app, account, level)?,
        },
        cookie: secret
            .map(|secret| token::set_cookie(&secret, remember.then_some(absolute.as_secs()))),
        device_cookie,
    })
}

/// The browser had a session: it ends, as its cookie is gone (OWASP ASVS 7.2.4). What the same person let applications do
/// goes on under the new one.
async fn replace(
    app: &App,
    transaction: &Transaction,
    secret: &str,
    account_id: Uuid,
    new: Uuid,
) -> anyhow::Result<()> {
    let digest = token::digest(secret);
    let Some(old) = store::find_by_cookie(transaction, &digest).await? else {
        return Ok(());
    };
    if old.account_id == account_id {
        grant_store::move_session(transaction, old.id, new).await?;
    }
    store::end(transaction, old.id, "replaced", app.clock.now()).await?;
    app.live_sessions.forget(old.id);
    Ok(())
}
