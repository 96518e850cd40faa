//! What is masked everywhere else, for its owner to check.

use renzheng_types::{account::AccountDetails, step_up::StepUpPurpose};

use super::{contact, store};
use crate::{
    app::App,
    audit::{self, Event},
    code::limit,
    http::{
        caller::Caller,
        problem::{Detail, Fault, Refusal, RetryAfter},
    },
    session::{Authenticated, step_up},
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ShowRefusal {
    #[error("prove yourself anew first")]
    StepUpRequired,
    #[error("looked at too often")]
    RateLimited(RetryAfter),
}

impl Refusal for ShowRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::StepUpRequired => Detail::None,
        }
    }
}

/// Shows them after a step-up, or a sign-in of lately. It is written down.
pub async fn show(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    step_up: Option<&str>,
) -> Result<AccountDetails, Fault<ShowRefusal>> {
    let allowed = step_up::allowance(app, session, StepUpPurpose::Details, step_up)
        .await?
        .ok_or(ShowRefusal::StepUpRequired)?;
    let id = session.account_id;
    app.count(app.windows_by_account(limit::DETAILS_BY_ACCOUNT, id))
        .await?
        .map_err(ShowRefusal::RateLimited)?;
    if !step_up::use_up(app, allowed).await? {
        return Err(ShowRefusal::StepUpRequired.into());
    }
    let account = store::existing(app, id).await?;
    let identity = store::identity(app, id).await?;
    let event = Event::by_account(id, "details.show");
    audit::record(app, app.database.write(), caller, event).await?;
    let (name, id_number) = identity
        .map(|identity| (identity.name, identity.id_number))
        .unzip();
    Ok(AccountDetails {
        phone: contact::phone(app, &account)?.map(|phone| phone.as_str().into()),
        email: contact::email(app, &account)?.map(|email| email.as_str().into()),
        name: name.map(|name| name.as_str().into()),
        id_number: id_number.map(|number| number.as_str().into()),
    })
}
