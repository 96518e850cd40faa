//! The code that came through the browser (RFC 6749 §4.1.3, RFC 7636 §4.5).

use crate::{
    app::App,
    audit::{self, Event},
    crypto::FamilyToken,
    http::caller::Caller,
    oidc::{
        client::GrantType,
        code::{self, Code, Found},
        error::{ErrorCode, OAuthError, OAuthResult},
        grant::refresh_token::DOMAIN,
        grant_store::{self, Granted},
        scope::Scope,
        token::{Issue, TokenAnswer, TokenRequest, issue, verifies},
    },
};

const INVALID: OAuthError =
    ErrorCode::InvalidGrant.because("the code is not valid, was used, or is not for this request");

pub async fn exchange(
    app: &App,
    caller: &Caller,
    request: &TokenRequest<'_>,
) -> OAuthResult<TokenAnswer> {
    let text = request.form.required("code", "code is missing")?;
    let code = take(app, caller, request, text).await?;
    check(request, &code)?;
    if code.dpop_jkt.is_some() && code.dpop_jkt != request.jkt {
        return Err(INVALID.into());
    }
    let client = request.client;
    let refresh = client
        .may_use(GrantType::RefreshToken)
        .then(|| FamilyToken::issue(&app.vault, DOMAIN, code.grant_id));
    let digest = refresh.as_ref().map(FamilyToken::digest);
    if !grant_store::redeem(app, code.grant_id, request.jkt.clone(), digest).await? {
        return Err(INVALID.into());
    }
    let granted: Granted = grant_store::live(app, code.grant_id)
        .await?
        .ok_or(INVALID)?;
    let scopes: Vec<Scope> =
        serde_json::from_str(&granted.grant.scopes).map_err(anyhow::Error::from)?;
    let event = Event::by_account(granted.account.id, "application.sign-in")
        .detail("client", &client.id)
        .detail("name", &client.name);
    audit::record_alone(app, caller, event).await?;
    Ok(issue(
        app,
        Issue {
            client,
            granted: &granted,
            scopes: &scopes,
            nonce: code.nonce,
            jkt: request.jkt.clone(),
            refresh_token: refresh.map(|token| token.text().to_string()),
        },
    )
    .await?)
}

/// Takes the code, if it is this client's. One that was taken before ends what it gave.
async fn take(
    app: &App,
    caller: &Caller,
    request: &TokenRequest<'_>,
    text: &str,
) -> OAuthResult<Code> {
    match code::find(app, text).await? {
        Found::Fresh { key, bytes, code } => {
            if code.client_id != request.client.id {
                return Err(INVALID.into());
            }
            if code::take(app, &key, &bytes).await? {
                return Ok(code);
            }
            end(app, caller, request, code.grant_id).await?;
        }
        Found::Spent(grant_id) => end(app, caller, request, grant_id).await?,
        Found::Nothing => {}
    }
    Err(INVALID.into())
}

async fn end(
    app: &App,
    caller: &Caller,
    request: &TokenRequest<'_>,
    grant_id: uuid::Uuid,
) -> anyhow::Result<()> {
    let Some(grant) = grant_store::find_live(app, grant_id).await? else {
        return Ok(());
    };
    let now = app.clock.now();
    if grant.client_id == request.client.id
        && grant_store::revoke(app.database.write(), grant_id, "code-replayed", now).await?
    {
        tracing::warn!(client = grant.client_id, "an authorization code came twice");
        let event = Event::by_account(grant.account_id, "application.end")
            .detail("client", &grant.client_id)
            .detail("reason", "code-replayed");
        audit::record_alone(app, caller, event).await?;
    }
    Ok(())
}

fn check(request: &TokenRequest<'_>, code: &Code) -> Result<(), OAuthError> {
    if request.form.get("redirect_uri") != Some(&code.redirect_uri) {
        return Err(INVALID);
    }
    match (request.form.get("code_verifier"), &code.code_challenge) {
        (None, None) => Ok(()),
        (Some(verifier), Some(challenge)) if verifies(verifier, challenge) => Ok(()),
        // A verifier without a challenge is a downgrade (RFC 9700 §4.8.2).
        _ => Err(INVALID),
    }
}
