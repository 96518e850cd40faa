//! The three credentials of a session: the access token (a JWT), the refresh token and the browser's cookie.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{app::App, crypto::OpaqueToken};

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

/// A refresh token: session id, random bytes, and a keyed digest over both. The digest tells a token that we once
/// gave out from one that was made up, so that only a real replay ends the session.
pub struct RefreshToken {
    pub session_id: Uuid,
    text: String,
}

const ID_BYTES: usize = 16;
const RANDOM_BYTES: usize = 32;
const MAC_BYTES: usize = 32;

impl RefreshToken {
    /// A new token for a session.
    pub fn issue(app: &App, session_id: Uuid) -> Self {
        let random: [u8; RANDOM_BYTES] = rand::random();
        let mac = app
            .vault
            .mac("refresh-token", &[session_id.as_bytes(), &random]);
        let bytes = [session_id.as_bytes().as_slice(), &random, &mac].concat();
        Self {
            session_id,
            text: BASE64_URL_SAFE_NO_PAD.encode(bytes),
        }
    }

    /// Reads a token, if it is one that [`issue`](Self::issue) made.
    pub fn parse(app: &App, text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, rest) = bytes.split_at_checked(ID_BYTES)?;
        let (random, mac) = rest.split_at_checked(RANDOM_BYTES)?;
        if mac.len() != MAC_BYTES || !app.vault.mac_matches("refresh-token", &[id, random], mac) {
            return None;
        }
        Some(Self {
            session_id: Uuid::from_slice(id).ok()?,
            text: text.to_string(),
        })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the database keeps of it.
    pub fn digest(&self) -> Vec<u8> {
        digest(&self.text)
    }
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
