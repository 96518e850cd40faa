//! Where a person is signed in, and ending that.

use renzheng_types::{
    Locale,
    device::{Device, DeviceList},
};
use uuid::Uuid;

use super::{Authenticated, store};
use crate::{
    app::App,
    audit::{self, Event},
    http::{
        auth::Never,
        caller::Caller,
        problem::{Fault, Refusal},
    },
    user_agent,
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum EndRefusal {
    #[error("no such live session of this person")]
    NotFound,
}

impl Refusal for EndRefusal {}

/// The live sessions, newest first.
pub async fn list(
    app: &App,
    locale: Locale,
    session: &Authenticated,
) -> Result<DeviceList, Fault<Never>> {
    let now = app.clock.now();
    let rows = store::live_of_account(app, session.account_id, now).await?;
    let items = rows
        .into_iter()
        .filter(|row| super::live::is_live(app, row, now))
        .map(|row| Device {
            device: user_agent::describe(&row.user_agent, locale),
            address: row.address,
            method: row.method,
            current: row.id == session.session_id,
            signed_in_at: row.created_at,
            last_used_at: row.last_used_at,
            id: row.id,
        })
        .collect();
    Ok(DeviceList {
        items,
        next_cursor: None,
    })
}

/// Ends one of the person's own sessions.
pub async fn end(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    id: Uuid,
) -> Result<(), Fault<EndRefusal>> {
    let now = app.clock.now();
    let mine = store::live_of_account(app, session.account_id, now).await?;
    if !mine.iter().any(|row| row.id == id) {
        return Err(EndRefusal::NotFound.into());
    }
    let transaction = app.database.begin().await?;
    if store::end(&transaction, id, "ended-by-owner", now).await? {
        let event =
            Event::by_account(session.account_id, "session.end").detail("reason", "ended-by-owner");
        audit::record(app, &transaction, caller, event).await?;
    }
    transaction.commit().await?;
    app.live_sessions.forget(id);
    Ok(())
}

/// Ends all of the person's sessions but this one.
pub async fn end_others(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
) -> Result<(), Fault<Never>> {
    let transaction = app.database.begin().await?;
    let except = Some(session.session_id);
    let now = app.clock.now();
    let ended = store::end_all(
        &transaction,
        session.account_id,
        except,
        "ended-by-owner",
        now,
    )
    .await?;
    if !ended.is_empty() {
        let event = Event::by_account(session.account_id, "session.end-others");
        audit::record(app, &transaction, caller, event).await?;
    }
    transaction.commit().await?;
    for id in ended {
        app.live_sessions.forget(id);
    }
    Ok(())
}
