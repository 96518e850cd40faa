//! The three credentials of a session: the access token (a JWT), the refresh token and the browser's cookie.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    app::App,
    crypto::{Expires, FamilyToken, OpaqueToken},
};

/// The JWT type of access tokens (RFC 9068).
pub const ACCESS_TOKEN_TYPE: &str = "at+jwt";
/// The audience of tokens for this API.
pub const AUDIENCE: &str = "renzheng";
/// The browser's session cookie; `__Host-` pins it to this origin over TLS (or localhost).
pub const COOKIE: &str = "__Host-session";

/// The claims of an access token (RFC 9068, 2.2).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccessClaims {
    pub iss: String,
    pub sub: Uuid,
    pub aud: String,
    pub sid: Uuid,
    pub jti: Uuid,
    pub iat: i64,
    pub exp: i64,
    pub auth_time: i64,
}

impl Expires for AccessClaims {
    fn expires_at(&self) -> i64 {
        self.exp
    }
}

/// Signs an access token for a session.
pub fn access_token(
    app: &App,
    session_id: Uuid,
    account_id: Uuid,
    authenticated_at: DateTime<Utc>,
) -> anyhow::Result<String> {
    let now = app.clock.now();
    let life = TimeDelta::seconds(i64::from(app.config.session.access_token_seconds));
    app.signing.sign(
        ACCESS_TOKEN_TYPE,
        &AccessClaims {
            iss: app.public_url.clone(),
            sub: account_id,
            aud: AUDIENCE.into(),
            sid: session_id,
            jti: app.clock.new_id(),
            iat: now.timestamp(),
            exp: (now + life).timestamp(),
            auth_time: authenticated_at.timestamp(),
        },
    )
}

/// What keeps our own refresh tokens apart from those of applications.
const REFRESH_DOMAIN: &str = "refresh-token";

/// A new refresh token for a session.
pub fn issue_refresh(app: &App, session_id: Uuid) -> FamilyToken {
    FamilyToken::issue(&app.vault, REFRESH_DOMAIN, session_id)
}

/// Reads a refresh token, if it is one that [`issue_refresh`] made.
pub fn parse_refresh(app: &App, text: &str) -> Option<FamilyToken> {
    FamilyToken::parse(&app.vault, REFRESH_DOMAIN, text)
}

/// SHA-256 of a credential that is random enough to need no salt.
pub fn digest(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

/// A new browser session secret.
pub fn cookie_secret() -> String {
    OpaqueToken::random().text().to_string()
}

/// The `Set-Cookie` value that keeps `secret`; without `max_age` it goes when the browser closes.
pub fn set_cookie(secret: &str, max_age_seconds: Option<u64>) -> String {
    cookie(COOKIE, secret, max_age_seconds)
}

/// A cookie that only this origin gets, and no script.
pub fn cookie(name: &str, secret: &str, max_age_seconds: Option<u64>) -> String {
    let mut cookie = format!("{name}={secret}; Path=/; Secure; HttpOnly; SameSite=Strict");
    if let Some(seconds) = max_age_seconds {
        cookie.push_str(&format!("; Max-Age={seconds}"));
    }
    cookie
}

/// The `Set-Cookie` value that makes the browser forget.
pub fn clear_cookie() -> String {
    set_cookie("", Some(0))
}
