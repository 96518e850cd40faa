//! Closing an account: fifteen days in which signing in keeps it, then everything is erased. The audit trail keeps the
//! account's id alone, which is nobody's name.

use chrono::{DateTime, TimeDelta, Utc};
use renzheng_types::{closing::Closing, step_up::StepUpPurpose};
use uuid::Uuid;

use super::{
    notice::{self, Notice},
    store,
};
use crate::{
    app::App,
    audit::{self, Event},
    database::Transaction,
    entity::account::Model,
    http::{
        caller::Caller,
        problem::{Fault, Refusal},
    },
    oidc::webhook,
    session::{Authenticated, end, step_up},
};

const COOLING_OFF: TimeDelta = TimeDelta::days(15);

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum CloseRefusal {
    #[error("prove yourself anew first")]
    StepUpRequired,
}

impl Refusal for CloseRefusal {}

/// Begins the cooling-off, and signs out every device.
pub async fn begin(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    step_up: Option<&str>,
) -> Result<Closing, Fault<CloseRefusal>> {
    let grant = step_up::check(app, session, StepUpPurpose::Close, step_up)
        .await?
        .ok_or(CloseRefusal::StepUpRequired)?;
    if !step_up::consume(app, grant).await? {
        return Err(CloseRefusal::StepUpRequired.into());
    }
    let account = store::existing(app, session.account_id).await?;
    let closes_at = app.clock.now() + COOLING_OFF;
    let transaction = app.database.begin().await?;
    store::set_closes_at(&transaction, account.id, Some(closes_at)).await?;
    let ended = end::all_of_account(app, &transaction, account.id, None, "closing").await?;
    notice::tell(app, &transaction, &account, &Notice::Closing { closes_at }).await?;
    let event = Event::by_account(account.id, "account.close");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    end::forget(app, &ended);
    Ok(Closing { closes_at })
}

/// Signing in keeps the account.
pub async fn cancel(
    app: &App,
    transaction: &Transaction,
    caller: &Caller,
    account: Model,
) -> anyhow::Result<Model> {
    if account.closes_at.is_none() {
        return Ok(account);
    }
    store::set_closes_at(transaction, account.id, None).await?;
    notice::tell(app, transaction, &account, &Notice::ClosingCancelled).await?;
    let event = Event::by_account(account.id, "account.keep");
    audit::record(app, transaction, caller, event).await?;
    Ok(Model {
        closes_at: None,
        ..account
    })
}

/// Erases the accounts whose day has come. One that cannot be erased keeps no other waiting.
pub async fn run(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    for account in store::due_to_close(app, now).await? {
        if let Err(error) = erase(app, account.id, now).await {
            tracing::error!(account = %account.id, error = format!("{error:#}"), "account not erased");
        }
    }
    Ok(())
}

async fn erase(app: &App, id: Uuid, now: DateTime<Utc>) -> anyhow::Result<()> {
    let transaction = app.database.begin().await?;
    webhook::event::account_closed(app, &transaction, id).await?;
    if !store::erase(&transaction, id, now).await? {
        // Kept after all, or another node was first.
        transaction.rollback().await?;
        return Ok(());
    }
    let event = Event::by_system(id, "account.erase");
    audit::record(app, &transaction, &Caller::system(), event).await?;
    transaction.commit().await?;
    Ok(())
}
