//! Adding a passkey, naming it, taking it away.

use renzheng_types::{
    passkey::{NewPasskey, Passkey, PasskeyAdded, PasskeyEnrolment, PasskeyName},
    step_up::StepUpPurpose,
    value::Nickname,
};
use uuid::Uuid;

use super::{
    digest, open, place,
    registration::{self, MOST, Owner, TakeRefusal},
    seal, store, view,
};
use crate::{
    account::{
        contact,
        notice::{self, Notice},
        store::{self as accounts, violates},
    },
    app::App,
    audit::{self, Event},
    entity::passkey::Model,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal},
    },
    second_factor::{device, recovery, totp},
    session::{Authenticated, end, step_up},
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum BeginRefusal {
    #[error("prove yourself anew first")]
    StepUpRequired,
    #[error("this service has no name that passkeys could belong to")]
    PasskeysUnavailable,
    #[error("as many as an account may have")]
    TooManyPasskeys,
}

impl Refusal for BeginRefusal {}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum AddRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("nothing begun, or it has lapsed")]
    EnrolmentExpired,
    #[error("not a passkey for what was begun")]
    PasskeyUnusable,
    #[error("as many as an account may have")]
    TooManyPasskeys,
}

impl Refusal for AddRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            _ => Detail::None,
        }
    }
}

impl From<TakeRefusal> for AddRefusal {
    fn from(refusal: TakeRefusal) -> Self {
        match refusal {
            TakeRefusal::EnrolmentExpired => Self::EnrolmentExpired,
            TakeRefusal::PasskeyUnusable => Self::PasskeyUnusable,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum RenameRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("no such passkey of this account")]
    NotFound,
}

impl Refusal for RenameRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::NotFound => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum RemoveRefusal {
    #[error("prove yourself anew first")]
    StepUpRequired,
    #[error("no such passkey of this account")]
    NotFound,
}

impl Refusal for RemoveRefusal {}

/// What the browser is to make. Passkeys that the account has already are named, so that no device gets a second one.
pub async fn begin(
    app: &App,
    session: &Authenticated,
    step_up: Option<&str>,
) -> Result<PasskeyEnrolment, Fault<BeginRefusal>> {
    let grant = step_up::check(app, session, StepUpPurpose::SecondFactor, step_up)
        .await?
        .ok_or(BeginRefusal::StepUpRequired)?;
    let party = app
        .passkeys
        .as_ref()
        .ok_or(BeginRefusal::PasskeysUnavailable)?;
    let rows = store::of_account(app, session.account_id).await?;
    if rows.len() as u64 >= MOST {
        return Err(BeginRefusal::TooManyPasskeys.into());
    }
    let known = rows
        .iter()
        .map(|row| {
            let passkey = open(app, place(row.id), &row.credential_sealed)?;
            Ok(passkey.cred_id().clone())
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    if !step_up::consume(app, grant).await? {
        return Err(BeginRefusal::StepUpRequired.into());
    }
    let account = accounts::existing(app, session.account_id).await?;
    let name = contact::phone(app, &account)?
        .map_or_else(|| account.nickname.clone(), |phone| phone.masked());
    let owner = Owner {
        handle: account.id.as_bytes(),
        name: &name,
        display_name: &account.nickname,
    };
    Ok(registration::ask(app, party, &key(session), owner, known).await?)
}

/// Keeps what the browser made. With the first second factor come the recovery codes.
pub async fn add(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    request: &NewPasskey,
) -> Result<PasskeyAdded, Fault<AddRefusal>> {
    let name = Nickname::parse(&request.name)
        .map_err(|error| AddRefusal::InvalidInput(InvalidFields::one("name", error)))?;
    let passkey = registration::take(app, &key(session), &request.credential)
        .await
        .map_err(|fault| fault.map(AddRefusal::from))?;
    let account = accounts::existing(app, session.account_id).await?;
    let id = app.clock.new_id();
    let model = Model {
        id,
        account_id: account.id,
        name: name.as_str().into(),
        credential_digest: digest(passkey.cred_id().as_slice()),
        credential_sealed: seal(app, place(id), &passkey)?,
        created_at: app.clock.now(),
        last_used_at: None,
    };
    let has_totp = totp::since(app, account.id).await?.is_some();
    let transaction = app.database.begin().await?;
    accounts::lock(&transaction, account.id).await?;
    let before = store::count(&transaction, account.id).await?;
    if before >= MOST {
        return Err(AddRefusal::TooManyPasskeys.into());
    }
    match store::insert(&transaction, model.clone()).await {
        // Made up from somebody else's: not told apart from any other that does not fit.
        Err(error) if violates(&error, "credential_digest") => {
            return Err(AddRefusal::PasskeyUnusable.into());
        }
        other => other?,
    }
    let (mut recovery_codes, mut ended) = (Vec::new(), Vec::new());
    if before == 0 && !has_totp {
        recovery_codes = recovery::renew(app, &transaction, account.id).await?.codes;
        device::forget_all(&transaction, account.id).await?;
        ended = end::others(app, &transaction, session).await?;
    }
    let notice = Notice::PasskeyAdded {
        name: model.name.clone(),
    };
    notice::tell(app, &transaction, &account, &notice).await?;
    let event = Event::by_account(account.id, "second-factor.add").detail("kind", "passkey");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    end::forget(app, &ended);
    Ok(PasskeyAdded {
        passkey: view(model),
        recovery_codes,
    })
}

pub async fn rename(
    app: &App,
    session: &Authenticated,
    id: Uuid,
    request: &PasskeyName,
) -> Result<Passkey, Fault<RenameRefusal>> {
    let name = Nickname::parse(&request.name)
        .map_err(|error| RenameRefusal::InvalidInput(InvalidFields::one("name", error)))?;
    let renamed = store::rename(app, session.account_id, id, name.as_str())
        .await?
        .ok_or(RenameRefusal::NotFound)?;
    Ok(view(renamed))
}

/// Takes a passkey away; the recovery codes go with the last second factor.
pub async fn remove(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    step_up: Option<&str>,
    id: Uuid,
) -> Result<(), Fault<RemoveRefusal>> {
    let grant = step_up::check(app, session, StepUpPurpose::SecondFactor, step_up)
        .await?
        .ok_or(RemoveRefusal::StepUpRequired)?;
    let rows = store::of_account(app, session.account_id).await?;
    if !rows.iter().any(|row| row.id == id) {
        return Err(RemoveRefusal::NotFound.into());
    }
    if !step_up::consume(app, grant).await? {
        return Err(RemoveRefusal::StepUpRequired.into());
    }
    let account = accounts::existing(app, session.account_id).await?;
    let has_totp = totp::since(app, account.id).await?.is_some();
    let transaction = app.database.begin().await?;
    accounts::lock(&transaction, account.id).await?;
    let removed = store::remove(&transaction, account.id, id)
        .await?
        .ok_or(RemoveRefusal::NotFound)?;
    if !has_totp && store::count(&transaction, account.id).await? == 0 {
        recovery::remove(&transaction, account.id).await?;
    }
    let ended = end::others(app, &transaction, session).await?;
    let notice = Notice::PasskeyRemoved { name: removed.name };
    notice::tell(app, &transaction, &account, &notice).await?;
    let event = Event::by_account(account.id, "second-factor.remove").detail("kind", "passkey");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    end::forget(app, &ended);
    Ok(())
}

fn key(session: &Authenticated) -> String {
    format!("passkey-enrolment:{}", session.session_id)
}
