//! Taking staff on, changing what they do, letting them go. Operators do it over the API, the first of them from the
//! command line. Whoever does it never sees a password: the person gets a link that works once.

use std::collections::BTreeMap;

use renzheng_types::{
    Locale,
    staff::{NewStaff, StaffDuty, StaffEntry, StaffList, StaffRole},
    value::{IdNumber, PersonName, StaffLogin, ValueError},
};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Member, passkey, place, store, view};
use crate::{
    account::store::violates,
    app::App,
    audit::{self, Event},
    crypto::{OpaqueToken, random_code},
    database::Transaction,
    email::address::Email,
    entity::staff::Model,
    hall::store as halls,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal},
    },
    job::outbox::{self, MailOrder},
    provider::MailTemplate,
};

const PAGE: u64 = 50;
/// How often another staff number is made up when one is taken.
const TRIES: usize = 8;

/// Who does it.
#[derive(Clone, Copy)]
pub enum Doer<'a> {
    Operator(&'a Member),
    /// Somebody at the command line of the server's machine.
    Console,
}

impl Doer<'_> {
    pub fn event(self, subject_id: Option<Uuid>, action: &'static str) -> Event {
        match self {
            Self::Operator(member) => Event::by_staff(member.id(), subject_id, action),
            Self::Console => Event::by_console(subject_id, action),
        }
    }

    fn is(self, id: Uuid) -> bool {
        matches!(self, Self::Operator(member) if member.id() == id)
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum AddRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("the staff number, or the ID number, is of somebody on the staff")]
    StaffExists,
}

impl Refusal for AddRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::StaffExists => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum DutyRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("nobody like that")]
    NotFound,
    #[error("nobody changes themself")]
    OwnCase,
}

impl Refusal for DutyRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            _ => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum SwitchRefusal {
    #[error("nobody like that")]
    NotFound,
    #[error("nobody switches themself off")]
    OwnCase,
}

impl Refusal for SwitchRefusal {}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ResetRefusal {
    #[error("nobody like that")]
    NotFound,
    #[error("nobody resets themself")]
    OwnCase,
    #[error("no mail address is known: reset from the command line")]
    EmailMissing,
}

impl Refusal for ResetRefusal {}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ListRefusal {
    #[error("not a cursor of ours")]
    CursorInvalid,
}

impl Refusal for ListRefusal {}

/// A new link, for the one person it is meant for.
pub type Link = Zeroizing<String>;

/// Takes somebody on. An operator's link goes by mail; the command line prints it.
pub async fn add(
    app: &App,
    caller: &Caller,
    doer: Doer<'_>,
    request: NewStaff,
) -> Result<(StaffEntry, Link), Fault<AddRefusal>> {
    let mut invalid = InvalidFields::default();
    let today = app.clock.now().date_naive();
    let name = invalid.note("name", PersonName::parse(&request.name));
    let email = match (doer, request.email.trim()) {
        (Doer::Console, "") => None,
        (_, email) => invalid.note("email", Email::parse(email)),
    };
    let login = request.login.as_deref().map(StaffLogin::parse).transpose();
    let login = invalid.note("login", login).flatten();
    let id_number = request
        .id_number
        .as_deref()
        .map(|text| IdNumber::parse(text, today))
        .transpose();
    let id_number = invalid.note("id_number", id_number).flatten();
    let place_known = check_hall(app, request.role, request.hall_id).await?;
    invalid.note("hall_id", place_known);
    let (Some(name), true) = (name, invalid.is_empty()) else {
        return Err(AddRefusal::InvalidInput(invalid).into());
    };
    for _ in 0..TRIES {
        let id = app.clock.new_id();
        let token = OpaqueToken::random();
        let now = app.clock.now();
        let row = Model {
            id,
            login: login.as_ref().map_or_else(
                || format!("1{}", random_code(5)),
                |login| login.as_str().into(),
            ),
            name_sealed: app.vault.seal_text(place("name", id), name.as_str()),
            email_sealed: email
                .as_ref()
                .map(|email| app.vault.seal_text(place("email", id), email.as_str())),
            role: <&str>::from(request.role).into(),
            hall_id: request.hall_id,
            demo: false,
            password_hash: None,
            totp_sealed: None,
            totp_last_step: 0,
            id_number_index: id_number
                .as_ref()
                .map(|number| app.vault.blind_index("id-number", number.as_str())),
            phone_index: None,
            enrolment_digest: Some(token.digest().to_vec()),
            enrolment_expires_at: Some(now + app.config.staff.enrolment()),
            created_at: now,
            enrolled_at: None,
            disabled_at: None,
        };
        let transaction = app.database.begin().await?;
        match store::insert(&transaction, row.clone()).await {
            Err(error) if violates(&error, "login") && login.is_none() => continue,
            Err(error) if violates(&error, "staff") => return Err(AddRefusal::StaffExists.into()),
            other => other?,
        }
        let event = doer
            .event(Some(id), "staff.add")
            .detail("role", &row.role)
            .detail("hall", &word(row.hall_id));
        audit::record(app, &transaction, caller, event).await?;
        let link = deliver(app, &transaction, doer, email.as_ref(), &token).await?;
        transaction.commit().await?;
        app.outbox_wakeup.notify_one();
        return Ok((view::entry(app, &row).await?, link));
    }
    Err(Fault::Internal(anyhow::anyhow!("no free staff number")))
}

/// Everybody, a page at a time.
pub async fn list(app: &App, cursor: Option<&str>) -> Result<StaffList, Fault<ListRefusal>> {
    let after = cursor
        .map(str::parse::<Uuid>)
        .transpose()
        .map_err(|_| ListRefusal::CursorInvalid)?;
    let mut rows = store::list(app, after, PAGE + 1).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next_cursor = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        items.push(view::entry(app, row).await?);
    }
    Ok(StaffList { items, next_cursor })
}

/// Changes what somebody does, and where; they sign in anew.
pub async fn set_duty(
    app: &App,
    caller: &Caller,
    doer: Doer<'_>,
    id: Uuid,
    duty: StaffDuty,
) -> Result<StaffEntry, Fault<DutyRefusal>> {
    if doer.is(id) {
        return Err(DutyRefusal::OwnCase.into());
    }
    store::find(app, id).await?.ok_or(DutyRefusal::NotFound)?;
    check_hall(app, duty.role, duty.hall_id)
        .await?
        .map_err(|error| DutyRefusal::InvalidInput(InvalidFields::one("hall_id", error)))?;
    let role: &'static str = duty.role.into();
    let transaction = app.database.begin().await?;
    store::set_duty(&transaction, id, role, duty.hall_id).await?;
    let now = app.clock.now();
    store::end_sessions(&transaction, id, None, "duty-changed", now).await?;
    let event = doer
        .event(Some(id), "staff.duty")
        .detail("role", role)
        .detail("hall", &word(duty.hall_id));
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    show(app, id).await?.ok_or(DutyRefusal::NotFound.into())
}

/// Shuts somebody out at once, or lets them in again.
pub async fn switch(
    app: &App,
    caller: &Caller,
    doer: Doer<'_>,
    id: Uuid,
    on: bool,
) -> Result<StaffEntry, Fault<SwitchRefusal>> {
    if doer.is(id) {
        return Err(SwitchRefusal::OwnCase.into());
    }
    store::find(app, id).await?.ok_or(SwitchRefusal::NotFound)?;
    let now = app.clock.now();
    let transaction = app.database.begin().await?;
    store::set_disabled(&transaction, id, (!on).then_some(now)).await?;
    if !on {
        store::end_sessions(&transaction, id, None, "disabled", now).await?;
    }
    let action = if on { "staff.enable" } else { "staff.disable" };
    audit::record(app, &transaction, caller, doer.event(Some(id), action)).await?;
    transaction.commit().await?;
    show(app, id).await?.ok_or(SwitchRefusal::NotFound.into())
}

/// Takes password, app and passkeys away, ends every session, and sends a new link.
pub async fn reset(
    app: &App,
    caller: &Caller,
    doer: Doer<'_>,
    id: Uuid,
) -> Result<(StaffEntry, Link), Fault<ResetRefusal>> {
    if doer.is(id) {
        return Err(ResetRefusal::OwnCase.into());
    }
    let staff = store::find(app, id).await?.ok_or(ResetRefusal::NotFound)?;
    let email = view::email(app, &staff)?;
    if email.is_none() && matches!(doer, Doer::Operator(_)) {
        return Err(ResetRefusal::EmailMissing.into());
    }
    let token = OpaqueToken::random();
    let now = app.clock.now();
    let expires_at = now + app.config.staff.enrolment();
    let transaction = app.database.begin().await?;
    store::reset(&transaction, id, token.digest().to_vec(), expires_at).await?;
    store::replace_recovery_codes(&transaction, id, Vec::new()).await?;
    passkey::store::remove_all(&transaction, id).await?;
    store::end_sessions(&transaction, id, None, "reset", now).await?;
    let event = doer.event(Some(id), "staff.reset");
    audit::record(app, &transaction, caller, event).await?;
    let link = deliver(app, &transaction, doer, email.as_ref(), &token).await?;
    transaction.commit().await?;
    app.outbox_wakeup.notify_one();
    let entry = show(app, id).await?.ok_or(ResetRefusal::NotFound)?;
    Ok((entry, link))
}

/// Somebody by their id.
pub async fn show(app: &App, id: Uuid) -> anyhow::Result<Option<StaffEntry>> {
    match store::find(app, id).await? {
        Some(row) => Ok(Some(view::entry(app, &row).await?)),
        None => Ok(None),
    }
}

/// The link of a token; an operator's goes out by mail with the transaction. The token stands after the `#`, where no
/// log sees it.
async fn deliver(
    app: &App,
    transaction: &Transaction,
    doer: Doer<'_>,
    email: Option<&Email>,
    token: &OpaqueToken,
) -> anyhow::Result<Link> {
    let link = Zeroizing::new(format!("{}/staff/enrol#{}", app.public_url, *token.text()));
    if let (Doer::Operator(_), Some(email)) = (doer, email) {
        let order = MailOrder {
            to: email.as_str().into(),
            template: MailTemplate::StaffEnrolment,
            locale: Locale::default(),
            params: BTreeMap::from([
                ("link".to_string(), link.to_string()),
                (
                    "hours".to_string(),
                    app.config.staff.enrolment_hours.to_string(),
                ),
            ]),
            reference: app.clock.new_id(),
        };
        outbox::enqueue_mail(app, transaction, order, app.config.staff.enrolment()).await?;
    }
    Ok(link)
}

/// Clerks belong to a hall that is open, operators to none; supervisors to one, or to all.
async fn check_hall(
    app: &App,
    role: StaffRole,
    hall_id: Option<Uuid>,
) -> anyhow::Result<Result<(), ValueError>> {
    Ok(match (role, hall_id) {
        (StaffRole::Clerk, None) | (StaffRole::Operator, Some(_)) => Err(ValueError::HallForRole),
        (_, None) => Ok(()),
        (_, Some(id)) => match halls::find(app, id).await? {
            Some(hall) if hall.closed_at.is_none() => Ok(()),
            _ => Err(ValueError::HallForRole),
        },
    })
}

fn word(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}
