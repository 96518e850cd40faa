//! Refresh tokens: each works once and is replaced. One that comes a second time has been copied, and ends the
//! authorization (RFC 9700 §4.14.2).

use uuid::Uuid;

use crate::{
    account::{
        notice::{self, Notice},
        store as accounts,
    },
    app::App,
    audit::{self, Event},
    crypto::FamilyToken,
    http::caller::Caller,
    oidc::{
        client::AuthMethod,
        error::{ErrorCode, OAuthError, OAuthResult},
        grant_store,
        scope::{self, Scope},
        token::{Issue, TokenAnswer, TokenRequest, issue},
    },
};

/// What keeps refresh tokens of applications apart from our own.
pub const DOMAIN: &str = "oidc-refresh";

const INVALID: OAuthError =
    ErrorCode::InvalidGrant.because("the refresh token is not valid, or no longer");

pub async fn exchange(
    app: &App,
    caller: &Caller,
    request: &TokenRequest<'_>,
) -> OAuthResult<TokenAnswer> {
    let text = request
        .form
        .required("refresh_token", "refresh_token is missing")?;
    let old = FamilyToken::parse(&app.vault, DOMAIN, text).ok_or(INVALID)?;
    let granted = grant_store::live(app, old.family)
        .await?
        .filter(|granted| granted.grant.client_id == request.client.id)
        .ok_or(INVALID)?;
    if !is_bound_to(&granted.grant.jkt, request) {
        return Err(ErrorCode::InvalidDpopProof
            .because("the refresh token is bound to another key")
            .into());
    }
    if granted.grant.refresh_digest.as_deref() != Some(old.digest().as_slice()) {
        return Err(replayed(app, caller, old.family).await?.into());
    }
    let all: Vec<Scope> =
        serde_json::from_str(&granted.grant.scopes).map_err(anyhow::Error::from)?;
    let scopes = narrowed(request, all)?;
    let new = FamilyToken::issue(&app.vault, DOMAIN, old.family);
    // Everything that may fail comes first: who is told to come back comes back with the token that they have.
    let answer = issue(
        app,
        Issue {
            client: request.client,
            granted: &granted,
            scopes: &scopes,
            nonce: None,
            jkt: request.jkt.clone(),
            refresh_token: Some(new.text().to_string()),
        },
    )
    .await?;
    if !grant_store::rotate(app, old.family, old.digest(), new.digest()).await? {
        return Err(replayed(app, caller, old.family).await?.into());
    }
    Ok(answer)
}

/// Whether the key is right. Who shows who it is may take another one: the token is bound to that (RFC 9449 §5).
fn is_bound_to(bound: &Option<String>, request: &TokenRequest<'_>) -> bool {
    match (bound, request.client.auth_method) {
        (None, _) => true,
        (Some(_), AuthMethod::None) => *bound == request.jkt,
        (Some(_), _) => request.jkt.is_some(),
    }
}

/// The scopes asked for, of those granted; all when none are named.
fn narrowed(request: &TokenRequest<'_>, all: Vec<Scope>) -> Result<Vec<Scope>, OAuthError> {
    let Some(list) = request.form.get("scope") else {
        return Ok(all);
    };
    let wanted = scope::parse(list);
    let known = list.split(' ').filter(|name| !name.is_empty()).count() == wanted.len();
    if !known || !wanted.contains(&Scope::OpenId) || wanted.iter().any(|one| !all.contains(one)) {
        return Err(ErrorCode::InvalidScope.because("a scope that was not granted"));
    }
    Ok(wanted)
}

async fn replayed(app: &App, caller: &Caller, grant_id: Uuid) -> anyhow::Result<OAuthError> {
    let transaction = app.database.begin().await?;
    let now = app.clock.now();
    if let Some(grant) = grant_store::find_live(app, grant_id).await?
        && grant_store::revoke(&transaction, grant_id, "refresh-token-replayed", now).await?
    {
        tracing::warn!(client = grant.client_id, "a refresh token came twice");
        let event = Event::by_account(grant.account_id, "application.end")
            .detail("client", &grant.client_id)
            .detail("reason", "refresh-token-replayed");
        audit::record(app, &transaction, caller, event).await?;
        if let Some(account) = accounts::find(app, grant.account_id).await? {
            notice::tell(app, &transaction, &account, &Notice::TokenReplayed).await?;
        }
    }
    transaction.commit().await?;
    app.outbox_wakeup.notify_one();
    Ok(INVALID)
}
