//! Setting up an authenticator app, and taking it away.

use std::time::Duration;

use chrono::{DateTime, Utc};
use qrcode::{QrCode, render::svg};
use renzheng_types::{
    second_factor::{RecoveryCodes, SecondFactors, TotpConfirmation, TotpEnrolment},
    step_up::StepUpPurpose,
    value::OneTimeCode,
};
use totp_rs::Secret;
use uuid::Uuid;

use super::{device, factors::Factors, passkey, recovery, totp};
use crate::{
    account::{
        contact,
        notice::{self, Notice},
        store as accounts,
    },
    app::App,
    audit::{self, Event},
    crypto::Place,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    session::{Authenticated, end, step_up},
};

const LIFE: Duration = Duration::from_secs(600);

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum EnrolRefusal {
    #[error("prove yourself anew first")]
    StepUpRequired,
    #[error("an app is set up already")]
    SecondFactorExists,
}

impl Refusal for EnrolRefusal {}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ConfirmRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("the code is not right")]
    CodeInvalid,
    #[error("nothing to confirm, or it has lapsed")]
    EnrolmentExpired,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for ConfirmRefusal {
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
pub enum ChangeRefusal {
    #[error("prove yourself anew first")]
    StepUpRequired,
    #[error("nothing is set up")]
    NotFound,
}

impl Refusal for ChangeRefusal {}

/// What is set up.
pub async fn show(app: &App, account_id: Uuid) -> anyhow::Result<SecondFactors> {
    let totp_since: Option<DateTime<Utc>> = totp::since(app, account_id).await?;
    Ok(SecondFactors {
        totp_since,
        passkeys: passkey::list(app, account_id).await?,
        recovery_codes_left: recovery::left(app, account_id).await?,
    })
}

/// Begins: a secret that counts once the app has shown a right code.
pub async fn begin(
    app: &App,
    session: &Authenticated,
    step_up: Option<&str>,
) -> Result<TotpEnrolment, Fault<EnrolRefusal>> {
    let purpose = StepUpPurpose::SecondFactor;
    let grant = step_up::check(app, session, purpose, step_up)
        .await?
        .ok_or(EnrolRefusal::StepUpRequired)?;
    if totp::since(app, session.account_id).await?.is_some() {
        return Err(EnrolRefusal::SecondFactorExists.into());
    }
    let account = accounts::existing(app, session.account_id).await?;
    let name = contact::phone(app, &account)?
        .map_or_else(|| account.nickname.clone(), |phone| phone.masked());
    if !step_up::consume(app, grant).await? {
        return Err(EnrolRefusal::StepUpRequired.into());
    }
    let secret: [u8; totp::SECRET_BYTES] = rand::random();
    // A colon parts issuer and name.
    let generator = totp::generator(&secret, &name.replace(':', " "))?;
    let uri = generator
        .to_url()
        .map_err(|error| anyhow::anyhow!("authenticator: {error:?}"))?;
    let sealed = app.vault.seal(place(account.id), &secret);
    app.ephemeral.put(&key(account.id), &sealed, LIFE).await?;
    let qr_svg = QrCode::new(uri.as_bytes())
        .map_err(|error| anyhow::anyhow!("QR code: {error}"))?
        .render::<svg::Color<'_>>()
        .min_dimensions(200, 200)
        .build();
    Ok(TotpEnrolment {
        secret: Secret::from(secret.to_vec()).to_base32(),
        uri,
        qr_svg,
        expires_in: LIFE.as_secs() as u32,
    })
}

/// Ends: the app shows a right code, and the recovery codes are given out.
pub async fn confirm(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    request: &TotpConfirmation,
) -> Result<RecoveryCodes, Fault<ConfirmRefusal>> {
    let code = OneTimeCode::parse(&request.code)
        .map_err(|error| ConfirmRefusal::InvalidInput(InvalidFields::one("code", error)))?;
    totp::count(app, session.account_id)
        .await?
        .map_err(ConfirmRefusal::RateLimited)?;
    let key = key(session.account_id);
    let sealed = app
        .ephemeral
        .get(&key)
        .await?
        .ok_or(ConfirmRefusal::EnrolmentExpired)?;
    let secret = app
        .vault
        .open_sealed(place(session.account_id), &sealed)
        .map_err(anyhow::Error::from)?;
    let step =
        totp::matching_step(app, &secret, code.as_str())?.ok_or(ConfirmRefusal::CodeInvalid)?;
    if !app.ephemeral.take_if(&key, &sealed).await? {
        return Err(ConfirmRefusal::EnrolmentExpired.into());
    }
    let account = accounts::existing(app, session.account_id).await?;
    let transaction = app.database.begin().await?;
    // Whoever is signing in meanwhile is waited for, and then ended.
    accounts::lock(&transaction, account.id).await?;
    if !totp::insert(app, &transaction, account.id, &secret, step).await? {
        // Another was confirmed in the same moment.
        return Err(ConfirmRefusal::EnrolmentExpired.into());
    }
    let codes = recovery::renew(app, &transaction, account.id).await?;
    device::forget_all(&transaction, account.id).await?;
    let ended = end::others(app, &transaction, session).await?;
    notice::tell(app, &transaction, &account, &Notice::SecondFactorOn).await?;
    let event = Event::by_account(account.id, "second-factor.add").detail("kind", "totp");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    end::forget(app, &ended);
    Ok(codes)
}

/// Takes the app away; the recovery codes go with the last second factor.
pub async fn remove(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    step_up: Option<&str>,
) -> Result<(), Fault<ChangeRefusal>> {
    let grant = step_up::check(app, session, StepUpPurpose::SecondFactor, step_up)
        .await?
        .ok_or(ChangeRefusal::StepUpRequired)?;
    if totp::since(app, session.account_id).await?.is_none() {
        return Err(ChangeRefusal::NotFound.into());
    }
    if !step_up::consume(app, grant).await? {
        return Err(ChangeRefusal::StepUpRequired.into());
    }
    let account = accounts::existing(app, session.account_id).await?;
    let has_passkey = passkey::any(app, account.id).await?;
    let transaction = app.database.begin().await?;
    accounts::lock(&transaction, account.id).await?;
    if !totp::remove(&transaction, account.id).await? {
        return Err(ChangeRefusal::NotFound.into());
    }
    if !has_passkey {
        recovery::remove(&transaction, account.id).await?;
    }
    let ended = end::others(app, &transaction, session).await?;
    notice::tell(app, &transaction, &account, &Notice::SecondFactorOff).await?;
    let event = Event::by_account(account.id, "second-factor.remove").detail("kind", "totp");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    end::forget(app, &ended);
    Ok(())
}

/// New recovery codes; the old ones are void.
pub async fn renew_codes(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    step_up: Option<&str>,
) -> Result<RecoveryCodes, Fault<ChangeRefusal>> {
    let grant = step_up::check(app, session, StepUpPurpose::SecondFactor, step_up)
        .await?
        .ok_or(ChangeRefusal::StepUpRequired)?;
    if !Factors::of(app, session.account_id).await?.any() {
        return Err(ChangeRefusal::NotFound.into());
    }
    if !step_up::consume(app, grant).await? {
        return Err(ChangeRefusal::StepUpRequired.into());
    }
    let account = accounts::existing(app, session.account_id).await?;
    let transaction = app.database.begin().await?;
    let codes = recovery::renew(app, &transaction, account.id).await?;
    notice::tell(app, &transaction, &account, &Notice::RecoveryCodesRenewed).await?;
    let event = Event::by_account(account.id, "second-factor.renew-codes");
    audit::record(app, &transaction, caller, event).await?;
    transaction.commit().await?;
    app.outbox_wakeup.notify_one();
    Ok(codes)
}

fn key(account_id: Uuid) -> String {
    format!("totp-enrolment:{account_id}")
}

const fn place(account_id: Uuid) -> Place<'static> {
    Place {
        table: "ephemeral",
        column: "totp-enrolment",
        row: account_id,
    }
}
