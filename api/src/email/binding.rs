//! Binding an address: step up, name it, open the mail's link and press the button there.
//!
//! The link holds one opaque token, in the fragment, which no server or proxy logs. Opening it changes nothing: the page
//! posts the token when the person presses the button, so that a mail scanner binds nothing.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use renzheng_types::{
    email::{Delivery, EmailBound, EmailChange, EmailState, PendingEmail},
    step_up::StepUpPurpose,
};

use super::{address::Email, store};
use crate::{
    account::{
        contact,
        notice::{self, Notice},
        store as accounts,
    },
    app::App,
    audit::{self, Event},
    code::{captcha, limit},
    crypto::OpaqueToken,
    entity::email_activation,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    job::outbox::{self, MailOrder},
    provider::MailTemplate,
    session::{Authenticated, password as sign_in, step_up},
};

const LIFE: TimeDelta = TimeDelta::hours(24);

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum BindRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("prove yourself anew first")]
    StepUpRequired,
    #[error("captcha not right or used up")]
    CaptchaInvalid,
    #[error("too many mails")]
    RateLimited(RetryAfter),
}

impl Refusal for BindRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum RemoveRefusal {
    #[error("prove yourself anew first")]
    StepUpRequired,
    #[error("no address is bound")]
    NotFound,
}

impl Refusal for RemoveRefusal {}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ActivateRefusal {
    #[error("not a link of ours, or used, voided, lapsed")]
    LinkExpired,
    #[error("another account has the address")]
    EmailTaken,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for ActivateRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

/// What is bound, and what waits.
pub async fn show(app: &App, session: &Authenticated) -> anyhow::Result<EmailState> {
    let account = accounts::existing(app, session.account_id).await?;
    let email = contact::email(app, &account)?.map(|email| email.masked());
    let pending = match store::find(app, account.id, app.clock.now()).await? {
        Some(row) => Some(pending(app, &row).await?),
        None => None,
    };
    Ok(EmailState { email, pending })
}

/// Sends the mail with the link. A newer one voids the older.
pub async fn request(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    step_up: Option<&str>,
    request: &EmailChange,
) -> Result<EmailState, Fault<BindRefusal>> {
    let email = Email::parse(&request.email)
        .map_err(|error| BindRefusal::InvalidInput(InvalidFields::one("email", error)))?;
    let grant = step_up::check(app, session, StepUpPurpose::Email, step_up)
        .await?
        .ok_or(BindRefusal::StepUpRequired)?;
    if !captcha::check(app, &request.captcha).await? {
        return Err(BindRefusal::CaptchaInvalid.into());
    }
    let index = app.vault.blind_index("email", email.as_str());
    let mut windows = app.windows_by_account(limit::EMAIL_BY_ACCOUNT, session.account_id);
    let recipient = format!("email:{}", hex::encode(&index));
    windows.extend(app.windows_by_subject(limit::EMAIL_BY_RECIPIENT, &recipient));
    windows.extend(app.windows_by_address(limit::EMAIL_BY_ADDRESS, &caller.limit_key));
    app.count(windows)
        .await?
        .map_err(BindRefusal::RateLimited)?;
    if !step_up::consume(app, grant).await? {
        return Err(BindRefusal::StepUpRequired.into());
    }
    let account = accounts::existing(app, session.account_id).await?;
    let token = OpaqueToken::random();
    let message_id = app.clock.new_id();
    let order = MailOrder {
        to: email.as_str().into(),
        template: MailTemplate::EmailActivation,
        locale: contact::locale(&account),
        params: BTreeMap::from([
            ("nickname".to_string(), account.nickname.clone()),
            (
                "link".to_string(),
                format!("{}/email/activate#{}", app.public_url, &*token.text()),
            ),
        ]),
        reference: message_id,
    };
    let row = email_activation::Model {
        account_id: account.id,
        token_digest: token.digest().to_vec(),
        email_sealed: app
            .vault
            .seal_text(store::place(account.id), email.as_str()),
        email_index: index,
        message_id,
        expires_at: app.clock.now() + LIFE,
    };
    let transaction = app.database.begin().await?;
    accounts::lock(&transaction, account.id).await?;
    store::replace(&transaction, row).await?;
    outbox::enqueue_mail(app, &transaction, order, LIFE).await?;
    let event = Event::by_account(account.id, "email.request");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    app.outbox_wakeup.notify_one();
    Ok(show(app, session).await?)
}

/// Binds the address whose link this is. Every channel hears of it, the address before too.
pub async fn activate(
    app: &App,
    caller: &Caller,
    token: &str,
) -> Result<EmailBound, Fault<ActivateRefusal>> {
    app.count(app.windows_by_address(limit::CODE_CHECK_BY_ADDRESS, &caller.limit_key))
        .await?
        .map_err(ActivateRefusal::RateLimited)?;
    let digest = OpaqueToken::digest_of(token).ok_or(ActivateRefusal::LinkExpired)?;
    let row = store::find_by_token(app, &digest, app.clock.now())
        .await?
        .ok_or(ActivateRefusal::LinkExpired)?;
    let email = open(app, &row)?;
    let account = accounts::find(app, row.account_id)
        .await?
        .filter(|account| account.status == accounts::ACTIVE)
        .ok_or(ActivateRefusal::LinkExpired)?;
    // Here already: two who want each other's address would wait for each other in their transactions.
    let holder = accounts::find_by_email(app, &email).await?;
    if holder.is_some_and(|holder| holder.id != account.id) {
        return Err(ActivateRefusal::EmailTaken.into());
    }
    let transaction = app.database.begin().await?;
    // In the order of whatever changes an account.
    accounts::lock(&transaction, account.id).await?;
    if !store::take(&transaction, &digest).await? {
        return Err(ActivateRefusal::LinkExpired.into());
    }
    match accounts::set_email(app, &transaction, account.id, Some(&email)).await {
        Err(error) if accounts::violates(&error, "email_index") => {
            return Err(ActivateRefusal::EmailTaken.into());
        }
        other => other?,
    }
    notice::tell(app, &transaction, &account, &Notice::EmailBound).await?;
    let event = Event::by_account(account.id, "email.bind");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    app.outbox_wakeup.notify_one();
    sign_in::forgive_names(app, None, Some(&email)).await;
    Ok(EmailBound {
        email: email.masked(),
    })
}

/// Removes the bound address, and what waits to be bound.
pub async fn remove(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    step_up: Option<&str>,
) -> Result<(), Fault<RemoveRefusal>> {
    let grant = step_up::check(app, session, StepUpPurpose::Email, step_up)
        .await?
        .ok_or(RemoveRefusal::StepUpRequired)?;
    let account = accounts::existing(app, session.account_id).await?;
    let waits = store::find(app, account.id, app.clock.now())
        .await?
        .is_some();
    if account.email_index.is_none() && !waits {
        return Err(RemoveRefusal::NotFound.into());
    }
    if !step_up::consume(app, grant).await? {
        return Err(RemoveRefusal::StepUpRequired.into());
    }
    let transaction = app.database.begin().await?;
    accounts::set_email(app, &transaction, account.id, None).await?;
    store::remove(&transaction, account.id).await?;
    if account.email_index.is_some() {
        notice::tell(app, &transaction, &account, &Notice::EmailRemoved).await?;
    }
    let event = Event::by_account(account.id, "email.remove");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    app.outbox_wakeup.notify_one();
    Ok(())
}

async fn pending(app: &App, row: &email_activation::Model) -> anyhow::Result<PendingEmail> {
    let delivery = match outbox::status(app, row.message_id).await?.as_deref() {
        Some("pending") => Delivery::Sending,
        Some("refused" | "lapsed") => Delivery::Failed,
        _ => Delivery::Sent,
    };
    Ok(PendingEmail {
        email: open(app, row)?.masked(),
        delivery,
        expires_at: row.expires_at,
    })
}

fn open(app: &App, row: &email_activation::Model) -> anyhow::Result<Email> {
    let text = app
        .vault
        .open_text(store::place(row.account_id), &row.email_sealed)?;
    Email::parse(&text).map_err(|error| anyhow::anyhow!("stored address: {}", error.code()))
}
