//! A clerk takes the code that a person shows, and sees who that is.

use chrono::{DateTime, Utc};
use renzheng_types::{
    hall::{HallCase, HallLookup},
    value::HallCode,
};
use uuid::Uuid;

use super::{
    code::{self, CodeRefusal},
    counter, event, store, view,
};
use crate::{
    account::store as accounts,
    app::App,
    audit::{self, Event},
    code::limit,
    entity::hall_case::Model,
    ephemeral::Window,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    staff::Member,
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum LookupRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("wrong, used or lapsed code")]
    HallCodeInvalid,
    #[error("at no counter of an open hall")]
    NoCounter,
    #[error("the clerk's own account")]
    OwnCase,
    #[error("the method is not offered")]
    NotFound,
    #[error("too many wrong codes, or too many people in a day")]
    RateLimited(RetryAfter),
}

impl Refusal for LookupRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

impl From<CodeRefusal> for LookupRefusal {
    fn from(refusal: CodeRefusal) -> Self {
        match refusal {
            CodeRefusal::NotFound => Self::NotFound,
            // No code is made then, and recording a visit ends those there are: it was taken in that very moment.
            CodeRefusal::AlreadyVerified | CodeRefusal::VerificationPending => {
                Self::HallCodeInvalid
            }
            CodeRefusal::RateLimited(after) => Self::RateLimited(after),
        }
    }
}

/// Takes a code and opens the case. Limits are counted first; what turns out not to be a look at a person is given back.
pub async fn take(
    app: &App,
    caller: &Caller,
    member: &Member,
    request: &HallLookup,
) -> Result<HallCase, Fault<LookupRefusal>> {
    let code = HallCode::parse(&request.code)
        .map_err(|error| LookupRefusal::InvalidInput(InvalidFields::one("code", error)))?;
    let hall_id = counter(app, member)
        .await?
        .ok_or(LookupRefusal::NoCounter)?;
    let wrong = app.windows_by_staff(limit::HALL_WRONG_CODE_BY_STAFF, member.id());
    app.count(wrong.clone())
        .await?
        .map_err(LookupRefusal::RateLimited)?;
    let looks = count_look(app, caller, member, &wrong).await?;
    let Some(account_id) = code::take(app, &code).await? else {
        give_back(app, &looks).await?;
        app.metrics.hall("lookup", "wrong-code");
        return Err(LookupRefusal::HallCodeInvalid.into());
    };
    give_back(app, &wrong).await?;
    let account = accounts::find(app, account_id)
        .await?
        .filter(|account| account.status == accounts::ACTIVE)
        .ok_or(LookupRefusal::HallCodeInvalid)?;
    if member.is(&account, None) {
        let event = Event::by_staff(member.id(), Some(account_id), "hall.own-case");
        audit::record(app, app.database.write(), caller, event).await?;
        app.metrics.hall("lookup", "own-case");
        return Err(LookupRefusal::OwnCase.into());
    }
    code::may_visit(app, account_id)
        .await
        .map_err(|fault| fault.map(Into::into))?;
    let row = new_case(app, account_id, hall_id, member.id(), app.clock.now());
    let transaction = app.database.begin().await?;
    store::close_open(&transaction, account_id, row.created_at).await?;
    match store::insert_case(&transaction, row.clone()).await {
        Err(error) if accounts::violates(&error, "hall_case") => {
            return Err(LookupRefusal::HallCodeInvalid.into());
        }
        other => other?,
    }
    audit::record(
        app,
        &transaction,
        caller,
        event(member, &row, "hall.lookup"),
    )
    .await?;
    transaction.commit().await?;
    app.metrics.hall("lookup", "taken");
    Ok(view::case(app, member, &row).await?)
}

/// Counts one person looked at. Whoever looks at more than a day's work raises an alarm.
async fn count_look(
    app: &App,
    caller: &Caller,
    member: &Member,
    wrong: &[Window],
) -> Result<Vec<Window>, Fault<LookupRefusal>> {
    let rule = limit::hall_lookups(u64::from(app.config.hall.lookups_a_day));
    let looks = app.windows_by_staff(&[rule], member.id());
    if let Err(after) = app.count(looks.clone()).await? {
        give_back(app, wrong).await?;
        tracing::warn!(staff = %member.id(), "more look-ups than a day's work");
        app.metrics.hall("lookup", "limited");
        let event = Event::by_staff(member.id(), Some(member.id()), "hall.lookup-limit");
        audit::record(app, app.database.write(), caller, event).await?;
        return Err(LookupRefusal::RateLimited(after).into());
    }
    Ok(looks)
}

async fn give_back(app: &App, windows: &[Window]) -> anyhow::Result<()> {
    let keys: Vec<&str> = windows.iter().map(|window| window.key.as_str()).collect();
    app.ephemeral.uncount(&keys).await
}

fn new_case(
    app: &App,
    account_id: Uuid,
    hall_id: Uuid,
    clerk_id: Uuid,
    now: DateTime<Utc>,
) -> Model {
    Model {
        id: app.clock.new_id(),
        account_id,
        hall_id,
        clerk_id,
        status: store::OPEN.into(),
        typed: false,
        checks: None,
        reason: None,
        supervisor_id: None,
        attempt_id: None,
        created_at: now,
        expires_at: now + app.config.hall.case(),
        recorded_at: None,
        decided_at: None,
    }
}
