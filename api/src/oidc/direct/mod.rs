//! What an application asks for itself, by the names it knows people by: how well their identity is proven, and whose code
//! it was shown. Only about people who have agreed to it; each answer is written down for the person.

pub mod identity_code;
pub mod routes;

use renzheng_types::{
    integration::{PassedMethod, SubjectLevel},
    verification::Method,
};

use super::{acr, client::Client, consent, scope::Scope, subject};
use crate::{
    app::App,
    code::limit,
    entity::account::Model,
    http::problem::{Detail, Fault, Refusal, RetryAfter},
    verification::{level, store as attempts},
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum LevelRefusal {
    #[error("nobody that this application knows by that name and who agreed to it")]
    NotFound,
    #[error("too many requests, of the application or about the person")]
    RateLimited(RetryAfter),
}

impl Refusal for LevelRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::NotFound => Detail::None,
        }
    }
}

/// Counts a request of an application.
pub async fn count(app: &App, client: &Client) -> anyhow::Result<Result<(), RetryAfter>> {
    let subject = format!("client:{}", client.id);
    app.count(app.windows_by_subject(limit::DIRECT_BY_CLIENT, &subject))
        .await
}

/// The level of a person, and what it stands on.
pub async fn level(
    app: &App,
    client: &Client,
    sub: &str,
) -> Result<SubjectLevel, Fault<LevelRefusal>> {
    count(app, client)
        .await?
        .map_err(LevelRefusal::RateLimited)?;
    let account = consent::person(app, client, sub)
        .await?
        .ok_or(LevelRefusal::NotFound)?;
    let about = format!("client:{}:{}", client.id, account.id);
    app.count(app.windows_by_subject(limit::LEVEL_BY_SUBJECT, &about))
        .await?
        .map_err(LevelRefusal::RateLimited)?;
    Ok(tell(app, client, &account).await?)
}

/// Tells an application a person's level, and the person that it was told.
async fn tell(app: &App, client: &Client, account: &Model) -> anyhow::Result<SubjectLevel> {
    let now = app.clock.now();
    let methods = attempts::of_account(app, account.id)
        .await?
        .into_iter()
        .filter(|row| row.status == attempts::PASSED)
        .filter(|row| row.valid_until.is_none_or(|until| until > now))
        .map(|row| {
            Ok(PassedMethod {
                method: row.method.parse::<Method>()?,
                level: u8::try_from(row.level)?,
                verified_at: row.decided_at.unwrap_or(row.created_at),
                valid_until: row.valid_until,
            })
        })
        .collect::<anyhow::Result<_>>()?;
    let level = level::of(app, account.id).await?;
    consent::note_disclosure(app, account.id, &client.id, &[Scope::OpenId]).await?;
    Ok(SubjectLevel {
        sub: subject::of(app, client, account.id),
        level,
        acr: acr(level),
        methods,
    })
}
