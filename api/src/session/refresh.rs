//! Renewal: every refresh token works once. A token that comes a second time has been copied, and ends the session.

use chrono::TimeDelta;
use renzheng_types::session::{Refresh, Session};

use super::{end, store, token};
use crate::{
    account::{
        notice::{self, Notice},
        standing::{self, Standing},
        store as accounts, view,
    },
    app::App,
    audit::{self, Event},
    crypto::FamilyToken,
    http::{
        caller::Caller,
        problem::{Fault, Refusal},
    },
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum RefreshRefusal {
    #[error("not a refresh token of a live session")]
    InvalidRefreshToken,
    #[error("used before: the session is ended")]
    RefreshTokenReplayed,
}

impl Refusal for RefreshRefusal {}

pub async fn refresh(
    app: &App,
    caller: &Caller,
    request: Refresh,
) -> Result<Session, Fault<RefreshRefusal>> {
    let old = token::parse_refresh(app, &request.refresh_token)
        .ok_or(RefreshRefusal::InvalidRefreshToken)?;
    let found = match store::find(app, old.family).await? {
        Some(session) => standing::find(app, session.account_id)
            .await?
            .map(|standing| (session, standing)),
        None => None,
    };
    let (session, Standing { account, level }) = found
        .filter(|(_, standing)| standing.account.status == accounts::ACTIVE)
        .ok_or(RefreshRefusal::InvalidRefreshToken)?;
    let new = token::issue_refresh(app, old.family);
    // Everything that may fail comes first: who is told to come back comes back with the token that they have.
    let renewed = Session {
        access_token: token::access_token(app, session.id, account.id, session.authenticated_at())?,
        refresh_token: Some(new.text().to_string()),
        expires_in: app.config.session.access_token_seconds,
        account: view::account(app, &account, level)?,
    };
    let now = app.clock.now();
    let idle = |remember| TimeDelta::from_std(app.config.session.idle(remember));
    let rotated = store::rotate(
        app,
        old.family,
        old.digest(),
        new.digest(),
        now,
        idle(false).map_err(anyhow::Error::from)?,
        idle(true).map_err(anyhow::Error::from)?,
    )
    .await?;
    if rotated.is_none() {
        return Err(refuse(app, caller, &old).await?);
    }
    Ok(renewed)
}

/// A token we gave out, that is not the current one of a session still live: someone holds a copy.
async fn refuse(
    app: &App,
    caller: &Caller,
    old: &FamilyToken,
) -> Result<Fault<RefreshRefusal>, Fault<RefreshRefusal>> {
    let Some(session) = store::find(app, old.family).await? else {
        return Ok(RefreshRefusal::InvalidRefreshToken.into());
    };
    if session.refresh_digest.as_deref() == Some(old.digest().as_slice()) {
        // The current token of a session that lapsed.
        return Ok(RefreshRefusal::InvalidRefreshToken.into());
    }
    let account = accounts::find(app, session.account_id).await?;
    let transaction = app.database.begin().await?;
    let now = app.clock.now();
    if store::end(&transaction, session.id, "refresh-token-replayed", now).await? {
        if let Some(account) = account {
            notice::tell(app, &transaction, &account, &Notice::TokenReplayed).await?;
        }
        let event = Event::by_account(session.account_id, "session.end")
            .detail("reason", "refresh-token-replayed");
        audit::record(app, &transaction, caller, event).await?;
    }
    transaction.commit().await?;
    end::forget(app, &[session.id]);
    Ok(RefreshRefusal::RefreshTokenReplayed.into())
}
