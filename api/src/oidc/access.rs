//! Access tokens for applications (RFC 9068): ten minutes, for this service, bound to what they were issued from. They are
//! checked against that at every use, so that what has ended has ended.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    acr,
    client::Client,
    client_store, dpop,
    error::{ErrorCode, OAuthResult},
    grant_store::{self, Granted},
};
use crate::{app::App, crypto::Expires, entity::oidc_grant, session::token::ACCESS_TOKEN_TYPE};

/// How long an access token lasts, in seconds.
pub const LIFE: i64 = 600;
const LIFE_TIME: Duration = Duration::from_secs(600);

/// The key that a token is bound to (RFC 9449 §6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    pub jkt: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccessClaims {
    pub iss: String,
    pub sub: String,
    pub aud: String,
    pub client_id: String,
    pub scope: String,
    pub jti: String,
    pub iat: i64,
    pub exp: i64,
    /// The authorization it comes from; absent when the client speaks for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
}

impl Expires for AccessClaims {
    fn expires_at(&self) -> i64 {
        self.exp
    }
}

/// Whom and what a token is for.
pub struct Order<'a> {
    pub client: &'a Client,
    pub subject: String,
    pub scope: String,
    pub grant: Option<&'a oidc_grant::Model>,
    pub level: Option<u8>,
    pub jkt: Option<String>,
}

pub fn issue(app: &App, order: Order<'_>) -> anyhow::Result<String> {
    let now = app.clock.now();
    app.signing.sign(
        ACCESS_TOKEN_TYPE,
        &AccessClaims {
            iss: app.public_url.clone(),
            sub: order.subject,
            aud: app.public_url.clone(),
            client_id: order.client.id.clone(),
            scope: order.scope,
            jti: Uuid::new_v4().simple().to_string(),
            iat: now.timestamp(),
            exp: (now + TimeDelta::seconds(LIFE)).timestamp(),
            grant: order.grant.map(|grant| grant.id),
            auth_time: order.grant.map(|grant| grant.auth_time.timestamp()),
            acr: order.level.map(acr),
            cnf: order.jkt.map(|jkt| Confirmation { jkt }),
        },
    )
}

/// What a token allows, now.
pub struct Access {
    pub client: Client,
    pub claims: Arc<AccessClaims>,
    /// The person; absent when the client speaks for itself.
    pub granted: Option<Granted>,
}

impl Access {
    /// The scopes that were granted, but for those that the client may no longer ask for.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let may_ask = move |scope: &&str| self.client.scopes.iter().any(|allowed| allowed == scope);
        self.claims.scope.split(' ').filter(may_ask)
    }

    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().any(|one| one == scope)
    }

    /// # Errors
    /// `insufficient_scope`.
    pub fn require_scope(&self, scope: &str) -> OAuthResult<()> {
        if self.has_scope(scope) {
            return Ok(());
        }
        Err(ErrorCode::InsufficientScope
            .because("the token does not have the scope that this needs")
            .into())
    }
}

/// A token as it came, with the proof that goes with it.
pub struct Presented<'a> {
    pub token: &'a str,
    /// Sent as `DPoP`, not as `Bearer`.
    pub as_dpop: bool,
    pub proof: Option<&'a str>,
    pub method: &'a str,
    /// The path of the request.
    pub path: &'a str,
}

/// Whether a token is good, and good for whoever sent it.
///
/// # Errors
/// `invalid_token`, for whatever reason; `invalid_dpop_proof`.
pub async fn authorize(app: &App, presented: Presented<'_>) -> OAuthResult<Access> {
    let invalid = || ErrorCode::InvalidToken.because("the access token is not valid, or no longer");
    let access = find(app, presented.token).await?.ok_or_else(invalid)?;
    match (&access.claims.cnf, presented.as_dpop) {
        (None, false) => {}
        (Some(bound), true) => {
            let proof = presented
                .proof
                .ok_or_else(|| ErrorCode::InvalidDpopProof.because("the DPoP proof is missing"))?;
            let request = dpop::Target {
                method: presented.method,
                path: presented.path,
                token: Some(presented.token),
            };
            if dpop::check(app, proof, &request).await? != bound.jkt {
                return Err(invalid().into());
            }
        }
        // A bound token sent without its key, or the other way round.
        _ => return Err(invalid().into()),
    }
    Ok(access)
}

/// What a token allows, whoever holds it; nothing when it is not good.
pub async fn find(app: &App, token: &str) -> anyhow::Result<Option<Access>> {
    let verified = app.access_tokens.verify(
        &app.signing,
        ACCESS_TOKEN_TYPE,
        token,
        &app.public_url,
        &app.public_url,
        app.clock.now(),
    );
    let Ok(claims) = verified else {
        return Ok(None);
    };
    let revoked = revoked_key(&claims.jti);
    let granted = async {
        match claims.grant {
            None => Ok(None),
            Some(id) => Ok(grant_store::live(app, id).await?),
        }
    };
    let (revoked, client, granted) = tokio::try_join!(
        app.ephemeral.get(&revoked),
        client_store::find(app, &claims.client_id),
        granted,
    )?;
    let ended = revoked.is_some() || claims.grant.is_some() && granted.is_none();
    Ok(client.filter(|_| !ended).map(|client| Access {
        client,
        claims,
        granted,
    }))
}

/// Ends one token before its time.
pub async fn revoke(app: &App, claims: &AccessClaims) -> anyhow::Result<()> {
    app.ephemeral
        .put(&revoked_key(&claims.jti), b"", LIFE_TIME)
        .await
}

fn revoked_key(jti: &str) -> String {
    format!("oidc-revoked:{jti}")
}
