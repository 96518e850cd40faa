//! Changing the password.

use renzheng_types::{credential::PasswordChange, step_up::StepUpPurpose, value::ValueError};
use zeroize::Zeroizing;

use super::{
    contact,
    notice::{self, Notice},
    password_policy, store,
};
use crate::{
    app::App,
    audit::{self, Event},
    crypto::Verdict,
    entity::account::Model,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal},
    },
    session::{Authenticated, end, password as sign_in, step_up},
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ChangeRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("prove yourself anew first")]
    StepUpRequired,
}

impl Refusal for ChangeRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::StepUpRequired => Detail::None,
        }
    }
}

/// Whether the password is the account's; without an account it takes just as long. What was hashed more weakly, or by
/// another system, is hashed anew, in `account` too.
pub async fn matches<E>(
    app: &App,
    account: Option<&mut Model>,
    password: Zeroizing<String>,
) -> Result<bool, Fault<E>> {
    let foreign = account.as_deref().and_then(|account| {
        let sealed = account.foreign_hash_sealed.as_deref()?;
        Some(
            app.vault
                .open_text(store::place("foreign_hash", account.id), sealed),
        )
    });
    let foreign = foreign.transpose().map_err(anyhow::Error::from)?;
    let again = password.clone();
    let verdict = match foreign {
        Some(hash) => app.passwords.verify_foreign(password, hash).await?,
        None => {
            let stored = account
                .as_deref()
                .map(|account| account.password_hash.clone());
            let stored = stored.filter(|stored| !stored.is_empty());
            app.passwords.verify(password, stored).await?
        }
    };
    let Verdict::Match { rehash } = verdict else {
        return Ok(false);
    };
    let (Some(account), Some(hash)) = (account, rehash) else {
        return Ok(true);
    };
    if store::replace_password(app.database.write(), account, hash.clone()).await? {
        account.password_hash = hash;
        account.foreign_hash_sealed = None;
        return Ok(true);
    }
    // Another sign-in was first to hash it anew, or it was changed: it is as it is now that counts.
    *account = store::existing(app, account.id).await?;
    let stored = Some(account.password_hash.clone());
    let verdict = app.passwords.verify(again, stored).await?;
    Ok(matches!(verdict, Verdict::Match { .. }))
}

/// Whether there is any password to sign in with.
pub const fn is_set(account: &Model) -> bool {
    !account.password_hash.is_empty() || account.foreign_hash_sealed.is_some()
}

/// Sets a new password, and signs out every other device.
pub async fn change(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    step_up: Option<&str>,
    request: PasswordChange,
) -> Result<(), Fault<ChangeRefusal>> {
    let password = Zeroizing::new(request.new_password);
    let grant = step_up::check(app, session, StepUpPurpose::Password, step_up)
        .await?
        .ok_or(ChangeRefusal::StepUpRequired)?;
    let account = store::existing(app, session.account_id).await?;
    judge(app, &account, &password)
        .await?
        .map_err(|error| ChangeRefusal::InvalidInput(InvalidFields::one("new_password", error)))?;
    let hash = app.passwords.hash(password).await?;
    if !step_up::consume(app, grant).await? {
        return Err(ChangeRefusal::StepUpRequired.into());
    }
    let transaction = app.database.begin().await?;
    if !store::replace_password(&transaction, &account, hash).await? {
        // Reset meanwhile, perhaps because of who asks for this.
        return Err(ChangeRefusal::StepUpRequired.into());
    }
    let ended = end::others(app, &transaction, session).await?;
    notice::tell(app, &transaction, &account, &Notice::PasswordChanged).await?;
    let event = Event::by_account(account.id, "password.change");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    end::forget(app, &ended);
    sign_in::forgive_account(app, &account).await;
    Ok(())
}

/// Whether a password is good enough for this person.
pub async fn judge(
    app: &App,
    account: &Model,
    password: &Zeroizing<String>,
) -> anyhow::Result<Result<(), ValueError>> {
    let mut personal = vec![account.nickname.clone()];
    personal.extend(contact::phone(app, account)?.map(|phone| phone.as_str().to_string()));
    personal.extend(contact::email(app, account)?.map(|email| email.as_str().to_string()));
    password_policy::judge(app, password.clone(), personal).await
}
