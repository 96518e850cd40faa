//! What operators see of people's accounts and do to them, and what they see of the service.

pub mod account;
pub mod act;
pub mod condition;
pub mod condition_routes;
pub mod node_store;
pub mod routes;
pub mod trail;
pub mod trail_routes;

use renzheng_types::{
    admin::ActReason,
    value::{CaseNumber, ValueError},
};

use crate::{audit::Event, staff::Member};
use uuid::Uuid;

/// Why an operator does something.
pub struct Why {
    reason: ActReason,
    case_number: Option<CaseNumber>,
}

impl Why {
    fn parse(reason: ActReason, case_number: Option<&str>) -> Result<Self, ValueError> {
        Ok(Self {
            reason,
            case_number: case_number.map(CaseNumber::parse).transpose()?,
        })
    }

    /// The event of it.
    fn event(&self, member: &Member, subject_id: Option<Uuid>, action: &'static str) -> Event {
        let event =
            Event::by_staff(member.id(), subject_id, action).detail("reason", self.reason.into());
        match &self.case_number {
            Some(number) => event.detail("case_number", number.as_str()),
            None => event,
        }
    }
}
