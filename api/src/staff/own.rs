//! What staff change of their own: password and recovery codes, each with both factors shown anew.

use renzheng_types::{
    second_factor::RecoveryCodes,
    staff::{StaffPasswordChange, StaffProof},
};
use zeroize::Zeroizing;

use super::{
    Member,
    factor::{self, Factor},
    store, view,
};
use crate::{
    account::password_policy,
    app::App,
    audit::{self, Event},
    crypto::Verdict,
    database::Transaction,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ProofRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("wrong password, code or passkey")]
    SecondFactorInvalid,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for ProofRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::SecondFactorInvalid => Detail::None,
        }
    }
}

/// Sets a new password, and ends every other session.
pub async fn change_password(
    app: &App,
    caller: &Caller,
    member: &Member,
    request: StaffPasswordChange,
) -> Result<(), Fault<ProofRefusal>> {
    count(app, member).await?;
    let new_password = Zeroizing::new(request.new_password);
    let personal = view::personal_words(app, &member.staff)?;
    password_policy::judge(app, new_password.clone(), personal)
        .await?
        .map_err(|error| ProofRefusal::InvalidInput(InvalidFields::one("new_password", error)))?;
    let proof = StaffProof {
        password: request.password,
        code: request.code,
        passkey: request.passkey,
    };
    check(app, member, proof).await?;
    let hash = app.passwords.hash(new_password).await?;
    let transaction = app.database.begin().await?;
    hold(&transaction, member).await?;
    store::set_password_hash(&transaction, member.id(), hash).await?;
    store::end_sessions(
        &transaction,
        member.id(),
        Some(member.session_id),
        "credential-changed",
        app.clock.now(),
    )
    .await?;
    let event = Event::by_staff(member.id(), Some(member.id()), "staff.password-change");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    Ok(())
}

/// New recovery codes; the old ones are void.
pub async fn renew_codes(
    app: &App,
    caller: &Caller,
    member: &Member,
    request: StaffProof,
) -> Result<RecoveryCodes, Fault<ProofRefusal>> {
    prove(app, member, request).await?;
    let transaction = app.database.begin().await?;
    hold(&transaction, member).await?;
    let codes = factor::renew_codes(app, &transaction, member.id()).await?;
    let event = Event::by_staff(member.id(), Some(member.id()), "staff.renew-codes");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    Ok(RecoveryCodes { codes })
}

/// Both factors, shown anew.
pub async fn prove(
    app: &App,
    member: &Member,
    proof: StaffProof,
) -> Result<(), Fault<ProofRefusal>> {
    count(app, member).await?;
    check(app, member, proof).await
}

/// Holds what was proven by until the transaction ends; refused when it changed since, or the session ended.
pub async fn hold(transaction: &Transaction, member: &Member) -> Result<(), Fault<ProofRefusal>> {
    if store::hold_standing(transaction, member).await? {
        return Ok(());
    }
    Err(ProofRefusal::SecondFactorInvalid.into())
}

/// The try has been counted.
async fn check(app: &App, member: &Member, proof: StaffProof) -> Result<(), Fault<ProofRefusal>> {
    let password = Zeroizing::new(proof.password);
    let shown = Factor::of(proof.code, proof.passkey)
        .map_err(ProofRefusal::InvalidInput)?
        .look(app)
        .await?;
    let stored = member.staff.password_hash.clone();
    let verdict = app.passwords.verify(password, stored).await?;
    let right = matches!(verdict, Verdict::Match { .. })
        && factor::is_right(app, Some(&member.staff), &shown).await?
        && factor::note_use(app, app.database.write(), &shown).await?;
    if right {
        Ok(())
    } else {
        Err(ProofRefusal::SecondFactorInvalid.into())
    }
}

async fn count(app: &App, member: &Member) -> Result<(), Fault<ProofRefusal>> {
    let counted = factor::count(app, member.id()).await?;
    Ok(counted.map_err(ProofRefusal::RateLimited)?)
}
