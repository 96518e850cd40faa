//! Sign-in by account and password.
//!
//! One answer, in equal time, for an unknown account and a wrong password: both cost one hash. Failures are counted by
//! the name typed, known or not, so that counting tells nothing either.

use std::time::Duration;

use renzheng_types::{session::PasswordSignIn, value::Phone};
use zeroize::Zeroizing;

use uuid::Uuid;

use super::{
    AuthenticationMethod,
    begin::Proof,
    complete::{FirstProof, SignedIn, complete, note_refused},
};
use crate::{
    account::{contact, password, store as accounts},
    app::App,
    code::{captcha, limit},
    email::address::Email,
    entity::account::Model,
    http::{
        caller::Caller,
        problem::{Fault, RetryAfter},
    },
    second_factor::device,
};

use super::routes::SignInRefusal;

/// The wait after the fifth failure; it doubles with each, up to an hour.
const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

pub async fn sign_in(
    app: &App,
    caller: &Caller,
    request: PasswordSignIn,
) -> Result<SignedIn, Fault<SignInRefusal>> {
    let typed = Zeroizing::new(request.password);
    let phone = Phone::parse(&request.account).ok();
    let email = Email::parse(&request.account).ok();
    let name = login_key(app, phone.as_ref(), email.as_ref(), &request.account);
    let find = async || -> anyhow::Result<Option<Model>> {
        Ok(match (&phone, &email) {
            (Some(phone), _) => accounts::find_by_phone(app, phone).await?,
            (None, Some(email)) => accounts::find_by_email(app, email).await?,
            (None, None) => None,
        })
    };
    // A browser that has signed in before has tries of its own: strangers use none of them up. It takes as long to find
    // that a browser is not known, whether or not there is an account.
    let mut by_address = app.windows_by_address(limit::PASSWORD_BY_ADDRESS, &caller.limit_key);
    let mut known = None;
    if caller.device_cookie.is_some() {
        app.count(std::mem::take(&mut by_address))
            .await?
            .map_err(SignInRefusal::RateLimited)?;
        let account = find().await?.map_or_else(Uuid::nil, |account| account.id);
        known = device::known_as(app, caller, account).await?;
    }
    let login = match known {
        Some(browser) => format!("{name}:browser:{browser}"),
        None => name.clone(),
    };

    let mut windows = app.windows_by_login(limit::PASSWORD_BY_ACCOUNT, &login);
    windows.extend(by_address);
    app.count(windows)
        .await?
        .map_err(SignInRefusal::RateLimited)?;
    let ((), failures, in_a_row, mut account) = tokio::try_join!(
        refuse_while_waiting(app, &login),
        async { Ok(failures(app, &login).await?) },
        async { Ok(app.ephemeral.counted(&row_window(app, &login).key).await?) },
        async { Ok(find().await?) },
    )?;
    if in_a_row >= row_window(app, &login).limit {
        return Err(SignInRefusal::PasswordDisabled.into());
    }
    let before_captcha = limit::FAILURES_BEFORE_CAPTCHA * app.config.limit_scale();
    if failures >= before_captcha {
        let answer = request.captcha.ok_or(SignInRefusal::CaptchaRequired)?;
        if !captcha::check(app, &answer).await? {
            return Err(SignInRefusal::CaptchaInvalid.into());
        }
    }

    let matches = password::matches(app, account.as_mut(), typed).await?;
    match account {
        Some(account) if matches && account.status == accounts::ACTIVE => {
            if failures > 0 || in_a_row > 0 {
                forgive(app, &login).await?;
            }
            if login != name {
                forgive(app, &name).await?;
            }
            let first = FirstProof {
                account,
                proof: Proof {
                    method: AuthenticationMethod::Password,
                    remember: request.remember,
                    lent_by: None,
                },
            };
            complete(app, caller, first).await
        }
        account => {
            let proper = phone.is_some() || email.is_some();
            note_failure(app, &login, proper && failures >= before_captcha).await?;
            note_refused(app, caller, "pwd", account.map(|account| account.id));
            Err(SignInRefusal::InvalidCredentials.into())
        }
    }
}

/// The name typed, as limits count it: never the phone number itself, and one for all ways to spell it.
fn login_key(app: &App, phone: Option<&Phone>, email: Option<&Email>, typed: &str) -> String {
    let key = |name: &str| hex::encode(app.vault.blind_index("login", name));
    match (phone, email) {
        (Some(phone), _) => app.phone_key(phone),
        (None, Some(email)) => key(email.as_str()),
        (None, None) => key(&typed.chars().take(64).collect::<String>()),
    }
}

fn failure_window(app: &App, login: &str) -> crate::ephemeral::Window {
    app.window_by_login(limit::FAILURES_A_DAY, login)
}

fn row_window(app: &App, login: &str) -> crate::ephemeral::Window {
    app.window_by_login(limit::FAILURES_IN_A_ROW, login)
}

/// Begins the counts of failures anew.
async fn forgive(app: &App, login: &str) -> anyhow::Result<()> {
    for window in [failure_window(app, login), row_window(app, login)] {
        app.ephemeral.forget_count(&window.key).await?;
    }
    app.ephemeral.remove(&wait_key(login)).await
}

/// The same for whoever has just proven to hold the name, or set a new password. What fails here undoes nothing.
pub async fn forgive_names(app: &App, phone: Option<&Phone>, email: Option<&Email>) {
    let names = [
        phone.map(|phone| login_key(app, Some(phone), None, "")),
        email.map(|email| login_key(app, None, Some(email), "")),
    ];
    for name in names.into_iter().flatten() {
        if let Err(error) = forgive(app, &name).await {
            tracing::warn!(error = format!("{error:#}"), "failures not forgotten");
        }
    }
}

/// The same for all names of an account, and for its password as a second proof.
pub async fn forgive_account(app: &App, account: &Model) {
    for window in app.windows_by_account(limit::SECOND_PASSWORDS_IN_A_ROW, account.id) {
        if let Err(error) = app.ephemeral.forget_count(&window.key).await {
            tracing::warn!(error = format!("{error:#}"), "failures not forgotten");
        }
    }
    match (contact::phone(app, account), contact::email(app, account)) {
        (Ok(phone), Ok(email)) => forgive_names(app, phone.as_ref(), email.as_ref()).await,
        (Err(error), _) | (_, Err(error)) => {
            tracing::warn!(error = format!("{error:#}"), "failures not forgotten");
        }
    }
}

async fn failures(app: &App, login: &str) -> anyhow::Result<u64> {
    app.ephemeral.counted(&failure_window(app, login).key).await
}

async fn refuse_while_waiting(app: &App, login: &str) -> Result<(), Fault<SignInRefusal>> {
    let Some(until) = app.ephemeral.get(&wait_key(login)).await? else {
        return Ok(());
    };
    let until = until.try_into().map_or(0, i64::from_be_bytes);
    let left = until.saturating_sub(app.clock.now().timestamp_millis());
    let left = Duration::from_millis(u64::try_from(left).unwrap_or_default());
    Err(SignInRefusal::RateLimited(RetryAfter(left)).into())
}

/// Counts a failure, and whether it was made over a captcha; from the fifth on, the next try must wait.
async fn note_failure(app: &App, login: &str, over_captcha: bool) -> anyhow::Result<()> {
    if over_captcha {
        // A full row is told at the next try.
        let _ = app.count(vec![row_window(app, login)]).await?;
    }
    let window = failure_window(app, login);
    if let Err(after) = app.count(vec![window.clone()]).await? {
        return put_wait(app, login, after.0).await;
    }
    let failures = app.ephemeral.counted(&window.key).await? / app.config.limit_scale();
    if let Some(over) = failures.checked_sub(limit::FAILURES_BEFORE_WAIT) {
        let doubled = FIRST_WAIT.saturating_mul(1_u32.checked_shl(over as u32).unwrap_or(u32::MAX));
        put_wait(app, login, doubled.min(LONGEST_WAIT)).await?;
    }
    Ok(())
}

async fn put_wait(app: &App, login: &str, wait: Duration) -> anyhow::Result<()> {
    let until = app.clock.now().timestamp_millis() + i64::try_from(wait.as_millis())?;
    app.ephemeral
        .put(&wait_key(login), &until.to_be_bytes(), wait)
        .await
}

fn wait_key(login: &str) -> String {
    format!("password-wait:{login}")
}
