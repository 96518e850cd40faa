//! Signing staff in, and who is signed in.
//!
//! One answer, in equal time, for a wrong staff number, password, code or passkey. Sessions are rows looked up anew by
//! each request: somebody who is disabled, or whose duty changes, is so at once on every node.

use chrono::TimeDelta;
use renzheng_types::{
    staff::{StaffSession, StaffSignIn},
    value::StaffLogin,
};
use zeroize::Zeroizing;

use super::{
    Member,
    factor::{self, Factor},
    is_usable, role_of, store, view,
};
use crate::{
    app::App,
    audit::{self, Event},
    code::limit,
    crypto::{OpaqueToken, Verdict},
    database::Transaction,
    entity::{staff::Model, staff_session},
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    session::token,
};

/// The cookie of a browser that staff sign in with.
pub const COOKIE: &str = "__Host-staff";
/// Every use within this time of the last is not written down.
const USE_NOTED_EVERY: TimeDelta = TimeDelta::seconds(5);

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum SignInRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("wrong staff number, password, code or passkey")]
    InvalidStaffCredentials,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for SignInRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::InvalidStaffCredentials => Detail::None,
        }
    }
}

/// A session just begun, and the cookie for a browser.
pub struct Begun {
    pub session: StaffSession,
    pub cookie: Option<String>,
}

/// Signs somebody in by both factors.
pub async fn sign_in(
    app: &App,
    caller: &Caller,
    request: StaffSignIn,
) -> Result<Begun, Fault<SignInRefusal>> {
    let password = Zeroizing::new(request.password);
    let factor = Factor::of(request.code, request.passkey).map_err(SignInRefusal::InvalidInput)?;
    let login = login_key(app, &request.login);
    let failures = app.windows_by_subject(
        limit::STAFF_FAILURES,
        &format!("login:{login}:{}", caller.limit_key),
    );
    let mut windows = app.windows_by_login(limit::STAFF_SIGN_IN_BY_LOGIN, &login);
    windows.extend(app.windows_by_address(limit::STAFF_SIGN_IN_BY_ADDRESS, &caller.limit_key));
    windows.extend(failures.clone());
    app.count(windows)
        .await?
        .map_err(SignInRefusal::RateLimited)?;

    let shown = factor.look(app).await?;
    let staff = match StaffLogin::parse(&request.login) {
        Ok(login) => store::find_by_login(app, login.as_str()).await?,
        Err(_) => None,
    };
    let stored = staff.as_ref().and_then(|staff| staff.password_hash.clone());
    let (proven, rehash) = match (&staff, app.passwords.verify(password, stored).await?) {
        (Some(staff), Verdict::Match { rehash }) if is_usable(app, staff) => (Some(staff), rehash),
        _ => (None, None),
    };
    // Counted and checked for nobody too, each number by itself: how long it takes does not tell that the password is right.
    let who = proven.map_or_else(|| login.clone(), |staff| staff.id.to_string());
    let counted = factor::count(app, who).await?;
    if proven.is_some() {
        counted.map_err(SignInRefusal::RateLimited)?;
    }
    let is_right = factor::is_right(app, proven, &shown).await?;
    let Some(staff) = proven.filter(|_| is_right) else {
        return Err(refuse(app, caller, staff.as_ref()).await?);
    };
    let transaction = app.database.begin().await?;
    // What was shown may have been changed or taken away meanwhile.
    let stands = store::hold_unchanged(&transaction, staff).await?
        && factor::note_use(app, &transaction, &shown).await?;
    if !stands {
        transaction.rollback().await?;
        return Err(refuse(app, caller, Some(staff)).await?);
    }
    if let Some(hash) = rehash {
        store::set_password_hash(&transaction, staff.id, hash).await?;
    }
    let begun = open(app, &transaction, caller, staff, shown.name()).await?;
    transaction.commit().await?;
    let keys: Vec<String> = failures.into_iter().map(|window| window.key).collect();
    app.ephemeral.uncount(&keys).await?;
    app.metrics.sign_in("staff", "passed");
    Ok(begun)
}

/// Written down for a number that nobody has, too: that there is none must not show in the time.
async fn refuse(
    app: &App,
    caller: &Caller,
    staff: Option<&Model>,
) -> anyhow::Result<Fault<SignInRefusal>> {
    app.metrics.sign_in("staff", "refused");
    let event = Event::by_system(staff.map(|staff| staff.id), "staff.sign-in-refused");
    audit::record(app, app.database.write(), caller, event).await?;
    Ok(SignInRefusal::InvalidStaffCredentials.into())
}

/// Begins a session in the caller's transaction; `factor` is the second one shown.
pub async fn open(
    app: &App,
    transaction: &Transaction,
    caller: &Caller,
    staff: &Model,
    factor: &'static str,
) -> anyhow::Result<Begun> {
    let secret = OpaqueToken::random();
    let now = app.clock.now();
    let settings = &app.config.staff;
    let row = staff_session::Model {
        id: app.clock.new_id(),
        staff_id: staff.id,
        secret_digest: secret.digest().to_vec(),
        browser: caller.browser,
        user_agent: caller.user_agent.clone(),
        address: caller.address.clone(),
        created_at: now,
        last_used_at: now,
        expires_at: now + settings.absolute(),
        ended_at: None,
        end_reason: None,
    };
    store::insert_session(transaction, row).await?;
    let event = Event::by_staff(staff.id, Some(staff.id), "staff.sign-in").detail("factor", factor);
    audit::record(app, transaction, caller, event).await?;
    let text = secret.text().to_string();
    Ok(Begun {
        cookie: caller.browser.then(|| token::cookie(COOKIE, &text, None)),
        session: StaffSession {
            access_token: (!caller.browser).then_some(text),
            idle_seconds: u32::try_from(settings.idle().num_seconds())?,
            expires_in: u32::try_from(settings.absolute().num_seconds())?,
            staff: view::member(app, staff).await?,
        },
    })
}

/// Who a credential belongs to, while its session is live. `browser` says that a cookie carried it.
pub async fn live(app: &App, secret: &str, browser: bool) -> anyhow::Result<Option<Member>> {
    let Some(digest) = OpaqueToken::digest_of(secret) else {
        return Ok(None);
    };
    let now = app.clock.now();
    let used_after = now - app.config.staff.idle();
    let session = store::find_session(app, &digest, browser, used_after, now).await?;
    let Some(session) = session else {
        return Ok(None);
    };
    let staff = store::find(app, session.staff_id).await?;
    let Some(staff) = staff.filter(|staff| is_usable(app, staff)) else {
        return Ok(None);
    };
    if now - session.last_used_at >= USE_NOTED_EVERY {
        store::note_session_use(app, session.id, now).await?;
    }
    Ok(Some(Member {
        session_id: session.id,
        role: role_of(&staff)?,
        staff,
    }))
}

/// Signs out.
pub async fn sign_out(app: &App, caller: &Caller, member: &Member) -> anyhow::Result<()> {
    let transaction = app.database.begin().await?;
    if store::end_session(&transaction, member.session_id, app.clock.now()).await? {
        let event = Event::by_staff(member.id(), Some(member.id()), "staff.sign-out");
        audit::record(app, &transaction, caller, event).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The staff number typed, as limits count it.
fn login_key(app: &App, typed: &str) -> String {
    let typed: String = typed.trim().chars().take(64).collect();
    let index = app.vault.blind_index("staff-login", &typed.to_lowercase());
    hex::encode(index)
}
