//! The code by which a person shows an application who they are, where there is no browser to sign in with: at its counter,
//! on the telephone. Eight digits, five minutes, one look, for that one application; a new one voids the one before.

use std::time::Duration;

use renzheng_types::{
    integration::{IdentityCode as Shown, IdentityCodeCheck, SubjectLevel},
    value::IdentityCode,
};

use super::{super::client_store, count, tell};
use crate::{
    app::App,
    audit::{self, Event},
    code::{limit, shown::ShownCodes},
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    oidc::{client::Client, consent},
    session::Authenticated,
};

const LIFE: Duration = Duration::from_secs(300);

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum MakeRefusal {
    #[error("no application that the person has agreed to")]
    NotFound,
    #[error("too many codes")]
    RateLimited(RetryAfter),
}

impl Refusal for MakeRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::NotFound => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum CheckRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("wrong, used or lapsed, or another application's")]
    IdentityCodeInvalid,
    #[error("too many requests, or too many wrong codes")]
    RateLimited(RetryAfter),
}

impl Refusal for CheckRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::IdentityCodeInvalid => Detail::None,
        }
    }
}

const fn codes(client_id: &str) -> ShownCodes<'_> {
    ShownCodes {
        kind: "identity-code",
        to: client_id,
        life: LIFE,
    }
}

/// Makes a code for a person to show to an application that they have agreed to.
pub async fn make(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    client_id: &str,
) -> Result<Shown, Fault<MakeRefusal>> {
    let account_id = session.account_id;
    let client = client_store::find(app, client_id)
        .await?
        .ok_or(MakeRefusal::NotFound)?;
    if consent::stands(app, &client, account_id).await?.is_none() {
        return Err(MakeRefusal::NotFound.into());
    }
    app.count(app.windows_by_account(limit::IDENTITY_CODE_BY_ACCOUNT, account_id))
        .await?
        .map_err(MakeRefusal::RateLimited)?;
    let event = Event::by_account(account_id, "identity-code.make")
        .detail("client", &client.id)
        .detail("name", &client.name);
    audit::record(app, app.database.write(), caller, event).await?;
    let made = codes(&client.id).make(app, account_id).await?;
    Ok(Shown {
        code: made.code,
        qr: made.qr,
        expires_in: LIFE.as_secs() as u32,
    })
}

/// Says whose a code is. Every check counts as a wrong one until it turns out right.
pub async fn check(
    app: &App,
    client: &Client,
    request: &IdentityCodeCheck,
) -> Result<SubjectLevel, Fault<CheckRefusal>> {
    count(app, client)
        .await?
        .map_err(CheckRefusal::RateLimited)?;
    let code = IdentityCode::parse(&request.code)
        .map_err(|error| CheckRefusal::InvalidInput(InvalidFields::one("code", error)))?;
    let subject = format!("client:{}", client.id);
    let wrong = app.windows_by_subject(limit::IDENTITY_WRONG_CODE_BY_CLIENT, &subject);
    app.count(wrong.clone())
        .await?
        .map_err(CheckRefusal::RateLimited)?;
    let holder = codes(&client.id).take(app, code.as_str()).await?;
    let account = match holder {
        Some(holder) => consent::stands(app, client, holder).await?,
        None => None,
    };
    let account = account.ok_or(CheckRefusal::IdentityCodeInvalid)?;
    let keys: Vec<&str> = wrong.iter().map(|window| window.key.as_str()).collect();
    app.ephemeral.uncount(&keys).await?;
    Ok(tell(app, client, &account).await?)
}
