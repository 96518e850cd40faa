//! A case, as whoever may see it sees it.

use std::time::Duration;

use renzheng_types::{
    hall::{HallCase, HallCaseStatus, HallPerson, HallReason},
    verification::AttemptReason,
};

use super::store;
use crate::{
    account::store as accounts,
    app::App,
    entity::{hall_case::Model, verification_attempt},
    provider::Identity,
    staff::{Member, view as staff},
    verification::store as attempts,
};

/// Well within what a request may take: a case is shown without a photo rather than not at all.
const PORTRAIT_WAIT: Duration = Duration::from_millis(1500);

/// The case. Who it is about is told to the clerk while it is open, and to a supervisor who is to approve it.
pub async fn case(app: &App, member: &Member, row: &Model) -> anyhow::Result<HallCase> {
    let attempt = match row.attempt_id {
        Some(id) => attempts::find(app, row.account_id, id).await?,
        None => None,
    };
    let open = row.status == store::OPEN && row.expires_at > app.clock.now();
    let mine = row.clerk_id == member.id();
    let identity = if open && mine {
        accounts::identity(app, row.account_id).await?
    } else if row.status == store::AWAITING && !mine {
        attempt
            .as_ref()
            .map(|attempt| claimed(app, attempt))
            .transpose()?
    } else {
        None
    };
    let person = match identity {
        Some(identity) => Some(person(app, &identity).await),
        None => None,
    };
    let hall = store::find(app, row.hall_id).await?;
    let names = staff::names(app, vec![row.clerk_id]).await?;
    Ok(HallCase {
        id: row.id,
        status: status(row, attempt.as_ref(), open),
        hall: hall.map(|hall| hall.name).unwrap_or_default(),
        clerk: names.get(&row.clerk_id).cloned().unwrap_or_default(),
        mine,
        person,
        typed: row.typed,
        reason: reason(row, attempt.as_ref()),
        created_at: row.created_at,
        expires_at: open.then_some(row.expires_at),
    })
}

/// The name and ID number that an undecided attempt is about.
pub fn claimed(app: &App, attempt: &verification_attempt::Model) -> anyhow::Result<Identity> {
    let today = app.clock.now().date_naive();
    Ok(attempts::open_claim(app, attempt, today)?.identity)
}

fn status(
    row: &Model,
    attempt: Option<&verification_attempt::Model>,
    open: bool,
) -> HallCaseStatus {
    match (row.status.as_str(), attempt.map(|row| row.status.as_str())) {
        (store::OPEN, _) if open => HallCaseStatus::Open,
        (store::AWAITING, _) => HallCaseStatus::AwaitingApproval,
        (store::REFUSED, _) => HallCaseStatus::Refused,
        (store::REJECTED, _) => HallCaseStatus::Rejected,
        (store::RECORDED | store::APPROVED, Some(attempts::PENDING)) => HallCaseStatus::Waiting,
        (store::RECORDED | store::APPROVED, Some(attempts::PASSED)) => HallCaseStatus::Passed,
        (store::RECORDED | store::APPROVED, Some(_)) => HallCaseStatus::Failed,
        _ => HallCaseStatus::Closed,
    }
}

fn reason(row: &Model, attempt: Option<&verification_attempt::Model>) -> Option<HallReason> {
    if let Some(reason) = &row.reason {
        return reason.parse().ok();
    }
    match attempt?.reason.as_deref()?.parse().ok()? {
        AttemptReason::Mismatch | AttemptReason::NoRecord => Some(HallReason::Mismatch),
        AttemptReason::IdNumberTaken => Some(HallReason::IdNumberTaken),
        _ => None,
    }
}

/// A person with their photo in the register, where there is one to be had: without it the card's own has to do.
async fn person(app: &App, identity: &Identity) -> HallPerson {
    let portrait = match &app.portraits {
        Some(register) => {
            let asked = tokio::time::timeout(PORTRAIT_WAIT, register.portrait(identity));
            match asked.await {
                Ok(Ok(portrait)) => portrait.map(|portrait| portrait.data_url()),
                Ok(Err(outage)) => {
                    tracing::warn!(reason = outage.reason, "no portrait");
                    None
                }
                Err(_) => {
                    tracing::warn!("no portrait in time");
                    None
                }
            }
        }
        None => None,
    };
    HallPerson {
        name: identity.name.as_str().into(),
        id_number: identity.id_number.as_str().into(),
        sex: identity.id_number.sex(),
        birth_date: identity.id_number.birth_date(),
        portrait,
    }
}
