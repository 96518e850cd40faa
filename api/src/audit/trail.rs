//! Reading back. A page is found by an index where there is one for what is asked: by account, or by member of staff.
//! By kind of event there is none, as every event would pay for it: there a page looks through so many events, and says
//! how far it came.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Expr,
};
use uuid::Uuid;

use super::STAFF;
use crate::{
    database::Lagging,
    entity::audit_event::{Column, Entity, Model},
};

const PAGE: u64 = 50;
/// Events looked through for one page.
const LOOKED_THROUGH: u64 = 20_000;

/// Which events.
#[derive(Debug, Default)]
pub struct Filter {
    pub before: Option<Uuid>,
    pub action: Option<String>,
    pub actor: Option<String>,
    pub subject_id: Option<Uuid>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

/// A page, newest first.
pub struct Page {
    pub events: Vec<Model>,
    /// Before which to look next; `None` when there is nothing.
    pub next: Option<Uuid>,
}

pub async fn page(database: &Lagging, filter: &Filter) -> Result<Page, DbErr> {
    let connection = &**database;
    let within = within(filter);
    let by_index = filter.subject_id.is_some()
        || filter
            .actor
            .as_deref()
            .is_some_and(|actor| actor.starts_with(STAFF));
    // The first event that is not looked at for this page.
    let horizon = match by_index {
        true => None,
        false => {
            let beyond = within.clone().offset(LOOKED_THROUGH);
            beyond.one(connection).await?.map(|event| event.id)
        }
    };
    let mut query = within.limit(PAGE + 1);
    if let Some(horizon) = horizon {
        query = query.filter(Column::Id.gt(horizon));
    }
    if let Some(action) = &filter.action {
        query = query.filter(Column::Action.eq(action.as_str()));
    }
    if let Some(actor) = &filter.actor {
        query = query.filter(Column::Actor.eq(actor.as_str()));
        if actor.starts_with(STAFF) {
            // As the index over them says it, so that it is used.
            query = query.filter(Expr::cust("actor LIKE 'staff:%'"));
        }
    }
    let mut events = query.all(connection).await?;
    let more = events.len() as u64 > PAGE;
    events.truncate(PAGE as usize);
    let next = match more {
        true => events.last().map(|event| event.id),
        // The cursor is before which to look: the event at the horizon is still to be seen.
        false => horizon.map(after),
    };
    Ok(Page { events, next })
}

/// The events of the time and the account asked for, newest first. Ids are made in the order of time.
fn within(filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find().order_by_desc(Column::Id);
    if let Some(before) = filter.before {
        query = query.filter(Column::Id.lt(before));
    }
    if let Some(to) = filter.to {
        query = query.filter(Column::Id.lt(first_id(to)));
    }
    if let Some(from) = filter.from {
        query = query.filter(Column::Id.gte(first_id(from)));
    }
    if let Some(subject_id) = filter.subject_id {
        query = query.filter(Column::SubjectId.eq(subject_id));
    }
    query
}

/// The smallest id of a moment.
fn first_id(at: DateTime<Utc>) -> Uuid {
    let millis = u128::try_from(at.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128((millis << 80) | (0x7 << 76) | (0x8 << 60))
}

fn after(id: Uuid) -> Uuid {
    Uuid::from_u128(id.as_u128().saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn ids_stand_in_the_order_of_time() {
        let clock = Clock::system();
        let before = clock.new_id();
        clock.advance(1);
        let at = clock.now();
        assert!(before < first_id(at));
        assert!(clock.new_id() >= first_id(at));
        assert!(after(before) > before);
    }
}
