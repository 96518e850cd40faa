//! The clerk records what they saw, once.

use std::collections::BTreeMap;

use rand::RngExt;
use renzheng_types::{
    hall::{HallCase, HallChecks, HallPass, HallReason},
    value::{IdNumber, PersonName, ValueError},
    verification::{AttemptReason, Method},
};
use uuid::Uuid;

use super::{FROM_CARD, IDENTITY, TERMS, event, evidence, service, store, view};
use crate::{
    account::store as accounts,
    app::App,
    audit,
    database::Transaction,
    entity::{hall_case::Model, verification_attempt},
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal},
    },
    provider::{Claim, Identity},
    staff::Member,
    verification::{decide, store as attempts},
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum PassRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("no such case of this clerk")]
    NotFound,
    #[error("the ID number is the clerk's own")]
    OwnCase,
    #[error("recorded before")]
    CaseDecided,
    #[error("its time is over, or the person has begun anew")]
    CaseExpired,
}

impl Refusal for PassRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            _ => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum RefuseRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("no such case of this clerk")]
    NotFound,
    #[error("recorded before")]
    CaseDecided,
    #[error("its time is over, or the person has begun anew")]
    CaseExpired,
}

impl Refusal for RefuseRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            _ => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ReleaseRefusal {
    #[error("no such case of this clerk")]
    NotFound,
    #[error("recorded before")]
    CaseDecided,
    #[error("its time is over, or the person has begun anew")]
    CaseExpired,
}

impl Refusal for ReleaseRefusal {}

/// Why a case cannot be recorded any more.
enum Over {
    Unknown,
    Decided,
    Expired,
}

impl From<Over> for PassRefusal {
    fn from(over: Over) -> Self {
        match over {
            Over::Unknown => Self::NotFound,
            Over::Decided => Self::CaseDecided,
            Over::Expired => Self::CaseExpired,
        }
    }
}

impl From<Over> for RefuseRefusal {
    fn from(over: Over) -> Self {
        match over {
            Over::Unknown => Self::NotFound,
            Over::Decided => Self::CaseDecided,
            Over::Expired => Self::CaseExpired,
        }
    }
}

impl From<Over> for ReleaseRefusal {
    fn from(over: Over) -> Self {
        match over {
            Over::Unknown => Self::NotFound,
            Over::Decided => Self::CaseDecided,
            Over::Expired => Self::CaseExpired,
        }
    }
}

/// The person is who the card says. Whether a supervisor looks too is drawn here, and told only afterwards.
pub async fn pass(
    app: &App,
    caller: &Caller,
    member: &Member,
    id: Uuid,
    request: HallPass,
) -> Result<HallCase, Fault<PassRefusal>> {
    let case = open_case(app, member, id)
        .await?
        .map_err(PassRefusal::from)?;
    let on_file = accounts::identity(app, case.account_id).await?;
    let (claim, typed) = read(app, &request, on_file).map_err(PassRefusal::InvalidInput)?;
    let account = accounts::find(app, case.account_id)
        .await?
        .ok_or(PassRefusal::CaseExpired)?;
    let number = claim.identity.id_number.as_str();
    let index = app.vault.blind_index("id-number", number);
    if member.is(&account, Some(&index)) {
        let event = event(member, &case, "hall.own-case");
        audit::record(app, app.database.write(), caller, event).await?;
        return Err(PassRefusal::OwnCase.into());
    }
    let percent = app.config.hall.second_approval_percent;
    let approval = typed || rand::rng().random_range(0..100) < percent;
    let now = app.clock.now();
    let attempt = verification_attempt::Model {
        claim_sealed: None,
        reason: approval.then(|| <&str>::from(AttemptReason::Review).into()),
        next_try_at: (!approval).then_some(now + attempts::LEASE),
        ..new_attempt(app, &case)
    };
    let attempt = verification_attempt::Model {
        claim_sealed: Some(attempts::seal_claim(app, attempt.id, &claim)?),
        ..attempt
    };
    let record = store::Record {
        status: if approval {
            store::AWAITING
        } else {
            store::RECORDED
        },
        typed,
        checks: Some(serde_json::to_string(&request.checks).map_err(anyhow::Error::from)?),
        reason: None,
        attempt_id: Some(attempt.id),
    };
    let transaction = app.database.begin().await?;
    if !store::record(&transaction, case.id, member.id(), record, now).await? {
        return Err(PassRefusal::CaseDecided.into());
    }
    match attempts::insert(&transaction, attempt.clone()).await {
        Err(error) if accounts::violates(&error, "verification_attempt") => {
            // Another visit was recorded in this very moment.
            return Err(PassRefusal::CaseDecided.into());
        }
        other => other?,
    }
    let event = event(member, &case, "hall.pass")
        .detail("identity", if typed { "typed" } else { "on-file" })
        .detail("approval", if approval { "needed" } else { "none" });
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    app.metrics.hall("record", "passed");
    if !approval {
        decide::ask(app, &service(caller), &attempt, &claim).await?;
        app.outbox_wakeup.notify_one();
    }
    Ok(shown(app, member, case.id).await?)
}

/// The person is not confirmed.
pub async fn refuse(
    app: &App,
    caller: &Caller,
    member: &Member,
    id: Uuid,
    reason: HallReason,
) -> Result<HallCase, Fault<RefuseRefusal>> {
    if !is_for_people(reason) {
        let invalid = InvalidFields::one("reason", ValueError::Required);
        return Err(RefuseRefusal::InvalidInput(invalid).into());
    }
    let case = open_case(app, member, id)
        .await?
        .map_err(RefuseRefusal::from)?;
    let attempt = new_attempt(app, &case);
    let record = store::Record {
        status: store::REFUSED,
        typed: false,
        checks: None,
        reason: Some(reason.into()),
        attempt_id: Some(attempt.id),
    };
    let transaction = app.database.begin().await?;
    let now = app.clock.now();
    if !store::record(&transaction, case.id, member.id(), record, now).await? {
        return Err(RefuseRefusal::CaseDecided.into());
    }
    match attempts::insert(&transaction, attempt.clone()).await {
        Err(error) if accounts::violates(&error, "verification_attempt") => {
            return Err(RefuseRefusal::CaseDecided.into());
        }
        other => other?,
    }
    let event = event(member, &case, "hall.refuse").detail("reason", reason.into());
    audit::record(app, &transaction, caller, event).await?;
    fail(app, &transaction, caller, &case, &attempt, reason).await?;
    transaction.commit().await?;
    app.outbox_wakeup.notify_one();
    app.metrics.hall("record", "refused");
    Ok(shown(app, member, case.id).await?)
}

/// Nothing comes of it: the person left, or it was the wrong one.
pub async fn release(
    app: &App,
    caller: &Caller,
    member: &Member,
    id: Uuid,
) -> Result<HallCase, Fault<ReleaseRefusal>> {
    let case = open_case(app, member, id)
        .await?
        .map_err(ReleaseRefusal::from)?;
    let record = store::Record {
        status: store::CLOSED,
        typed: false,
        checks: None,
        reason: None,
        attempt_id: None,
    };
    let transaction = app.database.begin().await?;
    let now = app.clock.now();
    if !store::record(&transaction, case.id, member.id(), record, now).await? {
        return Err(ReleaseRefusal::CaseDecided.into());
    }
    let event = event(member, &case, "hall.release");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    Ok(shown(app, member, case.id).await?)
}

/// Fails the attempt of a case for what a member of staff saw.
pub async fn fail(
    app: &App,
    transaction: &Transaction,
    caller: &Caller,
    case: &Model,
    attempt: &verification_attempt::Model,
    reason: HallReason,
) -> anyhow::Result<bool> {
    let finding = evidence::refusal(case, reason);
    let caller = service(caller);
    decide::fail_within(
        app,
        transaction,
        &caller,
        attempt,
        AttemptReason::Refused,
        Some(&finding),
    )
    .await
}

/// Whether staff may give this reason; others the service finds by itself.
pub const fn is_for_people(reason: HallReason) -> bool {
    !matches!(
        reason,
        HallReason::NotReviewed | HallReason::Mismatch | HallReason::IdNumberTaken
    )
}

async fn open_case(app: &App, member: &Member, id: Uuid) -> anyhow::Result<Result<Model, Over>> {
    let case = store::find_case(app, id).await?;
    let Some(case) = case.filter(|case| case.clerk_id == member.id()) else {
        return Ok(Err(Over::Unknown));
    };
    Ok(match case.status.as_str() {
        store::OPEN if case.expires_at > app.clock.now() => Ok(case),
        store::OPEN | store::CLOSED => Err(Over::Expired),
        _ => Err(Over::Decided),
    })
}

async fn shown(app: &App, member: &Member, id: Uuid) -> anyhow::Result<HallCase> {
    let case = store::find_case(app, id)
        .await?
        .ok_or_else(|| anyhow::anyhow!("a case that was just recorded"))?;
    view::case(app, member, &case).await
}

fn new_attempt(app: &App, case: &Model) -> verification_attempt::Model {
    verification_attempt::Model {
        id: app.clock.new_id(),
        account_id: case.account_id,
        method: <&str>::from(Method::Hall).into(),
        level: i16::from(TERMS.level(&app.config.verification)),
        status: attempts::PENDING.into(),
        reason: None,
        provider: None,
        provider_reference: None,
        result_code: None,
        elements: None,
        claim_sealed: None,
        tries: 1,
        next_try_at: None,
        created_at: app.clock.now(),
        decided_at: None,
        valid_until: None,
        lapsed_at: None,
    }
}

/// What the clerk vouches for, and whether it was typed off the card: those on file need not be.
fn read(
    app: &App,
    request: &HallPass,
    on_file: Option<Identity>,
) -> Result<(Claim, bool), InvalidFields> {
    let mut invalid = InvalidFields::default();
    let HallChecks {
        card_genuine,
        card_in_date,
        photo_matches,
        person_present,
    } = request.checks;
    for (field, made) in [
        ("checks.card_genuine", card_genuine),
        ("checks.card_in_date", card_in_date),
        ("checks.photo_matches", photo_matches),
        ("checks.person_present", person_present),
    ] {
        invalid.note(field, made.then_some(()).ok_or(ValueError::CheckMissing));
    }
    let typed = match &request.identity {
        Some(typed) => {
            let today = app.clock.now().date_naive();
            let name = invalid.note("name", PersonName::parse(&typed.name));
            let number = IdNumber::parse(&typed.id_number, today);
            let number = invalid.note("id_number", number);
            name.zip(number)
                .map(|(name, id_number)| Identity { name, id_number })
                .filter(|typed| on_file.as_ref() != Some(typed))
        }
        None => {
            if on_file.is_none() {
                invalid.note("name", Err::<(), _>(ValueError::Required));
                invalid.note("id_number", Err::<(), _>(ValueError::Required));
            }
            None
        }
    };
    if !invalid.is_empty() {
        return Err(invalid);
    }
    let details = match &typed {
        Some(_) => BTreeMap::from([(IDENTITY.to_string(), FROM_CARD.to_string())]),
        None => BTreeMap::new(),
    };
    let is_typed = typed.is_some();
    match typed.or(on_file) {
        Some(identity) => Ok((
            Claim {
                method: Method::Hall,
                identity,
                details,
            },
            is_typed,
        )),
        None => Err(InvalidFields::one("id_number", ValueError::Required)),
    }
}
