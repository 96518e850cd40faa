//! Adding a passkey of one's own, naming it, taking it away. Adding and taking away show both factors anew and end every
//! other session.

use renzheng_types::{
    passkey::{NewPasskey, Passkey, PasskeyEnrolment, PasskeyName},
    staff::StaffProof,
    value::Nickname,
};
use uuid::Uuid;

use super::{handle, place, store, view};
use crate::{
    account::store::violates,
    app::App,
    audit::{self, Event},
    database::Transaction,
    entity::staff_passkey::Model,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    second_factor::passkey::{
        digest,
        enrol::RenameRefusal,
        open,
        registration::{self, MOST, Owner, TakeRefusal},
        seal,
    },
    staff::{
        Member,
        own::{self, ProofRefusal},
        store as staff_store, view as staff_view,
    },
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum BeginRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("wrong password, code or passkey")]
    SecondFactorInvalid,
    #[error("this service has no name that passkeys could belong to")]
    PasskeysUnavailable,
    #[error("as many as one may have")]
    TooManyPasskeys,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for BeginRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

impl From<ProofRefusal> for BeginRefusal {
    fn from(refusal: ProofRefusal) -> Self {
        match refusal {
            ProofRefusal::InvalidInput(fields) => Self::InvalidInput(fields),
            ProofRefusal::SecondFactorInvalid => Self::SecondFactorInvalid,
            ProofRefusal::RateLimited(after) => Self::RateLimited(after),
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum AddRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("nothing begun, or it has lapsed")]
    EnrolmentExpired,
    #[error("not a passkey for what was begun")]
    PasskeyUnusable,
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
pub enum RemoveRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("wrong password, code or passkey")]
    SecondFactorInvalid,
    #[error("no such passkey of theirs")]
    NotFound,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for RemoveRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

impl From<ProofRefusal> for RemoveRefusal {
    fn from(refusal: ProofRefusal) -> Self {
        match refusal {
            ProofRefusal::InvalidInput(fields) => Self::InvalidInput(fields),
            ProofRefusal::SecondFactorInvalid => Self::SecondFactorInvalid,
            ProofRefusal::RateLimited(after) => Self::RateLimited(after),
        }
    }
}

/// What the browser is to make.
pub async fn begin(
    app: &App,
    member: &Member,
    proof: StaffProof,
) -> Result<PasskeyEnrolment, Fault<BeginRefusal>> {
    let party = app
        .passkeys
        .as_ref()
        .ok_or(BeginRefusal::PasskeysUnavailable)?;
    let rows = store::of_staff(app.database.read(), member.id()).await?;
    if rows.len() as u64 >= MOST {
        return Err(BeginRefusal::TooManyPasskeys.into());
    }
    own::prove(app, member, proof)
        .await
        .map_err(|fault| fault.map(BeginRefusal::from))?;
    let known = rows
        .iter()
        .map(|row| {
            let passkey = open(app, place(row.id), &row.credential_sealed)?;
            Ok(passkey.cred_id().clone())
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let owner = Owner {
        handle: &handle(member.id()),
        // Beside a passkey of their own as a citizen, it is told apart.
        name: &format!("staff {}", member.staff.login),
        display_name: &staff_view::name(app, &member.staff)?,
    };
    Ok(registration::ask(app, party, &key(member), owner, known).await?)
}

/// Keeps what the browser made.
pub async fn add(
    app: &App,
    caller: &Caller,
    member: &Member,
    request: &NewPasskey,
) -> Result<Passkey, Fault<AddRefusal>> {
    let name = Nickname::parse(&request.name)
        .map_err(|error| AddRefusal::InvalidInput(InvalidFields::one("name", error)))?;
    let passkey = registration::take(app, &key(member), &request.credential)
        .await
        .map_err(|fault| fault.map(AddRefusal::from))?;
    let id = app.clock.new_id();
    let model = Model {
        id,
        staff_id: member.id(),
        name: name.as_str().into(),
        credential_digest: digest(passkey.cred_id().as_slice()),
        credential_sealed: seal(app, place(id), &passkey)?,
        created_at: app.clock.now(),
        last_used_at: None,
    };
    let transaction = app.database.begin().await?;
    // A reset takes every passkey away, and none comes after it by a session of before.
    if !staff_store::hold_standing(&transaction, member).await? {
        return Err(AddRefusal::EnrolmentExpired.into());
    }
    // The last was begun before another was added.
    if store::of_staff(&transaction, member.id()).await?.len() as u64 >= MOST {
        return Err(AddRefusal::PasskeyUnusable.into());
    }
    match store::insert(&transaction, model.clone()).await {
        // Made up from somebody else's: not told apart from any other that does not fit.
        Err(error) if violates(&error, "credential_digest") => {
            return Err(AddRefusal::PasskeyUnusable.into());
        }
        other => other?,
    }
    settle(app, caller, transaction, member, "staff.add-passkey").await?;
    Ok(view(model))
}

pub async fn rename(
    app: &App,
    member: &Member,
    id: Uuid,
    request: &PasskeyName,
) -> Result<Passkey, Fault<RenameRefusal>> {
    let name = Nickname::parse(&request.name)
        .map_err(|error| RenameRefusal::InvalidInput(InvalidFields::one("name", error)))?;
    let renamed = store::rename(app, member.id(), id, name.as_str())
        .await?
        .ok_or(RenameRefusal::NotFound)?;
    Ok(view(renamed))
}

/// Takes a passkey away. The app is still there.
pub async fn remove(
    app: &App,
    caller: &Caller,
    member: &Member,
    id: Uuid,
    proof: StaffProof,
) -> Result<(), Fault<RemoveRefusal>> {
    let rows = store::of_staff(app.database.read(), member.id()).await?;
    if !rows.iter().any(|row| row.id == id) {
        return Err(RemoveRefusal::NotFound.into());
    }
    own::prove(app, member, proof)
        .await
        .map_err(|fault| fault.map(RemoveRefusal::from))?;
    let transaction = app.database.begin().await?;
    own::hold(&transaction, member)
        .await
        .map_err(|fault| fault.map(RemoveRefusal::from))?;
    if !store::remove(&transaction, member.id(), id).await? {
        return Err(RemoveRefusal::NotFound.into());
    }
    settle(app, caller, transaction, member, "staff.remove-passkey").await?;
    Ok(())
}

/// Ends every other session, writes down what was done and commits it.
async fn settle(
    app: &App,
    caller: &Caller,
    transaction: Transaction,
    member: &Member,
    action: &'static str,
) -> anyhow::Result<()> {
    let (id, session) = (member.id(), Some(member.session_id));
    let now = app.clock.now();
    staff_store::end_sessions(&transaction, id, session, "credential-changed", now).await?;
    let event = Event::by_staff(id, Some(id), action);
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    Ok(())
}

fn key(member: &Member) -> String {
    format!("staff-passkey-enrolment:{}", member.session_id)
}
