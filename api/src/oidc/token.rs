//! The token endpoint (RFC 6749 §3.2): one file for each grant in [`super::grant`]; what they give out is made here.

use chrono::TimeDelta;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    access::{self, Order},
    acr, claims,
    claims::Person,
    client::{Client, GrantType},
    consent, dpop,
    error::{ErrorCode, OAuthResult},
    form::Form,
    grant::{authorization_code, client_credentials, refresh_token},
    grant_store::Granted,
    request::ClaimsWanted,
    scope::{self, Scope},
    subject,
};
use crate::{app::App, http::caller::Caller};

/// How long an ID token lasts, in seconds.
const ID_TOKEN_LIFE: i64 = 600;
/// The type of ID tokens.
pub const ID_TOKEN_TYPE: &str = "JWT";

#[derive(Debug, Serialize)]
pub struct TokenAnswer {
    pub access_token: String,
    pub token_type: &'static str,
    pub expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    pub scope: String,
}

/// A token request of a client that has shown who it is.
pub struct TokenRequest<'a> {
    pub client: &'a Client,
    pub form: &'a Form,
    /// The key that a DPoP proof showed.
    pub jkt: Option<String>,
}

pub async fn exchange(
    app: &App,
    caller: &Caller,
    request: TokenRequest<'_>,
) -> OAuthResult<TokenAnswer> {
    let name = request
        .form
        .required("grant_type", "grant_type is missing")?;
    let grant_type: GrantType = name
        .parse()
        .map_err(|_| ErrorCode::UnsupportedGrantType.because("this grant type is not offered"))?;
    if !request.client.may_use(grant_type) {
        return Err(ErrorCode::UnauthorizedClient
            .because("this client is not registered for this grant type")
            .into());
    }
    let answer = match grant_type {
        GrantType::AuthorizationCode => authorization_code::exchange(app, caller, &request).await,
        GrantType::RefreshToken => refresh_token::exchange(app, caller, &request).await,
        GrantType::ClientCredentials => client_credentials::exchange(app, caller, &request).await,
    };
    let outcome = if answer.is_ok() { "passed" } else { "refused" };
    app.metrics.grant(grant_type.into(), outcome);
    answer
}

/// What an authorization gives, beside the refresh token.
pub struct Issue<'a> {
    pub client: &'a Client,
    pub granted: &'a Granted,
    pub scopes: &'a [Scope],
    pub nonce: Option<String>,
    pub jkt: Option<String>,
    pub refresh_token: Option<String>,
}

pub async fn issue(app: &App, issue: Issue<'_>) -> anyhow::Result<TokenAnswer> {
    let Granted {
        grant,
        account,
        level,
    } = issue.granted;
    let person = Person {
        account: account.clone(),
        level: *level,
    };
    // Those granted, but for what the client may no longer ask for.
    let scopes = issue.scopes.iter().copied();
    let scopes: Vec<Scope> = scopes
        .filter(|scope| issue.client.may_ask(*scope))
        .collect();
    let subject = subject::of(app, issue.client, account.id);
    let token_type = if issue.jkt.is_some() {
        "DPoP"
    } else {
        "Bearer"
    };
    let access_token = access::issue(
        app,
        Order {
            client: issue.client,
            subject: subject.clone(),
            scope: scope::join(&scopes),
            grant: Some(grant),
            level: Some(person.level),
            jkt: issue.jkt,
        },
    )?;
    let wanted: ClaimsWanted = serde_json::from_str(&grant.claims)?;
    let names = wanted.id_token.iter().map(String::as_str);
    let names: Vec<&str> = names.filter(|name| issue.client.may_know(name)).collect();
    let (mut known, read) = person.claims(app, &names).await?;
    consent::note_disclosure(app, account.id, &issue.client.id, &read).await?;
    known.extend(standing(
        app,
        issue.granted,
        &wanted,
        person.level,
        &subject,
    ));
    let now = app.clock.now();
    known.insert("aud".into(), issue.client.id.clone().into());
    known.insert("iat".into(), now.timestamp().into());
    let end = now + TimeDelta::seconds(ID_TOKEN_LIFE);
    known.insert("exp".into(), end.timestamp().into());
    known.insert("sid".into(), grant.sid.clone().into());
    known.insert("at_hash".into(), half_hash(&access_token).into());
    known.extend(issue.nonce.map(|nonce| ("nonce".to_string(), nonce.into())));
    let id_token = app
        .signing
        .sign_for(issue.client.signing_alg, ID_TOKEN_TYPE, &known)
        .await?;
    Ok(TokenAnswer {
        access_token,
        token_type,
        expires_in: access::LIFE,
        refresh_token: issue.refresh_token,
        id_token: Some(id_token),
        scope: scope::join(&scopes),
    })
}

/// What ID token and userinfo both say: who, when, how, and at which level.
pub fn standing(
    app: &App,
    granted: &Granted,
    wanted: &ClaimsWanted,
    level: u8,
    subject: &str,
) -> Map<String, Value> {
    let said = json!({
        "iss": app.public_url,
        "sub": subject,
        "auth_time": granted.grant.auth_time.timestamp(),
        "acr": acr(wanted.level_told(level)),
        "amr": claims::amr(&granted.grant.method),
        "level": level,
    });
    match said {
        Value::Object(said) => said,
        _ => Map::new(),
    }
}

/// The left half of SHA-256 (OpenID Connect Core §3.1.3.6).
fn half_hash(text: &str) -> String {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    use sha2::{Digest, Sha256};
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let (half, _) = digest.split_at(16);
    BASE64_URL_SAFE_NO_PAD.encode(half)
}

/// Whether a code verifier is the challenge's (RFC 7636 §4.6).
pub fn verifies(verifier: &str, challenge: &str) -> bool {
    use subtle::ConstantTimeEq;
    let form = (43..=128).contains(&verifier.len())
        && verifier
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    form && bool::from(dpop::hash(verifier).as_bytes().ct_eq(challenge.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verifiers_are_checked_as_the_standard_does() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(verifies(verifier, challenge));
        assert!(!verifies(challenge, challenge), "the challenge itself");
        for other in [
            "",
            "short",
            &"a".repeat(129),
            &format!("{verifier}="),
            "中文",
        ] {
            assert!(!verifies(other, &dpop::hash(other)), "{other}");
        }
        // OpenID Connect Core, appendix A.3.
        assert_eq!(
            half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
    }
}
