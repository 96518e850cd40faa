//! Locking accounts, letting people in again, ending their sessions.

use renzheng_types::admin::{AccountStatus, ActReason, AdminAccount, AdminAct};
use uuid::Uuid;

use super::{Why, account};
use crate::{
    account::{
        notice::{self, Notice},
        store as accounts,
    },
    app::App,
    audit,
    entity::account::Model,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal},
    },
    session::end,
    staff::Member,
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ActRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("no such account")]
    NotFound,
    #[error("the operator's own account")]
    OwnCase,
}

impl Refusal for ActRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            _ => Detail::None,
        }
    }
}

/// Locks an account, or lets its owner in again. Locked, every session and every authorization of it is over, and no
/// way leads in: `session::complete` and the ways to it look at the status. The owner is told of either.
pub async fn set_locked(
    app: &App,
    caller: &Caller,
    member: &Member,
    id: Uuid,
    act: &AdminAct,
    locked: bool,
) -> Result<AdminAccount, Fault<ActRefusal>> {
    let (before, why) = open(app, member, id, act.reason, act.case_number.as_deref()).await?;
    let (status, action, notice) = match locked {
        true => (AccountStatus::Locked, "account.lock", Notice::Locked),
        false => (AccountStatus::Active, "account.unlock", Notice::Unlocked),
    };
    let transaction = app.database.begin().await?;
    let status = status.into();
    let changed = accounts::set_status(&transaction, id, status).await?;
    let mut ended = Vec::new();
    if changed {
        if locked {
            ended = end::all_of_account(app, &transaction, id, None, "locked").await?;
        }
        let told = notice::tell(app, &transaction, &before, &notice).await?;
        let event = why
            .event(member, Some(id), action)
            .detail("told_by", &told.join(","));
        audit::record(app, &transaction, caller, event).await?;
    }
    transaction.commit().await?;
    end::forget(app, &ended);
    let after = Model {
        status: status.into(),
        ..before
    };
    Ok(account::whole(app, &after).await?)
}

/// Ends every session of an account, and what applications were let do.
pub async fn end_sessions(
    app: &App,
    caller: &Caller,
    member: &Member,
    id: Uuid,
    reason: ActReason,
    case_number: Option<&str>,
) -> Result<(), Fault<ActRefusal>> {
    let (_, why) = open(app, member, id, reason, case_number).await?;
    let transaction = app.database.begin().await?;
    let ended = end::all_of_account(app, &transaction, id, None, "ended-by-operator").await?;
    let event = why
        .event(member, Some(id), "account.end-sessions")
        .detail("count", &ended.len().to_string());
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    end::forget(app, &ended);
    Ok(())
}

/// The account, unless it is the operator's own, and why something is done to it.
async fn open(
    app: &App,
    member: &Member,
    id: Uuid,
    reason: ActReason,
    case_number: Option<&str>,
) -> Result<(Model, Why), Fault<ActRefusal>> {
    let why = Why::parse(reason, case_number)
        .map_err(|error| ActRefusal::InvalidInput(InvalidFields::one("case_number", error)))?;
    let account = accounts::find(app, id).await?.ok_or(ActRefusal::NotFound)?;
    match member.is(&account, None) {
        true => Err(ActRefusal::OwnCase.into()),
        false => Ok((account, why)),
    }
}
