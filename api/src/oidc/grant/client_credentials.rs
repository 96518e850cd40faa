//! A client that speaks for itself (RFC 6749 §4.4): for scopes of the API, never for data of a person.

use crate::{
    app::App,
    audit::{self, Event},
    http::caller::Caller,
    oidc::{
        access::{self, Order},
        client::AuthMethod,
        error::{ErrorCode, OAuthError, OAuthResult},
        scope::Scope,
        token::{TokenAnswer, TokenRequest},
    },
};

pub async fn exchange(
    app: &App,
    caller: &Caller,
    request: &TokenRequest<'_>,
) -> OAuthResult<TokenAnswer> {
    let client = request.client;
    if client.auth_method == AuthMethod::None {
        return Err(ErrorCode::UnauthorizedClient
            .because("a client without credentials cannot speak for itself")
            .into());
    }
    let scope = scopes(request)?.join(" ");
    let jkt = request.jkt.clone();
    let token_type = if jkt.is_some() { "DPoP" } else { "Bearer" };
    let access_token = access::issue(
        app,
        Order {
            client,
            subject: client.id.clone(),
            scope: scope.clone(),
            grant: None,
            level: None,
            jkt,
        },
    )?;
    let event = Event::by_client(&client.id, "application.token");
    audit::record_alone(app, caller, event).await?;
    Ok(TokenAnswer {
        access_token,
        token_type,
        expires_in: access::LIFE,
        refresh_token: None,
        id_token: None,
        scope,
    })
}

/// The scopes asked for, of those of the API that the client has; all of them when none are named.
fn scopes<'a>(request: &'a TokenRequest<'_>) -> Result<Vec<&'a str>, OAuthError> {
    let mine: Vec<&str> = request
        .client
        .scopes
        .iter()
        .map(String::as_str)
        .filter(|scope| scope.parse::<Scope>().is_err())
        .collect();
    let Some(list) = request.form.get("scope") else {
        return Ok(mine);
    };
    let wanted: Vec<&str> = list.split(' ').filter(|name| !name.is_empty()).collect();
    if wanted.iter().any(|scope| !mine.contains(scope)) {
        return Err(ErrorCode::InvalidScope.because("a scope that this client does not have"));
    }
    Ok(wanted)
}
