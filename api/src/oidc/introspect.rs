//! What a token is, for the client it was issued to (RFC 7662). Of every other token it is told nothing.

use serde_json::{Value, json};

use super::{
    access,
    client::{AuthMethod, Client},
    error::{ErrorCode, OAuthResult},
    form::Form,
    grant::refresh_token::DOMAIN,
    grant_store,
    scope::{self, Scope},
    subject,
};
use crate::{app::App, crypto::FamilyToken};

pub async fn introspect(app: &App, client: &Client, form: &Form) -> OAuthResult<Value> {
    if client.auth_method == AuthMethod::None {
        return Err(ErrorCode::InvalidClient
            .because("a client without credentials may not ask")
            .into());
    }
    let token = form.required("token", "token is missing")?;
    if let Some(found) = of_access_token(app, client, token).await? {
        return Ok(found);
    }
    if let Some(found) = of_refresh_token(app, client, token).await? {
        return Ok(found);
    }
    Ok(json!({"active": false}))
}

async fn of_access_token(app: &App, client: &Client, token: &str) -> anyhow::Result<Option<Value>> {
    let found = access::find(app, token).await?;
    let Some(access) = found.filter(|access| access.client.id == client.id) else {
        return Ok(None);
    };
    let mut answer = serde_json::to_value(&*access.claims)?;
    if let Some(fields) = answer.as_object_mut() {
        fields.remove("grant");
    }
    answer["scope"] = access.scopes().collect::<Vec<_>>().join(" ").into();
    answer["active"] = true.into();
    answer["token_type"] = match access.claims.cnf {
        Some(_) => "DPoP".into(),
        None => "Bearer".into(),
    };
    Ok(Some(answer))
}

async fn of_refresh_token(
    app: &App,
    client: &Client,
    token: &str,
) -> anyhow::Result<Option<Value>> {
    let Some(token) = FamilyToken::parse(&app.vault, DOMAIN, token) else {
        return Ok(None);
    };
    let found = grant_store::live(app, token.family).await?;
    let Some(granted) = found.filter(|granted| {
        granted.grant.client_id == client.id
            && granted.grant.refresh_digest.as_deref() == Some(token.digest().as_slice())
    }) else {
        return Ok(None);
    };
    let scopes: Vec<Scope> = serde_json::from_str(&granted.grant.scopes)?;
    Ok(Some(json!({
        "active": true,
        "iss": app.public_url,
        "sub": subject::of(app, client, granted.account.id),
        "client_id": client.id,
        "scope": scope::join(&scopes),
        "exp": granted.grant.expires_at.timestamp(),
    })))
}
