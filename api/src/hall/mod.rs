//! 办事大厅现场: a person shows a one-time code, a clerk checks the person and the card, and for some a supervisor
//! approves. It ends in an attempt like every other method: see `verification::decide`.
//!
//! Nobody can be looked for. A clerk sees whom a code was taken from, until that case is recorded; a supervisor sees the
//! one case that is to be approved.

pub mod admin_routes;
pub mod approval;
pub mod code;
pub mod command;
pub mod evidence;
pub mod lookup;
pub mod place;
pub mod record;
pub mod routes;
pub mod store;
pub mod view;
pub mod visit_routes;

use renzheng_types::verification::Method;
use uuid::Uuid;

use crate::{
    app::App, audit::Event, entity::hall_case::Model, http::caller::Caller, staff::Member,
    verification::method::Terms,
};

pub static TERMS: Terms = Terms {
    key: Method::Hall,
    level: 3,
    needs: 0,
};

/// The detail of a claim that says that name and ID number were typed off the card.
pub const IDENTITY: &str = "identity";
pub const FROM_CARD: &str = "card";

/// The hall at whose counter somebody sits, while it is open.
pub async fn counter(app: &App, member: &Member) -> anyhow::Result<Option<Uuid>> {
    let Some(id) = member.hall_id() else {
        return Ok(None);
    };
    let hall = store::find(app, id).await?;
    Ok(hall
        .filter(|hall| hall.closed_at.is_none())
        .map(|hall| hall.id))
}

/// Something that a member of staff did in a case.
fn event(member: &Member, case: &Model, action: &'static str) -> Event {
    Event::by_staff(member.id(), Some(case.account_id), action)
        .detail("case", &case.id.to_string())
        .detail("hall", &case.hall_id.to_string())
}

/// The service, working on behalf of a request: what it does next is no more from the clerk's machine.
fn service(caller: &Caller) -> Caller {
    Caller {
        request_id: caller.request_id.clone(),
        ..Caller::system()
    }
}
