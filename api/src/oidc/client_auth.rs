//! Which client is calling (RFC 6749 §2.3, RFC 7523): by a secret, by a token it signed, or, for programs that keep no
//! secret, by name. Exactly one way, and the one that the client registered.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use jsonwebtoken::{DecodingKey, dangerous::insecure_decode, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq;
use url::form_urlencoded;

use super::{
    client::{AuthMethod, Client},
    client_store,
    dpop::{ALGORITHMS, hash, signature_only},
    error::{ErrorCode, OAuthError, OAuthResult},
    form::Form,
    jwk_set,
};
use crate::{
    app::App, code::limit, crypto::OpaqueToken, http::caller::Caller, http::problem::Fault,
};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far an assertion's end may lie ahead, and how long after it another clock may take it, in seconds.
const LONGEST_ASSERTION: i64 = 600;
const LEEWAY: i64 = 30;

/// One answer for an unknown client, a wrong secret and a disabled client.
const INVALID: OAuthError = ErrorCode::InvalidClient.because("client authentication failed");

enum Shown<'a> {
    Secret { id: String, secret: String },
    Assertion(&'a str),
    Name(&'a str),
}

/// The client that is calling.
///
/// # Errors
/// `invalid_client`; `invalid_request` when it shows more than one credential.
pub async fn authenticate(
    app: &App,
    caller: &Caller,
    authorization: Option<&str>,
    form: &Form,
) -> OAuthResult<Client> {
    form.once_each()?;
    let result = match shown(authorization, form)? {
        Shown::Secret { id, secret } => by_secret(app, &id, &secret).await,
        Shown::Assertion(assertion) => by_assertion(app, form, assertion).await,
        Shown::Name(id) => by_name(app, id).await,
    };
    let client = match result {
        Ok(client) => client,
        Err(Fault::Refused(error)) => {
            count_failure(app, caller).await?;
            return Err(error.into());
        }
        Err(fault) => return Err(fault),
    };
    if form.get("client_id").is_some_and(|id| id != client.id) {
        return Err(INVALID.into());
    }
    count(app, caller, &client).await?;
    Ok(client)
}

fn shown<'a>(authorization: Option<&str>, form: &'a Form) -> Result<Shown<'a>, OAuthError> {
    let basic = authorization
        .and_then(|header| header.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
        .map(|(_, value)| value.trim());
    let assertion = form.get("client_assertion");
    let secret = form.get("client_secret");
    let ways = [basic.is_some(), assertion.is_some(), secret.is_some()];
    if ways.iter().filter(|way| **way).count() > 1 {
        return Err(ErrorCode::InvalidRequest.because("more than one client credential"));
    }
    if let Some(basic) = basic {
        return basic_credentials(basic).ok_or(INVALID);
    }
    if let Some(assertion) = assertion {
        if form.get("client_assertion_type") != Some(ASSERTION_TYPE) {
            return Err(
                ErrorCode::InvalidRequest.because("client_assertion_type is not jwt-bearer")
            );
        }
        return Ok(Shown::Assertion(assertion));
    }
    let id = form.get("client_id").ok_or(INVALID)?;
    Ok(match secret {
        Some(secret) => Shown::Secret {
            id: id.into(),
            secret: secret.into(),
        },
        None => Shown::Name(id),
    })
}

/// Both parts are form-encoded before base64 (RFC 6749 §2.3.1).
fn basic_credentials(value: &str) -> Option<Shown<'static>> {
    let text = String::from_utf8(BASE64_STANDARD.decode(value).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded = |text: &str| {
        let pair = format!("v={}", text.replace('&', "%26"));
        form_urlencoded::parse(pair.as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
    };
    Some(Shown::Secret {
        id: decoded(id)?,
        secret: decoded(secret)?,
    })
}

async fn by_secret(app: &App, id: &str, secret: &str) -> OAuthResult<Client> {
    let client = client_store::find(app, id)
        .await?
        .filter(|client| client.auth_method == AuthMethod::ClientSecret)
        .ok_or(INVALID)?;
    let shown = OpaqueToken::digest_of(secret).ok_or(INVALID)?;
    let now = app.clock.now();
    let old = client.old_secret.iter().filter(|(_, until)| *until > now);
    let known = client
        .secret_digest
        .iter()
        .chain(old.map(|(digest, _)| digest));
    // Every one is compared, in equal time.
    let right = known.fold(0_u8, |right, digest| {
        right | digest.as_slice().ct_eq(&shown).unwrap_u8()
    });
    if right == 1 {
        Ok(client)
    } else {
        Err(INVALID.into())
    }
}

async fn by_name(app: &App, id: &str) -> OAuthResult<Client> {
    let client = client_store::find(app, id)
        .await?
        .filter(|client| client.auth_method == AuthMethod::None);
    client.ok_or_else(|| INVALID.into())
}

#[derive(Deserialize)]
struct AssertionClaims {
    iss: String,
    sub: String,
    aud: Value,
    exp: i64,
    jti: String,
    nbf: Option<i64>,
    iat: Option<i64>,
}

async fn by_assertion(app: &App, form: &Form, assertion: &str) -> OAuthResult<Client> {
    let header = decode_header(assertion).map_err(|_| INVALID)?;
    if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() {
        return Err(INVALID.into());
    }
    // Only to know whose keys to try.
    let id = match form.get("client_id") {
        Some(id) => id.to_string(),
        None => {
            insecure_decode::<AssertionClaims>(assertion)
                .map_err(|_| INVALID)?
                .claims
                .sub
        }
    };
    let client = client_store::find(app, &id)
        .await?
        .filter(|client| client.auth_method == AuthMethod::PrivateKeyJwt)
        .ok_or(INVALID)?;
    let keys = jwk_set::candidates(app, &client, &header).await?;
    let claims = keys
        .iter()
        .filter_map(|jwk| DecodingKey::from_jwk(jwk).ok())
        .find_map(|key| {
            decode::<AssertionClaims>(assertion, &key, &signature_only(header.alg)).ok()
        })
        .ok_or(INVALID)?
        .claims;
    check_assertion(app, &client, &claims)?;
    let left = u64::try_from(claims.exp - app.clock.now().timestamp() + LEEWAY).unwrap_or(0);
    let key = format!("client-assertion:{}:{}", client.id, hash(&claims.jti));
    let first = app
        .ephemeral
        .put_new(&key, b"", Duration::from_secs(left + 1))
        .await?;
    if first {
        Ok(client)
    } else {
        Err(INVALID.into())
    }
}

fn check_assertion(app: &App, client: &Client, claims: &AssertionClaims) -> Result<(), OAuthError> {
    let now = app.clock.now().timestamp();
    let issuer = &app.public_url;
    let ours = |audience: &str| {
        audience == issuer
            || ["token", "par", "introspect", "revoke"]
                .iter()
                .any(|path| audience == format!("{issuer}/oauth2/{path}"))
    };
    let for_us = match &claims.aud {
        Value::String(audience) => ours(audience),
        Value::Array(all) => {
            !all.is_empty() && all.iter().all(|one| one.as_str().is_some_and(ours))
        }
        _ => false,
    };
    let right = claims.iss == client.id
        && claims.sub == client.id
        && for_us
        && !claims.jti.is_empty()
        && claims.exp + LEEWAY > now
        && claims.exp <= now + LONGEST_ASSERTION
        && claims.nbf.is_none_or(|from| from <= now + LEEWAY)
        && claims.iat.is_none_or(|at| at <= now + LEEWAY);
    if right { Ok(()) } else { Err(INVALID) }
}

/// A client that anybody can name is counted by who names it, so that nobody uses up another's share.
async fn count(app: &App, caller: &Caller, client: &Client) -> OAuthResult<()> {
    let subject = match client.auth_method {
        AuthMethod::None => format!("client:{}:{}", client.id, caller.limit_key),
        _ => format!("client:{}", client.id),
    };
    app.count(app.windows_by_subject(limit::TOKEN_BY_CLIENT, &subject))
        .await?
        .map_err(|after| OAuthError::from(after).into())
}

async fn count_failure(app: &App, caller: &Caller) -> OAuthResult<()> {
    let windows = app.windows_by_address(limit::CLIENT_FAILURES_BY_ADDRESS, &caller.limit_key);
    app.count(windows)
        .await?
        .map_err(|after| OAuthError::from(after).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_of_basic_are_form_encoded() {
        let value = BASE64_STANDARD.encode("a%3Ab:c+d%2Be&f");
        let Some(Shown::Secret { id, secret }) = basic_credentials(&value) else {
            panic!("credentials");
        };
        assert_eq!((id.as_str(), secret.as_str()), ("a:b", "c d+e&f"));
        assert!(basic_credentials("!!").is_none());
    }
}
