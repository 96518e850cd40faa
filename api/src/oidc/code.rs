//! Authorization codes: sixty seconds, one use, bound to client, redirect URI and PKCE challenge. A code that comes a
//! second time has been copied, and ends what it gave (RFC 6749 §4.1.2).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{app::App, crypto::OpaqueToken};

const LIFE: Duration = Duration::from_secs(60);
/// As long as the access tokens that it gave may last.
const REMEMBERED: Duration = Duration::from_secs(900);

/// What a code stands for.
#[derive(Debug, Serialize, Deserialize)]
pub struct Code {
    pub grant_id: Uuid,
    pub client_id: String,
    pub redirect_uri: String,
    pub code_challenge: Option<String>,
    pub nonce: Option<String>,
    pub dpop_jkt: Option<String>,
}

/// How a look-up ends.
pub enum Found {
    /// Good, and still to be taken.
    Fresh {
        key: String,
        bytes: Vec<u8>,
        code: Code,
    },
    /// Used before, or lapsed: the grant it gave.
    Spent(Uuid),
    Nothing,
}

pub async fn issue(app: &App, code: &Code) -> anyhow::Result<String> {
    let token = OpaqueToken::random();
    let digest = token.digest();
    app.ephemeral
        .put(&spent_key(&digest), code.grant_id.as_bytes(), REMEMBERED)
        .await?;
    app.ephemeral
        .put(&key(&digest), &serde_json::to_vec(code)?, LIFE)
        .await?;
    Ok(token.text().to_string())
}

pub async fn find(app: &App, text: &str) -> anyhow::Result<Found> {
    let Some(digest) = OpaqueToken::digest_of(text) else {
        return Ok(Found::Nothing);
    };
    let key = key(&digest);
    if let Some(bytes) = app.ephemeral.get(&key).await? {
        let code = serde_json::from_slice(&bytes)?;
        return Ok(Found::Fresh { key, bytes, code });
    }
    let grant = app.ephemeral.get(&spent_key(&digest)).await?;
    Ok(match grant.and_then(|id| Uuid::from_slice(&id).ok()) {
        Some(grant) => Found::Spent(grant),
        None => Found::Nothing,
    })
}

/// Takes the code: of any number of callers one gets it.
pub async fn take(app: &App, key: &str, bytes: &[u8]) -> anyhow::Result<bool> {
    app.ephemeral.take_if(key, bytes).await
}

fn key(digest: &[u8]) -> String {
    format!("oidc-code:{}", hex::encode(digest))
}

fn spent_key(digest: &[u8]) -> String {
    format!("oidc-spent:{}", hex::encode(digest))
}
