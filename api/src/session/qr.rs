//! Sign-in by QR code: `pending → scanned → confirmed | denied`, or `expired`.
//!
//! The code names the ticket; the browser alone holds its secret, so that a photographed code is worth nothing. The
//! phone that scanned first is the one that decides, and it must pick the number that the browser shows out of three:
//! whoever was sent somebody else's code does not see that number. Each step swaps the ticket's whole state for the
//! next in one atomic statement, so that of any number of confirmations, or sign-ins, one wins.

use std::time::Duration;

use chrono::{DateTime, Utc};
use rand::{RngExt, seq::SliceRandom};
use renzheng_types::{
    Locale,
    qr_login::{QrAsker, QrLogin, QrState, QrStatus},
    session::QrSignIn,
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{
    Authenticated, AuthenticationMethod,
    begin::Proof,
    complete::{FirstProof, SignedIn, complete, note_refused},
    live,
    routes::SignInRefusal,
};
use crate::{
    account::store as accounts,
    app::App,
    audit::{self, Event},
    code::limit,
    crypto::OpaqueToken,
    http::{
        caller::Caller,
        problem::{Detail, Fault, Refusal, RetryAfter},
    },
    user_agent,
};

const LIFE: Duration = Duration::from_secs(120);
const CHOICES: usize = 3;

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum CreateRefusal {
    #[error("too many codes from this address")]
    RateLimited(RetryAfter),
}

impl Refusal for CreateRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum PollRefusal {
    #[error("asked more than once a second")]
    RateLimited(RetryAfter),
}

impl Refusal for PollRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ScanRefusal {
    #[error("the code has lapsed or was decided")]
    QrExpired,
    #[error("another phone scanned it")]
    QrTaken,
    #[error("too many scans")]
    RateLimited(RetryAfter),
}

impl Refusal for ScanRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum DecideRefusal {
    #[error("the code has lapsed or was decided")]
    QrExpired,
    #[error("another phone scanned it")]
    QrTaken,
    #[error("scan it first")]
    QrNotScanned,
}

impl Refusal for DecideRefusal {}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ConfirmRefusal {
    #[error("the code has lapsed or was decided")]
    QrExpired,
    #[error("another phone scanned it")]
    QrTaken,
    #[error("scan it first")]
    QrNotScanned,
    #[error("not the number that the browser shows")]
    WrongNumber,
}

impl Refusal for ConfirmRefusal {}

impl From<DecideRefusal> for ConfirmRefusal {
    fn from(refusal: DecideRefusal) -> Self {
        match refusal {
            DecideRefusal::QrExpired => Self::QrExpired,
            DecideRefusal::QrTaken => Self::QrTaken,
            DecideRefusal::QrNotScanned => Self::QrNotScanned,
        }
    }
}

/// A ticket as it stands in the ephemeral store.
#[derive(Clone, Serialize, Deserialize)]
struct Ticket {
    status: Status,
    secret_digest: [u8; 32],
    number: String,
    numbers: Vec<String>,
    user_agent: String,
    address: String,
    at: DateTime<Utc>,
    /// The session of the phone that scanned it.
    phone: Option<Uuid>,
    account_id: Option<Uuid>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Status {
    Pending,
    Scanned,
    Confirmed,
    Denied,
}

/// Makes a ticket for a browser.
pub async fn create(app: &App, caller: &Caller) -> Result<QrLogin, Fault<CreateRefusal>> {
    app.count(app.windows_by_address(limit::QR_BY_ADDRESS, &caller.limit_key))
        .await?
        .map_err(CreateRefusal::RateLimited)?;
    let id = Uuid::new_v4();
    let secret = OpaqueToken::random();
    let numbers = numbers();
    let number = numbers
        .get(rand::rng().random_range(0..CHOICES))
        .cloned()
        .unwrap_or_default();
    let ticket = Ticket {
        status: Status::Pending,
        secret_digest: secret.digest(),
        number: number.clone(),
        numbers,
        user_agent: caller.user_agent.clone(),
        address: caller.address.clone(),
        at: app.clock.now(),
        phone: None,
        account_id: None,
    };
    app.ephemeral.put(&key(id), &bytes(&ticket)?, LIFE).await?;
    Ok(QrLogin {
        id,
        secret: secret.text().to_string(),
        url: format!("{}/scan/{id}", app.public_url),
        number,
        expires_in: LIFE.as_secs() as u32,
    })
}

/// How far a ticket has got, for who asks again and again. One that is unknown has lapsed.
pub async fn poll(app: &App, id: Uuid) -> Result<QrState, Fault<PollRefusal>> {
    let found = find(app, id).await?;
    if found.is_some() {
        app.count(app.windows_by_subject(limit::QR_POLLS, &id.to_string()))
            .await?
            .map_err(PollRefusal::RateLimited)?;
    }
    Ok(told(found))
}

/// The same for a stream, which looks by itself.
pub async fn state(app: &App, id: Uuid) -> anyhow::Result<QrState> {
    Ok(told(find(app, id).await?))
}

fn told(found: Option<(Vec<u8>, Ticket)>) -> QrState {
    let status = match found {
        None => QrStatus::Expired,
        Some((_, ticket)) => match ticket.status {
            Status::Pending => QrStatus::Pending,
            Status::Scanned => QrStatus::Scanned,
            Status::Confirmed => QrStatus::Confirmed,
            Status::Denied => QrStatus::Denied,
        },
    };
    QrState { status }
}

/// The phone has scanned the code: tells it what asks. The first phone has the ticket.
pub async fn scan(
    app: &App,
    locale: Locale,
    session: &Authenticated,
    id: Uuid,
) -> Result<QrAsker, Fault<ScanRefusal>> {
    app.count(app.windows_by_account(limit::QR_BY_ACCOUNT, session.account_id))
        .await?
        .map_err(ScanRefusal::RateLimited)?;
    let (old, mut ticket) = find(app, id).await?.ok_or(ScanRefusal::QrExpired)?;
    match ticket.status {
        Status::Pending => {
            ticket.status = Status::Scanned;
            ticket.phone = Some(session.session_id);
            ticket.account_id = Some(session.account_id);
            if !app.ephemeral.swap(&key(id), &old, &bytes(&ticket)?).await? {
                return Err(ScanRefusal::QrTaken.into());
            }
        }
        // The same phone may look again.
        Status::Scanned if ticket.phone == Some(session.session_id) => {}
        Status::Scanned => return Err(ScanRefusal::QrTaken.into()),
        Status::Confirmed | Status::Denied => return Err(ScanRefusal::QrExpired.into()),
    }
    Ok(QrAsker {
        browser: user_agent::describe(&ticket.user_agent, locale),
        address: ticket.address,
        at: ticket.at,
        numbers: ticket.numbers,
    })
}

/// The phone lets the browser in, or a wrong number ends the ticket.
pub async fn confirm(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    id: Uuid,
    number: &str,
) -> Result<(), Fault<ConfirmRefusal>> {
    let (old, mut ticket) = scanned(app, session, id)
        .await?
        .map_err(ConfirmRefusal::from)?;
    let right = bool::from(number.as_bytes().ct_eq(ticket.number.as_bytes()));
    ticket.status = if right {
        Status::Confirmed
    } else {
        Status::Denied
    };
    if !app.ephemeral.swap(&key(id), &old, &bytes(&ticket)?).await? {
        return Err(ConfirmRefusal::QrExpired.into());
    }
    let action = if right {
        "qr.confirm"
    } else {
        "qr.wrong-number"
    };
    let event = Event::by_account(session.account_id, action);
    audit::record(app, app.database.write(), caller, event).await?;
    if right {
        Ok(())
    } else {
        Err(ConfirmRefusal::WrongNumber.into())
    }
}

/// The phone turns the browser away.
pub async fn deny(
    app: &App,
    caller: &Caller,
    session: &Authenticated,
    id: Uuid,
) -> Result<(), Fault<DecideRefusal>> {
    let (old, mut ticket) = scanned(app, session, id).await??;
    ticket.status = Status::Denied;
    if !app.ephemeral.swap(&key(id), &old, &bytes(&ticket)?).await? {
        return Err(DecideRefusal::QrExpired.into());
    }
    let event = Event::by_account(session.account_id, "qr.deny");
    audit::record(app, app.database.write(), caller, event).await?;
    Ok(())
}

/// The browser turns a confirmed ticket into a session, once.
pub async fn sign_in(
    app: &App,
    caller: &Caller,
    request: QrSignIn,
) -> Result<SignedIn, Fault<SignInRefusal>> {
    let refused = || {
        note_refused(app, caller, "qr", None);
        SignInRefusal::InvalidCredentials
    };
    let digest = OpaqueToken::digest_of(&request.secret).ok_or_else(refused)?;
    let (old, ticket) = find(app, request.id).await?.ok_or_else(refused)?;
    let holds_secret = bool::from(digest.ct_eq(&ticket.secret_digest));
    if !holds_secret || ticket.status != Status::Confirmed {
        return Err(refused().into());
    }
    let account_id = ticket.account_id.ok_or_else(refused)?;
    let phone = ticket.phone.ok_or_else(refused)?;
    // Whoever confirmed must still be signed in.
    let lender = super::store::find(app, phone)
        .await?
        .filter(|lender| live::is_live(app, lender, app.clock.now()))
        .ok_or_else(refused)?;
    let account = accounts::find(app, account_id)
        .await?
        .filter(|account| account.status == accounts::ACTIVE)
        .ok_or_else(refused)?;
    if !app.ephemeral.take_if(&key(request.id), &old).await? {
        return Err(refused().into());
    }
    let first = FirstProof {
        account,
        proof: Proof {
            method: AuthenticationMethod::Qr,
            remember: false,
            lent_by: Some(lender),
        },
    };
    complete(app, caller, first).await
}

/// A ticket that this phone scanned and that is not decided.
async fn scanned(
    app: &App,
    session: &Authenticated,
    id: Uuid,
) -> anyhow::Result<Result<(Vec<u8>, Ticket), DecideRefusal>> {
    let Some((old, ticket)) = find(app, id).await? else {
        return Ok(Err(DecideRefusal::QrExpired));
    };
    Ok(match ticket.status {
        Status::Pending => Err(DecideRefusal::QrNotScanned),
        Status::Scanned if ticket.phone == Some(session.session_id) => Ok((old, ticket)),
        Status::Scanned => Err(DecideRefusal::QrTaken),
        Status::Confirmed | Status::Denied => Err(DecideRefusal::QrExpired),
    })
}

async fn find(app: &App, id: Uuid) -> anyhow::Result<Option<(Vec<u8>, Ticket)>> {
    let Some(bytes) = app.ephemeral.get(&key(id)).await? else {
        return Ok(None);
    };
    let ticket = serde_json::from_slice(&bytes)?;
    Ok(Some((bytes, ticket)))
}

fn bytes(ticket: &Ticket) -> anyhow::Result<Vec<u8>> {
    Ok(serde_json::to_vec(ticket)?)
}

/// Different numbers of two digits, in any order.
fn numbers() -> Vec<String> {
    let mut random = rand::rng();
    let mut all: Vec<u8> = (10..100).collect();
    let (chosen, _) = all.partial_shuffle(&mut random, CHOICES);
    chosen.iter().map(u8::to_string).collect()
}

fn key(id: Uuid) -> String {
    format!("qr:{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    // C10
    #[test]
    fn the_numbers_differ() {
        for _ in 0..200 {
            let numbers = numbers();
            assert_eq!(numbers.len(), CHOICES);
            assert!(numbers.iter().all(|number| number.len() == 2));
            assert!(
                numbers[0] != numbers[1] && numbers[1] != numbers[2] && numbers[0] != numbers[2]
            );
        }
    }
}
