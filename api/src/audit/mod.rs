//! The audit trail: who did what to whom, when, from where. Append-only; [`chain`] makes tampering show.

pub mod chain;
pub mod trail;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{app::App, database::Lagging, entity::audit_event, http::caller::Caller};

/// How the actor of an event begins that a member of staff caused.
pub const STAFF: &str = "staff:";

/// Something that happened. It holds no personal data: ids and words only.
pub struct Event {
    actor: String,
    subject_id: Option<Uuid>,
    action: &'static str,
    detail: Map<String, Value>,
}

impl Event {
    /// Something a person did to their own account.
    pub fn by_account(account_id: Uuid, action: &'static str) -> Self {
        Self {
            actor: format!("account:{account_id}"),
            subject_id: Some(account_id),
            action,
            detail: Map::new(),
        }
    }

    /// Something the service did by itself, to an account or to nobody that is known.
    pub fn by_system(subject_id: impl Into<Option<Uuid>>, action: &'static str) -> Self {
        Self {
            actor: "system".into(),
            subject_id: subject_id.into(),
            action,
            detail: Map::new(),
        }
    }

    /// Something a member of staff did, to an account or to a colleague.
    pub fn by_staff(staff_id: Uuid, subject_id: Option<Uuid>, action: &'static str) -> Self {
        Self {
            actor: format!("{STAFF}{staff_id}"),
            subject_id,
            action,
            detail: Map::new(),
        }
    }

    /// Something done from the command line of the server's machine.
    pub fn by_console(subject_id: Option<Uuid>, action: &'static str) -> Self {
        Self {
            actor: "console".into(),
            subject_id,
            action,
            detail: Map::new(),
        }
    }

    /// Something an application did for itself.
    pub fn by_client(client_id: &str, action: &'static str) -> Self {
        Self {
            actor: format!("client:{client_id}"),
            subject_id: None,
            action,
            detail: Map::new(),
        }
    }

    /// Adds a word about it.
    pub fn detail(mut self, name: &str, value: &str) -> Self {
        self.detail.insert(name.into(), value.into());
        self
    }
}

/// Writes the event on `connection`: in the transaction of what it tells of, so that neither is without the other.
pub async fn record<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    caller: &Caller,
    event: Event,
) -> anyhow::Result<()> {
    let model = audit_event::ActiveModel {
        id: Set(app.clock.new_id()),
        position: Set(None),
        at: Set(app.clock.now()),
        actor: Set(event.actor),
        subject_id: Set(event.subject_id),
        action: Set(event.action.into()),
        detail: Set(Value::Object(event.detail).to_string()),
        address: Set(caller.address.clone()),
        request_id: Set(caller.request_id.clone()),
        hash: Set(None),
    };
    audit_event::Entity::insert(model)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Writes an event down that stands by itself.
pub async fn record_alone(app: &App, caller: &Caller, event: Event) -> anyhow::Result<()> {
    let (service, caller) = (app.clone(), caller.clone());
    let recorded = app
        .database
        .write_one(move |on| Box::pin(async move { record(&service, &on, &caller, event).await }));
    recorded.await
}

/// What happened to an account before an event (or up to now), newest first.
pub async fn of_subject(
    database: &Lagging,
    subject_id: Uuid,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<audit_event::Model>, DbErr> {
    let mut query = audit_event::Entity::find()
        .filter(audit_event::Column::SubjectId.eq(subject_id))
        .order_by_desc(audit_event::Column::Id)
        .limit(limit);
    if let Some(before) = before {
        query = query.filter(audit_event::Column::Id.lt(before));
    }
    query.all(&**database).await
}
