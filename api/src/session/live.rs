//! Which session a credential belongs to, and whether it is live: asked by every signed-in request, so it is cached
//! for up to a second. A session that ends on this node is dropped at once; on another node, within that time.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Authenticated, store,
    token::{ACCESS_TOKEN_TYPE, AUDIENCE, AccessClaims},
};
use crate::{app::App, crypto::Verified, entity::session};

const CAPACITY: u64 = 20_000;

/// What this node has lately seen.
pub struct LiveSessions {
    sessions: Cache<Uuid, Arc<session::Model>>,
    tokens: Verified<AccessClaims>,
    cookies: Cache<[u8; 32], Uuid>,
}

impl LiveSessions {
    /// `cached_for`: how long a session found live is believed to be.
    pub fn new(cached_for: Duration) -> Self {
        Self {
            sessions: Cache::builder()
                .max_capacity(CAPACITY)
                .time_to_live(cached_for)
                .build(),
            tokens: Verified::default(),
            cookies: Cache::builder()
                .max_capacity(CAPACITY)
                .time_to_live(Duration::from_secs(60))
                .build(),
        }
    }

    /// Drops a session that just ended.
    pub fn forget(&self, session_id: Uuid) {
        self.sessions.invalidate(&session_id);
    }
}

/// The live session of an access token.
pub async fn by_access_token(app: &App, token: &str) -> anyhow::Result<Option<Authenticated>> {
    let now = app.clock.now();
    let verified = app.live_sessions.tokens.verify(
        &app.signing,
        ACCESS_TOKEN_TYPE,
        token,
        AUDIENCE,
        &app.public_url,
        now,
    );
    let Ok(claims) = verified else {
        return Ok(None);
    };
    let session = by_id(app, claims.sid, now).await?;
    Ok(session.filter(|session| session.account_id == claims.sub))
}

/// The live session of a browser's cookie.
pub async fn by_cookie(app: &App, secret: &str) -> anyhow::Result<Option<Authenticated>> {
    let now = app.clock.now();
    let key: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
    let id = match app.live_sessions.cookies.get(&key) {
        Some(id) => id,
        None => {
            let Some(id) = store::find_id_by_cookie(app, &key).await? else {
                return Ok(None);
            };
            app.live_sessions.cookies.insert(key, id);
            id
        }
    };
    by_id(app, id, now).await
}

async fn by_id(app: &App, id: Uuid, now: DateTime<Utc>) -> anyhow::Result<Option<Authenticated>> {
    let session = match app.live_sessions.sessions.get(&id) {
        Some(session) => session,
        None => {
            let Some(session) = store::find(app, id).await? else {
                return Ok(None);
            };
            if !is_live(app, &session, now) {
                return Ok(None);
            }
            store::note_use(app, id, session.last_used_at, now).await?;
            let session = Arc::new(session);
            app.live_sessions.sessions.insert(id, Arc::clone(&session));
            session
        }
    };
    Ok(is_live(app, &session, now).then(|| Authenticated {
        session_id: session.id,
        account_id: session.account_id,
        authenticated_at: session.authenticated_at(),
    }))
}

pub(super) fn is_live(app: &App, session: &session::Model, now: DateTime<Utc>) -> bool {
    let idle = app.config.session.idle(session.remember);
    let idle = TimeDelta::from_std(idle).unwrap_or(TimeDelta::MAX);
    session.ended_at.is_none() && session.expires_at > now && now - session.last_used_at < idle
}
