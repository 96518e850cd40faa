//! The second pair of eyes: a supervisor approves what a clerk recorded, or does not.

use renzheng_types::hall::{HallApproval, HallApprovalList, HallCase, HallReason};
use uuid::Uuid;

use super::{event, record, service, store, view};
use crate::{
    account::store as accounts,
    app::App,
    audit::{self, Event},
    entity::{hall_case::Model, verification_attempt},
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal},
    },
    staff::{Member, view as staff},
    verification::{decide, store as attempts},
};

const PAGE: u64 = 50;
const LAPSED_AT_ONCE: u64 = 100;

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ListRefusal {
    #[error("not a cursor of ours")]
    CursorInvalid,
}

impl Refusal for ListRefusal {}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ShowRefusal {
    #[error("no such case for this member of staff")]
    NotFound,
    #[error("the supervisor's own case")]
    OwnCase,
}

impl Refusal for ShowRefusal {}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ApproveRefusal {
    #[error("no such case in this supervisor's halls")]
    NotFound,
    #[error("recorded by this supervisor, or about them")]
    OwnCase,
    #[error("decided before")]
    CaseDecided,
}

impl Refusal for ApproveRefusal {}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum RejectRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("no such case in this supervisor's halls")]
    NotFound,
    #[error("recorded by this supervisor, or about them")]
    OwnCase,
    #[error("decided before")]
    CaseDecided,
}

impl Refusal for RejectRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            _ => Detail::None,
        }
    }
}

impl From<ApproveRefusal> for RejectRefusal {
    fn from(refusal: ApproveRefusal) -> Self {
        match refusal {
            ApproveRefusal::NotFound => Self::NotFound,
            ApproveRefusal::OwnCase => Self::OwnCase,
            ApproveRefusal::CaseDecided => Self::CaseDecided,
        }
    }
}

/// Cases that wait, without a word about the person.
pub async fn list(
    app: &App,
    member: &Member,
    cursor: Option<&str>,
) -> Result<HallApprovalList, Fault<ListRefusal>> {
    let after = cursor
        .map(str::parse::<Uuid>)
        .transpose()
        .map_err(|_| ListRefusal::CursorInvalid)?;
    let mut rows = store::awaiting(app, member.hall_id(), after, PAGE + 1).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next_cursor = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let clerks = rows.iter().map(|row| row.clerk_id).collect();
    let names = staff::names(app, clerks).await?;
    let halls = store::list(app).await?;
    let items = rows
        .into_iter()
        .map(|row| HallApproval {
            hall: halls
                .iter()
                .find(|hall| hall.id == row.hall_id)
                .map(|hall| hall.name.clone())
                .unwrap_or_default(),
            clerk: names.get(&row.clerk_id).cloned().unwrap_or_default(),
            mine: row.clerk_id == member.id(),
            typed: row.typed,
            recorded_at: row.recorded_at.unwrap_or(row.created_at),
            id: row.id,
        })
        .collect();
    Ok(HallApprovalList { items, next_cursor })
}

/// One case: to the clerk whose it is, or to a supervisor while it waits. What a supervisor sees is written down.
pub async fn show(
    app: &App,
    caller: &Caller,
    member: &Member,
    id: Uuid,
) -> Result<HallCase, Fault<ShowRefusal>> {
    let case = store::find_case(app, id)
        .await?
        .ok_or(ShowRefusal::NotFound)?;
    if case.clerk_id != member.id() {
        if case.status != store::AWAITING || !supervises(member, &case) {
            return Err(ShowRefusal::NotFound.into());
        }
        if is_about(app, member, &case).await? {
            return Err(ShowRefusal::OwnCase.into());
        }
        let event = event(member, &case, "hall.review");
        audit::record(app, app.database.write(), caller, event).await?;
    }
    Ok(view::case(app, member, &case).await?)
}

/// Approves; the attempt is then decided like any other.
pub async fn approve(
    app: &App,
    caller: &Caller,
    member: &Member,
    id: Uuid,
) -> Result<HallCase, Fault<ApproveRefusal>> {
    let (case, attempt) = waiting(app, member, id).await?;
    let now = app.clock.now();
    let transaction = app.database.begin().await?;
    let me = Some(member.id());
    if !store::review(&transaction, id, me, store::APPROVED, None, now).await? {
        return Err(ApproveRefusal::CaseDecided.into());
    }
    // Should this node die now, another goes on from here.
    attempts::postpone_on(&transaction, attempt.id, None, now + attempts::LEASE).await?;
    let event = event(member, &case, "hall.approve");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    app.metrics.hall("approval", "approved");
    let claim = attempts::open_claim(app, &attempt, now.date_naive())?;
    decide::ask(app, &service(caller), &attempt, &claim).await?;
    app.outbox_wakeup.notify_one();
    shown(app, member, id).await
}

/// Rejects, with a reason.
pub async fn reject(
    app: &App,
    caller: &Caller,
    member: &Member,
    id: Uuid,
    reason: HallReason,
) -> Result<HallCase, Fault<RejectRefusal>> {
    if !record::is_for_people(reason) {
        let invalid = InvalidFields::one("reason", renzheng_types::value::ValueError::Required);
        return Err(RejectRefusal::InvalidInput(invalid).into());
    }
    let (case, attempt) = match waiting(app, member, id).await {
        Ok(found) => found,
        Err(fault) => return Err(fault.map(Into::into)),
    };
    let now = app.clock.now();
    let transaction = app.database.begin().await?;
    let (me, word) = (Some(member.id()), Some(reason.into()));
    if !store::review(&transaction, id, me, store::REJECTED, word, now).await? {
        return Err(RejectRefusal::CaseDecided.into());
    }
    let event = event(member, &case, "hall.reject").detail("reason", reason.into());
    audit::record(app, &transaction, caller, event).await?;
    record::fail(app, &transaction, caller, &case, &attempt, reason).await?;
    transaction.commit().await?;
    app.outbox_wakeup.notify_one();
    app.metrics.hall("approval", "rejected");
    shown(app, member, id).await
}

/// Rejects what no supervisor looked at in time, so that nobody waits for ever.
pub async fn lapse(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    let before = now - app.config.hall.approval();
    for case in store::overdue(app, before, LAPSED_AT_ONCE).await? {
        let reason = HallReason::NotReviewed;
        let transaction = app.database.begin().await?;
        let word = Some(reason.into());
        if store::review(&transaction, case.id, None, store::REJECTED, word, now).await? {
            let event = Event::by_system(case.account_id, "hall.lapse")
                .detail("case", &case.id.to_string());
            audit::record(app, &transaction, &Caller::system(), event).await?;
            if let Some(attempt) = attempt_of(app, &case).await? {
                let caller = Caller::system();
                record::fail(app, &transaction, &caller, &case, &attempt, reason).await?;
            }
        }
        transaction.commit().await?;
    }
    Ok(())
}

/// A case that this supervisor may decide.
async fn waiting(
    app: &App,
    member: &Member,
    id: Uuid,
) -> Result<(Model, verification_attempt::Model), Fault<ApproveRefusal>> {
    let case = store::find_case(app, id)
        .await?
        .filter(|case| supervises(member, case))
        .ok_or(ApproveRefusal::NotFound)?;
    if case.clerk_id == member.id() {
        return Err(ApproveRefusal::OwnCase.into());
    }
    if case.status != store::AWAITING {
        return Err(if case.supervisor_id.is_some() {
            ApproveRefusal::CaseDecided
        } else {
            // It never waited: it is not theirs to know of.
            ApproveRefusal::NotFound
        }
        .into());
    }
    if is_about(app, member, &case).await? {
        return Err(ApproveRefusal::OwnCase.into());
    }
    let attempt = attempt_of(app, &case)
        .await?
        .ok_or(ApproveRefusal::NotFound)?;
    Ok((case, attempt))
}

fn supervises(member: &Member, case: &Model) -> bool {
    use renzheng_types::staff::StaffRole;
    let here = member.hall_id().is_none_or(|hall| hall == case.hall_id);
    member.role == StaffRole::Supervisor && here
}

/// Whether the person of the case is this member of staff.
async fn is_about(app: &App, member: &Member, case: &Model) -> anyhow::Result<bool> {
    let Some(account) = accounts::find(app, case.account_id).await? else {
        return Ok(false);
    };
    let index = match attempt_of(app, case).await? {
        Some(attempt) if attempt.claim_sealed.is_some() => {
            let identity = view::claimed(app, &attempt)?;
            Some(
                app.vault
                    .blind_index("id-number", identity.id_number.as_str()),
            )
        }
        _ => None,
    };
    Ok(member.is(&account, index.as_deref()))
}

async fn attempt_of(
    app: &App,
    case: &Model,
) -> anyhow::Result<Option<verification_attempt::Model>> {
    Ok(match case.attempt_id {
        Some(id) => attempts::find(app, case.account_id, id).await?,
        None => None,
    })
}

async fn shown<E>(app: &App, member: &Member, id: Uuid) -> Result<HallCase, Fault<E>> {
    let case = store::find_case(app, id)
        .await?
        .ok_or_else(|| Fault::Internal(anyhow::anyhow!("a case that was just decided")))?;
    Ok(view::case(app, member, &case).await?)
}
