//! From a request that is in order to its answer: who is signed in, whether that is as was asked, whether the person has
//! agreed; and the code, where all is well.

use chrono::TimeDelta;
use uuid::Uuid;

use super::{
    answer::Answer,
    authorize::pending,
    claims::Person,
    client::Client,
    client_store,
    code::{self, Code},
    consent,
    error::{ErrorCode, OAuthError},
    grant_store,
    request::Request,
    subject,
};
use crate::{
    account::store as accounts,
    app::App,
    audit::{self, Event},
    database::Transaction,
    entity::{oidc_grant, session},
    http::caller::Caller,
    session::{Authenticated, store as sessions},
};

/// How long an authorization lasts at most.
const GRANT_LASTS: TimeDelta = TimeDelta::days(30);

/// What stands between a request and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    SignIn,
    Level,
    Consent,
    Ready,
}

/// Who would be answered about.
pub struct Standing {
    pub session: session::Model,
    pub person: Person,
    pub agreed: Vec<String>,
}

/// What is to be done next, and for whom.
pub async fn next_step(
    app: &App,
    client: &Client,
    request: &Request,
    session: Option<Authenticated>,
) -> anyhow::Result<(Step, Option<Standing>)> {
    let Some(session) = session else {
        return Ok((Step::SignIn, None));
    };
    // Asked anew: this node may not know yet that it ended on another.
    let (row, account) = tokio::try_join!(
        sessions::find(app, session.session_id),
        accounts::find(app, session.account_id),
    )?;
    let account = account.filter(|account| account.status == accounts::ACTIVE);
    let (Some(row), Some(account)) = (row, account) else {
        return Ok((Step::SignIn, None));
    };
    let standing = Standing {
        session: row,
        agreed: consent::agreed(app.database.read(), account.id, &client.id).await?,
        person: Person::of(app, account).await?,
    };
    let step = if !is_signed_in_for(app, client, request, &session) {
        Step::SignIn
    } else if standing.person.level < request.level {
        Step::Level
    } else if request.prompt_consent
        || !client.is_assured(&request.redirect_uri)
        || !is_answered(request, &standing.agreed)
    {
        Step::Consent
    } else {
        Step::Ready
    };
    Ok((step, Some(standing)))
}

/// Whether the sign-in is the right person's, and as recent as was asked.
fn is_signed_in_for(
    app: &App,
    client: &Client,
    request: &Request,
    session: &Authenticated,
) -> bool {
    let expected = request.subject.as_deref();
    if expected.is_some_and(|sub| sub != subject::of(app, client, session.account_id)) {
        return false;
    }
    if session.authenticated_at > request.started_at {
        return true;
    }
    let age = (app.clock.now() - session.authenticated_at).num_seconds();
    !request.prompt_login && request.max_age.is_none_or(|most| age <= most)
}

fn is_answered(request: &Request, agreed: &[String]) -> bool {
    request
        .items()
        .iter()
        .all(|item| consent::covers(agreed, item) || consent::declines(agreed, item))
}

/// How a request ends when the person need not be asked.
pub enum Proceeded {
    Answered(Answer),
    /// To a page of the SPA.
    Ask {
        /// Who is to sign in there, where nobody is yet.
        login_hint: Option<String>,
    },
    Gone,
}

/// Answers at once where everything is known, or nobody may be asked.
pub async fn proceed(
    app: &App,
    caller: &Caller,
    id: &str,
    session: Option<Authenticated>,
) -> anyhow::Result<Proceeded> {
    let Some(pending) = pending(app, id).await? else {
        return Ok(Proceeded::Gone);
    };
    let request = &pending.request;
    let Some(client) = client_store::find(app, &request.client_id).await? else {
        return Ok(Proceeded::Gone);
    };
    let (step, standing) = next_step(app, &client, request, session).await?;
    if let (Step::Ready, Some(standing)) = (step, &standing) {
        if !pending.take(app).await? {
            return Ok(Proceeded::Gone);
        }
        let items = granted_items(request, &standing.agreed);
        let answer = issue(app, caller, &client, request, standing, items, None).await?;
        return Ok(Proceeded::Answered(answer));
    }
    if !request.prompt_none {
        return Ok(Proceeded::Ask {
            login_hint: match standing {
                None => request.login_hint.clone(),
                Some(_) => None,
            },
        });
    }
    if !pending.take(app).await? {
        return Ok(Proceeded::Gone);
    }
    let error = match step {
        Step::SignIn => ErrorCode::LoginRequired.because("nobody is signed in as was asked"),
        Step::Level => ErrorCode::InteractionRequired.because("the level is too low"),
        Step::Consent | Step::Ready => {
            ErrorCode::ConsentRequired.because("the person has not agreed to this")
        }
    };
    Ok(Proceeded::Answered(Answer::refusal(app, request, error)))
}

/// What was asked for and agreed to.
pub fn granted_items(request: &Request, agreed: &[String]) -> Vec<String> {
    let items = request.items().into_iter();
    items.filter(|item| consent::covers(agreed, item)).collect()
}

/// Whether everything is still as it was looked at; what it fails by, otherwise.
async fn stands(
    transaction: &Transaction,
    standing: &Standing,
    client: &Client,
    items: &[String],
    agrees_now: bool,
) -> anyhow::Result<Option<OAuthError>> {
    let account = &standing.person.account;
    let held = accounts::hold_active(transaction, account.id).await?;
    let unchanged =
        held.is_some_and(|now| accounts::credentials(&now) == accounts::credentials(account));
    if !unchanged || !sessions::has_not_ended(transaction, standing.session.id).await? {
        return Ok(Some(
            ErrorCode::LoginRequired.because("the session has ended"),
        ));
    }
    if agrees_now {
        return Ok(None);
    }
    let agreed = consent::agreed(transaction, account.id, &client.id).await?;
    let covered = items.iter().all(|item| consent::covers(&agreed, item));
    Ok((!covered).then(|| ErrorCode::ConsentRequired.because("the consent was taken back")))
}

/// Gives out a code for `items`; `remember` is kept as what the person agreed to.
pub async fn issue(
    app: &App,
    caller: &Caller,
    client: &Client,
    request: &Request,
    standing: &Standing,
    items: Vec<String>,
    remember: Option<Vec<String>>,
) -> anyhow::Result<Answer> {
    let account_id = standing.person.account.id;
    let session = &standing.session;
    let session_id = session.id;
    let sid = match grant_store::sid(app, session_id, &client.id).await? {
        Some(sid) => sid,
        None => Uuid::new_v4().simple().to_string(),
    };
    let now = app.clock.now();
    let mut claims = request.claims.clone();
    let granted = |claim: &String| consent::covers(&items, &format!("claim:{claim}"));
    claims.userinfo.retain(granted);
    claims.id_token.retain(granted);
    let scopes: Vec<&str> = request
        .scopes
        .iter()
        .map(|scope| scope.name())
        .filter(|scope| items.iter().any(|item| item == scope))
        .collect();
    let grant = oidc_grant::Model {
        id: app.clock.new_id(),
        client_id: client.id.clone(),
        account_id,
        session_id,
        sid,
        offline: scopes.contains(&"offline_access"),
        scopes: serde_json::to_string(&scopes)?,
        claims: serde_json::to_string(&claims)?,
        auth_time: session.authenticated_at(),
        method: session.method.clone(),
        jkt: None,
        refresh_digest: None,
        created_at: now,
        redeemed_at: None,
        expires_at: now + GRANT_LASTS,
        revoked_at: None,
        revoke_reason: None,
    };
    let code = Code {
        grant_id: grant.id,
        client_id: client.id.clone(),
        redirect_uri: request.redirect_uri.clone(),
        code_challenge: request.code_challenge.clone(),
        nonce: request.nonce.clone(),
        dpop_jkt: request.dpop_jkt.clone(),
    };
    let transaction = app.database.begin().await?;
    // Held until the grant is written: a session that ends, and a consent that is taken back, end it too.
    if let Some(error) = stands(&transaction, standing, client, &items, remember.is_some()).await? {
        transaction.rollback().await?;
        return Ok(Answer::refusal(app, request, error));
    }
    if let Some(items) = remember {
        consent::remember(app, &transaction, caller, account_id, client, &items).await?;
    }
    grant_store::insert(&transaction, grant).await?;
    let event = Event::by_account(account_id, "application.allow").detail("client", &client.id);
    audit::record(
        app,
        &transaction,
        caller,
        event.detail("name", &client.name),
    )
    .await?;
    transaction.commit().await?;
    let code = code::issue(app, &code).await?;
    Ok(Answer::code(app, request, &code))
}
