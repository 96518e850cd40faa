//! Pushed authorization requests (RFC 9126): the client sends the parameters itself, and gets a name for them that the
//! browser carries. The name works once, for that client.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    client::{AuthMethod, Client},
    error::{ErrorCode, OAuthError, OAuthResult},
    form::Form,
    request::Request,
};
use crate::{app::App, code::limit, crypto::OpaqueToken, http::caller::Caller};

const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
const LIFE: Duration = Duration::from_secs(90);
/// Who the client is, is not part of the request.
const CREDENTIALS: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

#[derive(Debug, Serialize)]
pub struct Pushed {
    pub request_uri: String,
    pub expires_in: u64,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    client_id: String,
    parameters: BTreeMap<String, String>,
}

/// Takes a request in, if it is in order.
pub async fn push(
    app: &App,
    caller: &Caller,
    client: &Client,
    form: &Form,
    jkt: Option<String>,
) -> OAuthResult<Pushed> {
    if client.auth_method == AuthMethod::None {
        let windows = app.windows_by_address(limit::PUSHED_BY_ADDRESS, &caller.limit_key);
        app.count(windows).await?.map_err(OAuthError::from)?;
    }
    let redirect_uri = form.required("redirect_uri", "redirect_uri is missing")?;
    if !client.has_redirect_uri(redirect_uri) {
        return Err(ErrorCode::InvalidRequest
            .because("redirect_uri is not registered")
            .into());
    }
    let mut request = Request::read(client, form, redirect_uri, app.clock.now())?;
    request.recall_hint(app, client)?;
    let mut parameters = form.clone().into_pairs();
    parameters.retain(|name, _| !CREDENTIALS.contains(&name.as_str()));
    if let Some(jkt) = jkt {
        // A proof sent along binds the code as dpop_jkt does (RFC 9449 §10.1).
        if request.dpop_jkt.is_some_and(|named| named != jkt) {
            return Err(ErrorCode::InvalidDpopProof
                .because("dpop_jkt names another key")
                .into());
        }
        parameters.insert("dpop_jkt".into(), jkt);
    }
    let token = OpaqueToken::random();
    let stored = Stored {
        client_id: client.id.clone(),
        parameters,
    };
    let bytes = serde_json::to_vec(&stored).map_err(anyhow::Error::from)?;
    app.ephemeral
        .put(&key(&token.digest()), &bytes, LIFE)
        .await?;
    Ok(Pushed {
        request_uri: format!("{PREFIX}{}", &*token.text()),
        expires_in: LIFE.as_secs(),
    })
}

/// Whether a `request_uri` is of this kind.
pub fn is_pushed(request_uri: &str) -> bool {
    request_uri.starts_with(PREFIX)
}

/// Takes the parameters that a name stands for; whatever else the browser carried does not count.
pub async fn take(
    app: &App,
    client: &Client,
    request_uri: &str,
) -> anyhow::Result<Result<Form, OAuthError>> {
    let invalid = ErrorCode::InvalidRequestUri.because("request_uri is not known, or was used");
    let Some(digest) = request_uri
        .strip_prefix(PREFIX)
        .and_then(OpaqueToken::digest_of)
    else {
        return Ok(Err(invalid));
    };
    let key = key(&digest);
    let Some(bytes) = app.ephemeral.get(&key).await? else {
        return Ok(Err(invalid));
    };
    let stored: Stored = serde_json::from_slice(&bytes)?;
    if stored.client_id != client.id || !app.ephemeral.take_if(&key, &bytes).await? {
        return Ok(Err(invalid));
    }
    Ok(Ok(Form::of(stored.parameters)))
}

fn key(digest: &[u8]) -> String {
    format!("oidc-pushed:{}", hex::encode(digest))
}
