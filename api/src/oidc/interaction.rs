//! Asking the person: what an application wants, and their answer. The SPA shows it.

use std::time::Duration;

use renzheng_types::{
    Locale,
    application::{
        Authorization, AuthorizationAnswer, AuthorizationDecision, AuthorizationStep, ConsentItem,
    },
};

use super::{
    answer::Answer,
    authorize::{self, Pending},
    client::Client,
    client_store, consent,
    error::ErrorCode,
    proceed::{self, Standing, Step},
    request::{Request, ResponseMode},
    scope::Scope,
};
use crate::{
    account::contact,
    app::App,
    crypto::OpaqueToken,
    http::{
        caller::Caller,
        problem::{Fault, Refusal},
    },
    session::Authenticated,
};

const ANSWER_KEPT: Duration = Duration::from_secs(60);

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ShowRefusal {
    #[error("not the name of a request")]
    NotFound,
    #[error("answered, or too old")]
    AuthorizationExpired,
}

impl Refusal for ShowRefusal {}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum DecideRefusal {
    #[error("not the name of a request")]
    NotFound,
    #[error("answered, or too old")]
    AuthorizationExpired,
    #[error("sign in anew first")]
    SignInRequired,
    #[error("the application needs a higher level")]
    LevelTooLow,
}

impl Refusal for DecideRefusal {}

pub async fn show(
    app: &App,
    locale: Locale,
    session: &Authenticated,
    id: &str,
) -> Result<Authorization, Fault<ShowRefusal>> {
    if !authorize::is_name(id) {
        return Err(ShowRefusal::NotFound.into());
    }
    let (pending, client) = find(app, id)
        .await?
        .ok_or(ShowRefusal::AuthorizationExpired)?;
    let request = &pending.request;
    let (step, standing) = proceed::next_step(app, &client, request, Some(*session)).await?;
    let standing = standing.ok_or(ShowRefusal::AuthorizationExpired)?;
    let mut items = Vec::new();
    for (scope, claims) in request.groups() {
        let claims: Vec<&str> = claims.clone();
        items.push(ConsentItem {
            scope: scope.name().into(),
            title: scope.title(locale).into(),
            purpose: client
                .purpose(scope)
                .unwrap_or_else(|| scope.purpose(locale))
                .into(),
            values: standing.person.preview(app, scope, &claims, locale).await?,
            required: scope == Scope::OpenId,
            separate: scope.is_sensitive(),
            agreed: consent::covers(&standing.agreed, scope.name()),
        });
    }
    Ok(Authorization {
        application: consent::application(&client),
        step: match step {
            Step::SignIn => AuthorizationStep::SignIn,
            Step::Level => AuthorizationStep::Level,
            Step::Consent => AuthorizationStep::Consent,
            Step::Ready => AuthorizationStep::Ready,
        },
        level: standing.person.level,
        needed_level: request.level,
        account: contact::phone(app, &standing.person.account)?
            .map(|phone| phone.masked())
            .unwrap_or_default(),
        items,
        locale: request.locale,
    })
}

pub async fn decide(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    id: &str,
    decision: AuthorizationDecision,
) -> Result<AuthorizationAnswer, Fault<DecideRefusal>> {
    if !authorize::is_name(id) {
        return Err(DecideRefusal::NotFound.into());
    }
    let (pending, client) = find(app, id)
        .await?
        .ok_or(DecideRefusal::AuthorizationExpired)?;
    let request = &pending.request;
    let (step, standing) = proceed::next_step(app, &client, request, Some(*session)).await?;
    if decision.allow {
        match step {
            Step::SignIn => return Err(DecideRefusal::SignInRequired.into()),
            Step::Level => return Err(DecideRefusal::LevelTooLow.into()),
            Step::Consent | Step::Ready => {}
        }
    }
    let standing = standing.ok_or(DecideRefusal::SignInRequired)?;
    if !pending.take(app).await? {
        return Err(DecideRefusal::AuthorizationExpired.into());
    }
    let answer = if decision.allow {
        let (items, remember) = agreement(request, &standing, step, &decision.scopes);
        proceed::issue(app, caller, &client, request, &standing, items, remember).await?
    } else {
        let error = ErrorCode::AccessDenied.because("the person did not agree");
        Answer::refusal(app, request, error)
    };
    Ok(AuthorizationAnswer {
        redirect_url: address(app, answer).await?,
    })
}

/// The items granted now, and what is to be remembered: for what is asked now, the answer of now.
fn agreement(
    request: &Request,
    standing: &Standing,
    step: Step,
    scopes: &[String],
) -> (Vec<String>, Option<Vec<String>>) {
    if step == Step::Ready {
        return (proceed::granted_items(request, &standing.agreed), None);
    }
    let asked = request.items();
    let is_agreed = |item: &String| {
        let scope = match item.strip_prefix("claim:") {
            Some(claim) => Scope::of_claim(claim).map_or("", Scope::name),
            None => item.as_str(),
        };
        scope == Scope::OpenId.name() || scopes.iter().any(|one| one == scope)
    };
    let (items, declined): (Vec<String>, Vec<String>) = asked.into_iter().partition(is_agreed);
    let mut remember: Vec<String> = standing
        .agreed
        .iter()
        .filter(|old| {
            let item = old.strip_prefix('-').unwrap_or(old);
            !items.iter().chain(&declined).any(|now| now == item)
        })
        .cloned()
        .collect();
    remember.extend(items.iter().cloned());
    remember.extend(declined.iter().map(|item| format!("-{item}")));
    (items, Some(remember))
}

async fn find(app: &App, id: &str) -> anyhow::Result<Option<(Pending, Client)>> {
    let Some(pending) = authorize::pending(app, id).await? else {
        return Ok(None);
    };
    let client = client_store::find(app, &pending.request.client_id).await?;
    Ok(client.map(|client| (pending, client)))
}

/// Where the browser takes the answer: the redirect URI, or a page of ours that posts it there.
pub async fn address(app: &App, answer: Answer) -> anyhow::Result<String> {
    if answer.mode == ResponseMode::Query {
        return answer.url();
    }
    let token = OpaqueToken::random();
    let bytes = serde_json::to_vec(&answer)?;
    app.ephemeral
        .put(&key(&token.digest()), &bytes, ANSWER_KEPT)
        .await?;
    Ok(format!(
        "{}/oauth2/authorize/answer?id={}",
        app.public_url,
        &*token.text()
    ))
}

/// Takes an answer that is to be posted.
pub async fn take_answer(app: &App, id: &str) -> anyhow::Result<Option<Answer>> {
    let Some(digest) = OpaqueToken::digest_of(id) else {
        return Ok(None);
    };
    let bytes = app.ephemeral.take(&key(&digest)).await?;
    Ok(bytes
        .map(|bytes| serde_json::from_slice(&bytes))
        .transpose()?)
}

fn key(digest: &[u8]) -> String {
    format!("oidc-answer:{}", hex::encode(digest))
}
