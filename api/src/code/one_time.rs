//! One-time codes: six digits, five minutes, five tries, one use; bound to whom they were sent to, to what for, and to
//! the transaction they belong to.

use std::time::Duration;

use renzheng_types::{
    sms_code::{SmsCodePurpose, SmsCodeSent},
    value::{OneTimeCode, Phone},
};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::limit;
use crate::{
    app::App,
    crypto,
    database::Transaction,
    http::{caller::Caller, problem::RetryAfter},
};

pub const LIFE: Duration = Duration::from_secs(300);
const RESEND_AFTER: u32 = 60;
const TRIES: u32 = 5;
const DIGITS: usize = 6;

/// What a code is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Purpose {
    Register,
    Login,
    SecondFactor,
    StepUp,
    BindPhone,
    Reset,
}

impl Purpose {
    /// Whether whoever asks is signed in, has given a right first proof, or has solved a captcha for a reset.
    const fn is_counted_apart(self) -> bool {
        !matches!(self, Self::Register | Self::Login)
    }
}

impl From<SmsCodePurpose> for Purpose {
    fn from(purpose: SmsCodePurpose) -> Self {
        match purpose {
            SmsCodePurpose::Register => Self::Register,
            SmsCodePurpose::Login => Self::Login,
        }
    }
}

/// What a code is good for. A code of one scope is nothing in another.
#[derive(Clone)]
pub struct Scope {
    key: String,
    /// As what its tries are counted.
    counted: String,
    /// What for, of a code by SMS: what is sent and never typed in is watched, for it costs money.
    watched: Option<Purpose>,
}

impl Scope {
    /// A code to a phone. `transaction` is the session, ticket or reset it belongs to, or empty.
    pub fn of_phone(app: &App, purpose: Purpose, transaction: &str, phone: &Phone) -> Self {
        let subject = format!("phone:{}", app.phone_key(phone));
        Self {
            watched: Some(purpose),
            ..Self::new(purpose, transaction, &subject)
        }
    }

    /// A code to an e-mail address, named by its blind index.
    pub fn of_email(purpose: Purpose, transaction: &str, index: &[u8]) -> Self {
        Self::new(
            purpose,
            transaction,
            &format!("email:{}", hex::encode(index)),
        )
    }

    /// The same code, whose tries are counted for this account alone.
    pub fn tried_by(mut self, account: Uuid) -> Self {
        self.counted = format!("{}:account:{account}", self.counted);
        self
    }

    fn new(purpose: Purpose, transaction: &str, subject: &str) -> Self {
        let name: &str = purpose.into();
        // What strangers try at a sign-in uses nothing up of what those may try who have done more than that.
        let counted = match purpose.is_counted_apart() {
            true => format!("{name}:{subject}"),
            false => subject.into(),
        };
        Self {
            key: format!("code:{name}:{transaction}:{subject}"),
            counted,
            watched: None,
        }
    }

    /// Notes that a code is on its way.
    pub fn note_sent(&self, app: &App) {
        if let Some(purpose) = self.watched {
            app.metrics.sms_code(purpose.into(), "sent");
        }
    }
}

/// Whether a code of this scope was sent, and has neither lapsed nor been used.
pub async fn is_out(app: &App, scope: &Scope) -> anyhow::Result<bool> {
    Ok(app.ephemeral.get(&scope.key).await?.is_some())
}

/// Makes a code, on the way to be sent in `transaction`; it voids the one before.
pub async fn make(app: &App, transaction: &Transaction, scope: &Scope) -> anyhow::Result<String> {
    let code = crypto::random_code(DIGITS);
    let digest = digest(app, scope, &code);
    app.ephemeral
        .put_in(transaction, &scope.key, &digest, LIFE)
        .await?;
    Ok(code)
}

/// What whoever asked for a code is told.
pub const fn sent() -> SmsCodeSent {
    SmsCodeSent {
        resend_after: RESEND_AFTER,
        expires_in: LIFE.as_secs() as u32,
    }
}

/// What checking a code can refuse; operations turn it into their own refusal.
#[derive(Debug)]
pub enum CheckRefusal {
    Invalid,
    RateLimited(RetryAfter),
}

/// A code that was right when checked, and is still to be used up.
#[must_use]
pub struct CheckedCode {
    key: String,
    digest: Vec<u8>,
    watched: Option<Purpose>,
}

/// Checks a code, counting the try first.
pub async fn check(
    app: &App,
    caller: &Caller,
    scope: &Scope,
    code: &OneTimeCode,
) -> anyhow::Result<Result<CheckedCode, CheckRefusal>> {
    let mut windows = app.windows_by_subject(limit::CODE_CHECK_BY_PHONE, &scope.counted);
    windows.extend(app.windows_by_address(limit::CODE_CHECK_BY_ADDRESS, &caller.limit_key));
    if let Err(after) = app.count(windows).await? {
        return Ok(Err(CheckRefusal::RateLimited(after)));
    }
    let Some(expected) = app.ephemeral.try_once_more(&scope.key, TRIES).await? else {
        return Ok(Err(CheckRefusal::Invalid));
    };
    let digest = digest(app, scope, code.as_str());
    if bool::from(digest.as_slice().ct_eq(&expected)) {
        Ok(Ok(CheckedCode {
            key: scope.key.clone(),
            digest: expected,
            watched: scope.watched,
        }))
    } else {
        Ok(Err(CheckRefusal::Invalid))
    }
}

/// Uses the code up; `false` when someone else just did.
pub async fn consume(app: &App, code: CheckedCode) -> anyhow::Result<bool> {
    let used = app.ephemeral.take_if(&code.key, &code.digest).await?;
    if let Some(purpose) = code.watched.filter(|_| used) {
        app.metrics.sms_code(purpose.into(), "proven");
    }
    Ok(used)
}

/// Codes rest as keyed digests: six digits under a bare hash would be no secret.
fn digest(app: &App, scope: &Scope, code: &str) -> [u8; 32] {
    app.vault
        .mac("sms-code", &[scope.key.as_bytes(), code.as_bytes()])
}
