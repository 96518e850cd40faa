//! Proofs that whoever sends a token holds the key it is bound to (RFC 9449). A proof is for one request, fresh, and used
//! once, and holds a nonce of ours.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{Jwk, ThumbprintHash},
};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::Url;

use super::{
    dpop_nonce,
    error::{ErrorCode, OAuthError, OAuthResult},
};
use crate::app::App;

/// How proofs may be signed: never with a secret that both sides know.
pub const ALGORITHMS: [Algorithm; 5] = [
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::PS256,
    Algorithm::RS256,
    Algorithm::EdDSA,
];
/// The same by name.
pub fn algorithms() -> Vec<String> {
    ALGORITHMS.iter().map(|alg| format!("{alg:?}")).collect()
}

/// How old a proof may be, and how far ahead another clock may run, in seconds.
const OLDEST: i64 = 120;
const AHEAD: i64 = 60;
const REMEMBERED: Duration = Duration::from_secs(240);

/// The request that a proof is for.
pub struct Target<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// The access token sent with it.
    pub token: Option<&'a str>,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: i64,
    ath: Option<String>,
    nonce: Option<String>,
}

const fn invalid(description: &'static str) -> OAuthError {
    ErrorCode::InvalidDpopProof.because(description)
}

/// Checks a proof and uses it up; answers the key's thumbprint (RFC 7638).
pub async fn check(app: &App, proof: &str, target: &Target<'_>) -> OAuthResult<String> {
    let (jkt, claims) = open(proof)?;
    if claims.htm != target.method {
        return Err(invalid("htm is another method").into());
    }
    let expected = format!("{}{}", app.public_url, target.path);
    if !same_target(&claims.htu, &expected) {
        return Err(invalid("htu is another address").into());
    }
    let age = app.clock.now().timestamp().saturating_sub(claims.iat);
    if !(-AHEAD..=OLDEST).contains(&age) {
        return Err(invalid("iat is too far from now").into());
    }
    if let Some(token) = target.token {
        let expected = hash(token);
        let right = claims
            .ath
            .is_some_and(|ath| ath.as_bytes().ct_eq(expected.as_bytes()).into());
        if !right {
            return Err(invalid("ath is not this token's").into());
        }
    }
    if claims.jti.is_empty() || claims.jti.len() > 255 {
        return Err(invalid("jti is missing or too long").into());
    }
    let now = app.clock.now();
    let good = match &claims.nonce {
        Some(nonce) => dpop_nonce::is_taken(&app.vault, now, nonce),
        None => !app.config.oidc.dpop_nonce(app.config.profile),
    };
    if !good {
        return Err(ErrorCode::UseDpopNonce
            .because("the proof must hold the nonce of the header DPoP-Nonce")
            .into());
    }
    let key = format!("dpop:{jkt}:{}", hash(&claims.jti));
    if !app.ephemeral.put_new(&key, b"", REMEMBERED).await? {
        return Err(invalid("this proof was used before").into());
    }
    Ok(jkt)
}

/// The one proof among the values of the header `DPoP`.
///
/// # Errors
/// When there are several, or it is no text.
pub fn only<'a>(
    values: impl IntoIterator<Item = Option<&'a str>>,
) -> Result<Option<&'a str>, OAuthError> {
    let mut values = values.into_iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(invalid("more than one DPoP proof"));
    }
    match first {
        Some(None) => Err(invalid("not a proof")),
        Some(proof) => Ok(proof),
        None => Ok(None),
    }
}

/// The nonce that whoever sent a proof is to use next; nothing when it has that one already.
pub fn next_nonce(app: &App, proof: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Said {
        nonce: Option<String>,
    }
    // Not verified: what is told is no secret.
    let payload = proof.split('.').nth(1).unwrap_or_default();
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
    let said = serde_json::from_slice::<Said>(&payload).ok();
    let newest = dpop_nonce::newest(&app.vault, app.clock.now());
    let has_it = said.and_then(|said| said.nonce).as_ref() == Some(&newest);
    (!has_it).then_some(newest)
}

/// The key's thumbprint, and what is signed with it.
fn open(proof: &str) -> Result<(String, Claims), OAuthError> {
    let header = decode_header(proof).map_err(|_| invalid("not a signed token"))?;
    if header.typ.as_deref() != Some("dpop+jwt") {
        return Err(invalid("typ is not dpop+jwt"));
    }
    if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() {
        return Err(invalid("this algorithm is not taken"));
    }
    let jwk = header.jwk.ok_or_else(|| invalid("jwk is missing"))?;
    if holds_private_part(proof) {
        return Err(invalid("jwk holds a private key"));
    }
    let key = DecodingKey::from_jwk(&jwk).map_err(|_| invalid("jwk is not a public key"))?;
    let claims = decode::<Claims>(proof, &key, &signature_only(header.alg))
        .map_err(|_| invalid("the signature or a claim is not right"))?
        .claims;
    Ok((thumbprint(&jwk)?, claims))
}

/// The key of a proof whose signature is right, for the fuzz target.
#[cfg(fuzzing)]
pub fn thumbprint_of(proof: &str) -> Option<String> {
    open(proof).ok().map(|(jkt, _)| jkt)
}

fn thumbprint(jwk: &Jwk) -> Result<String, OAuthError> {
    jwk.thumbprint(ThumbprintHash::SHA256)
        .map_err(|_| invalid("jwk is not a public key"))
}

fn holds_private_part(proof: &str) -> bool {
    let header = proof.split('.').next().unwrap_or_default();
    let header = BASE64_URL_SAFE_NO_PAD.decode(header).unwrap_or_default();
    let header: Value = serde_json::from_slice(&header).unwrap_or_default();
    ["d", "p", "q", "dp", "dq", "qi", "k"]
        .iter()
        .any(|part| header["jwk"].get(part).is_some())
}

/// Everything but the signature is checked by hand: the library would ask the machine's clock.
pub fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}

/// Whether two addresses are the same but for query and fragment (RFC 9449 §4.3).
fn same_target(given: &str, expected: &str) -> bool {
    let bare = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    };
    bare(given).is_some() && bare(given) == bare(expected)
}

/// SHA-256 in base64url.
pub fn hash(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_compared_without_query() {
        let here = "https://id.example/oauth2/token";
        assert!(same_target("https://id.example/oauth2/token?a=1#b", here));
        assert!(same_target("https://ID.example:443/oauth2/token", here));
        assert!(!same_target("https://id.example/oauth2/token/", here));
        assert!(!same_target("nonsense", "nonsense"));
    }
}
