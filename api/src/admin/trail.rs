//! Reading the audit trail, and checking its chain.

use chrono::{DateTime, Utc};
use renzheng_types::admin::{AuditCheck, AuditEvent, AuditEventList};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    app::App,
    audit::{
        self, Event, STAFF,
        chain::{self, Walk},
        trail::{self, Filter},
    },
    entity::audit_event::Model,
    http::{
        auth::Never,
        caller::Caller,
        problem::{Fault, Refusal},
    },
    operate::store,
    staff::{Member, view},
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ListRefusal {
    #[error("not a cursor of ours")]
    CursorInvalid,
}

impl Refusal for ListRefusal {}

/// What is asked for.
#[derive(Debug, Default)]
pub struct Wanted {
    pub cursor: Option<String>,
    pub action: Option<String>,
    pub actor: Option<String>,
    pub subject_id: Option<Uuid>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

/// One page, newest first. Looking into what one person did is itself in the trail.
pub async fn list(
    app: &App,
    caller: &Caller,
    member: &Member,
    wanted: Wanted,
) -> Result<AuditEventList, Fault<ListRefusal>> {
    let before = wanted
        .cursor
        .as_deref()
        .map(str::parse::<Uuid>)
        .transpose()
        .map_err(|_| ListRefusal::CursorInvalid)?;
    if before.is_none() && wanted.subject_id.is_some() {
        let event = Event::by_staff(member.id(), wanted.subject_id, "audit.read");
        audit::record(app, app.database.write(), caller, event).await?;
    }
    let filter = &Filter {
        before,
        action: wanted.action,
        actor: wanted.actor,
        subject_id: wanted.subject_id,
        from: wanted.from,
        to: wanted.to,
    };
    let page = app
        .database
        .lagging(|on| async move { Ok(trail::page(&on, filter).await?) })
        .await?;
    let staff = page.events.iter().filter_map(staff_of).collect();
    let names = view::names(app, staff).await?;
    let items = page.events.into_iter().map(|event| {
        let name = staff_of(&event).and_then(|id| names.get(&id).cloned());
        shown(event, name)
    });
    Ok(AuditEventList {
        items: items.collect(),
        searched_to: page.next.and_then(time_of),
        next_cursor: page.next.map(|id| id.to_string()),
    })
}

/// Checks so much of the chain as one request may.
pub async fn check(app: &App, after: i64) -> Result<AuditCheck, Fault<Never>> {
    let walked = app.database.lagging(|on| async move {
        let last = chain::last_position(&on).await?;
        Ok((last, chain::walk(&on, after.max(0)).await?))
    });
    let (last, Walk { to, broken_at }) = walked.await?;
    Ok(AuditCheck {
        to,
        last: last.max(to),
        broken_at,
        waiting: store::unchained(&app.database).await?,
    })
}

fn staff_of(event: &Model) -> Option<Uuid> {
    event.actor.strip_prefix(STAFF)?.parse().ok()
}

/// When an id was made.
fn time_of(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

fn shown(event: Model, actor_name: Option<String>) -> AuditEvent {
    let detail: Value = serde_json::from_str(&event.detail).unwrap_or_default();
    let words = detail.as_object().into_iter().flatten();
    AuditEvent {
        id: event.id,
        position: event.position,
        at: event.at,
        actor: event.actor,
        actor_name,
        subject_id: event.subject_id,
        action: event.action,
        detail: words
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect(),
        address: event.address,
        request_id: event.request_id,
    }
}
