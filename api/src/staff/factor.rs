//! The second factor of staff, always asked: an authenticator app, one of its recovery codes, or a passkey.

use std::fmt::Display;

use renzheng_types::{
    passkey::PasskeyAssertion,
    value::{OneTimeCode, ValueError},
};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    passkey::{self, Signed},
    place, store,
};
use crate::{
    app::App,
    code::limit,
    database::ConnectionTrait,
    entity::{staff::Model, staff_recovery_code as recovery_code},
    http::problem::{InvalidFields, RetryAfter},
    second_factor::{recovery, totp},
};

/// What somebody answers beside the password.
pub enum Factor {
    /// Six digits of the app, or a recovery code.
    Code(String),
    Passkey(PasskeyAssertion),
}

impl Factor {
    /// A passkey stands in the place of the code.
    pub fn of(
        code: Option<String>,
        passkey: Option<PasskeyAssertion>,
    ) -> Result<Self, InvalidFields> {
        match (passkey, code) {
            (Some(assertion), _) => Ok(Self::Passkey(assertion)),
            (None, Some(code)) => Ok(Self::Code(code)),
            (None, None) => Err(InvalidFields::one("code", ValueError::Required)),
        }
    }

    /// Sees who signed: before the password is looked at, so that the answer takes as long whichever of them is wrong.
    pub async fn look(self, app: &App) -> anyhow::Result<Shown> {
        Ok(match self {
            Self::Code(code) => Shown::Code(code),
            Self::Passkey(assertion) => Shown::Passkey(passkey::verify(app, &assertion).await?),
        })
    }
}

/// What they answered, as far as it can be judged without knowing who they are.
pub enum Shown {
    Code(String),
    /// None when the signature is not right.
    Passkey(Option<Signed>),
}

impl Shown {
    /// As the trail names it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Passkey(_) => "passkey",
            Self::Code(code) if OneTimeCode::parse(code).is_ok() => APP,
            Self::Code(_) => "recovery-code",
        }
    }
}

/// The authenticator app, as the trail names it.
pub const APP: &str = "totp";

/// Counts a try of somebody, by their id, or of a number that is nobody's to try.
pub async fn count(app: &App, who: impl Display) -> anyhow::Result<Result<(), RetryAfter>> {
    let subject = format!("staff:{who}");
    app.count(app.windows_by_subject(limit::SECOND_FACTOR_BY_ACCOUNT, &subject))
        .await
}

/// Whether it is right, and theirs; a code is used up. For nobody the same is done, and nothing is right.
pub async fn is_right(app: &App, staff: Option<&Model>, shown: &Shown) -> anyhow::Result<bool> {
    let staff_id = staff.map_or(Uuid::nil(), |staff| staff.id);
    let code = match shown {
        Shown::Code(code) => code,
        Shown::Passkey(signed) => {
            return Ok(signed
                .as_ref()
                .is_some_and(|signed| signed.staff_id == staff_id));
        }
    };
    match OneTimeCode::parse(code) {
        Ok(code) => {
            let place = place("totp", staff_id);
            let sealed = staff.and_then(|staff| staff.totp_sealed.as_deref());
            let secret = match sealed {
                Some(sealed) => app.vault.open_sealed(place, sealed)?,
                None => {
                    let secret = Zeroizing::new(vec![0; totp::SECRET_BYTES]);
                    // As long as opening takes.
                    app.vault.seal(place, &secret);
                    secret
                }
            };
            let step = totp::matching_step(app, &secret, code.as_str())?;
            match step.filter(|_| sealed.is_some()) {
                Some(step) => Ok(store::use_step(app, staff_id, step).await?),
                None => Ok(false),
            }
        }
        Err(_) => {
            let digest = recovery::digest(app, staff_id, code);
            Ok(store::take_recovery_code(app, staff_id, digest).await?)
        }
    }
}

/// Notes that a passkey was used; `false` when it was removed meanwhile.
pub async fn note_use<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    shown: &Shown,
) -> anyhow::Result<bool> {
    match shown {
        Shown::Passkey(Some(signed)) => passkey::note_use(app, connection, signed).await,
        Shown::Code(_) | Shown::Passkey(None) => Ok(true),
    }
}

/// New recovery codes in the place of the old ones.
pub async fn renew_codes<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    staff_id: Uuid,
) -> anyhow::Result<Vec<String>> {
    let codes = recovery::random_codes();
    let rows = codes
        .iter()
        .map(|code| recovery_code::Model {
            id: app.clock.new_id(),
            staff_id,
            digest: recovery::digest(app, staff_id, code),
        })
        .collect();
    store::replace_recovery_codes(connection, staff_id, rows).await?;
    Ok(codes)
}
