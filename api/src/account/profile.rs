//! The person's own profile.

use renzheng_types::{
    account::{Account, ProfileChange},
    value::Nickname,
};
use uuid::Uuid;

use super::{standing, store, view};
use crate::{
    app::App,
    audit::{self, Event},
    http::{
        auth::Never,
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal},
    },
    verification::level,
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ChangeRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
}

impl Refusal for ChangeRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
        }
    }
}

/// What the service holds of the person, masked.
pub async fn show(app: &App, account_id: Uuid) -> Result<Account, Fault<Never>> {
    let standing = standing::find(app, account_id)
        .await?
        .ok_or_else(|| anyhow::anyhow!("a session without an account"))?;
    Ok(view::account(app, &standing.account, standing.level)?)
}

/// Changes nickname and language.
pub async fn change(
    app: &App,
    caller: &Caller,
    account_id: Uuid,
    request: ProfileChange,
) -> Result<Account, Fault<ChangeRefusal>> {
    let nickname = request
        .nickname
        .map(|nickname| Nickname::parse(&nickname))
        .transpose()
        .map_err(|error| ChangeRefusal::InvalidInput(InvalidFields::one("nickname", error)))?;
    if nickname.is_none() && request.locale.is_none() {
        let shown = show(app, account_id).await;
        return shown.map_err(|fault| fault.map(|never| match never {}));
    }
    let level = level::of(app, account_id).await?;
    let transaction = app.database.begin().await?;
    let mut event = Event::by_account(account_id, "account.change");
    if nickname.is_some() {
        event = event.detail("nickname", "changed");
    }
    if let Some(locale) = request.locale {
        event = event.detail("locale", locale.tag());
    }
    let model = store::change_profile(
        &transaction,
        account_id,
        nickname.map(|nickname| nickname.as_str().to_string()),
        request.locale.map(|locale| locale.tag()),
    )
    .await?;
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    Ok(view::account(app, &model, level)?)
}
