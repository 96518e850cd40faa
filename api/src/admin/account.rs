//! Looking for an account, and at one. There is no list and no part of a number to search by: whoever looks knows whom
//! they look for, says why, and is written down.

use renzheng_types::{
    admin::{
        AccountKey, AccountSearch, AdminAccount, AdminAccountEntry, AdminAccountList, AdminAttempt,
    },
    value::{IdNumber, Phone, ValueError},
};
use uuid::Uuid;

use super::Why;
use crate::{
    account::{store as accounts, view},
    app::App,
    audit::{self, Event},
    code::limit,
    email::address::Email,
    entity::{account::Model, verification_attempt},
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    second_factor::factors::Factors,
    session::store as sessions,
    staff::Member,
    verification::{level, store as attempts},
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum SearchRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("the operator's own account")]
    OwnCase,
    #[error("too many look-ups")]
    RateLimited(RetryAfter),
}

impl Refusal for SearchRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::OwnCase => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ShowRefusal {
    #[error("no such account")]
    NotFound,
    #[error("the operator's own account")]
    OwnCase,
    #[error("too many look-ups")]
    RateLimited(RetryAfter),
}

impl Refusal for ShowRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

/// What an account is looked for by, whole and valid.
enum Key {
    Phone(Phone),
    IdNumber(IdNumber),
    Email(Email),
}

impl Key {
    fn parse(app: &App, by: AccountKey, text: &str) -> Result<Self, ValueError> {
        Ok(match by {
            AccountKey::Phone => Self::Phone(Phone::parse(text)?),
            AccountKey::IdNumber => {
                Self::IdNumber(IdNumber::parse(text, app.clock.now().date_naive())?)
            }
            AccountKey::Email => Self::Email(Email::parse(text)?),
        })
    }
}

/// Looks for the one account. Found or not, it is in the trail.
pub async fn search(
    app: &App,
    caller: &Caller,
    member: &Member,
    request: &AccountSearch,
) -> Result<AdminAccountList, Fault<SearchRefusal>> {
    let mut invalid = InvalidFields::default();
    let key = invalid.note("value", Key::parse(app, request.by, &request.value));
    let case_number = request.case_number.as_deref();
    let why = invalid.note("case_number", Why::parse(request.reason, case_number));
    let (Some(key), Some(why)) = (key, why) else {
        return Err(SearchRefusal::InvalidInput(invalid).into());
    };
    app.count(app.windows_by_staff(limit::ACCOUNT_LOOKS_BY_STAFF, member.id()))
        .await?
        .map_err(SearchRefusal::RateLimited)?;
    let account = match &key {
        Key::Phone(phone) => accounts::find_by_phone(app, phone).await?,
        Key::IdNumber(number) => accounts::find_by_id_number(app, number).await?,
        Key::Email(email) => accounts::find_by_email(app, email).await?,
    };
    let found = account.as_ref().map(|account| account.id);
    let own = account
        .as_ref()
        .is_some_and(|account| member.is(account, None));
    let event = why
        .event(member, found, "account.look-up")
        .detail("by", request.by.into())
        .detail("found", if found.is_some() { "yes" } else { "no" });
    audit::record(app, app.database.write(), caller, event).await?;
    if own {
        return Err(SearchRefusal::OwnCase.into());
    }
    let mut items = Vec::new();
    if let Some(account) = account {
        let level = level::of(app, account.id).await?;
        let shown = view::account(app, &account, level)?;
        items.push(AdminAccountEntry {
            id: account.id,
            status: account.status.parse().map_err(anyhow::Error::from)?,
            phone: shown.phone,
            name: shown.name,
            level,
            created_at: account.created_at,
        });
    }
    Ok(AdminAccountList {
        items,
        next_cursor: None,
    })
}

/// Shows an account that was found. That too is in the trail.
pub async fn show(
    app: &App,
    caller: &Caller,
    member: &Member,
    id: Uuid,
) -> Result<AdminAccount, Fault<ShowRefusal>> {
    app.count(app.windows_by_staff(limit::ACCOUNT_LOOKS_BY_STAFF, member.id()))
        .await?
        .map_err(ShowRefusal::RateLimited)?;
    let account = accounts::find(app, id)
        .await?
        .ok_or(ShowRefusal::NotFound)?;
    let event = Event::by_staff(member.id(), Some(id), "account.show");
    audit::record(app, app.database.write(), caller, event).await?;
    if member.is(&account, None) {
        return Err(ShowRefusal::OwnCase.into());
    }
    Ok(whole(app, &account).await?)
}

/// Everything about an account that operators see.
pub(super) async fn whole(app: &App, account: &Model) -> anyhow::Result<AdminAccount> {
    let id = account.id;
    let level = level::of(app, id).await?;
    let shown = view::account(app, account, level)?;
    let live = sessions::live_of_account(app, id, app.clock.now()).await?;
    let mut rows = attempts::of_account(app, id).await?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.id));
    Ok(AdminAccount {
        id,
        status: account.status.parse()?,
        phone: shown.phone,
        name: shown.name,
        id_number: shown.id_number,
        email: shown.email,
        level,
        sessions: u32::try_from(live.len())?,
        second_factors: Factors::of(app, id).await?.kinds(),
        created_at: account.created_at,
        closes_at: account.closes_at,
        verifications: rows.iter().map(attempt).collect::<anyhow::Result<_>>()?,
    })
}

fn attempt(row: &verification_attempt::Model) -> anyhow::Result<AdminAttempt> {
    Ok(AdminAttempt {
        id: row.id,
        method: row.method.parse()?,
        level: u8::try_from(row.level)?,
        status: row.status.parse()?,
        reason: row.reason.as_deref().map(str::parse).transpose()?,
        provider: row.provider.clone(),
        result_code: row.result_code.clone(),
        created_at: row.created_at,
        decided_at: row.decided_at,
        valid_until: row.valid_until,
    })
}
