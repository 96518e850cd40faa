//! The second factor of staff, always asked: an authenticator app, or one of its recovery codes.

use renzheng_types::value::OneTimeCode;
use uuid::Uuid;

use super::{place, store};
use crate::{
    app::App,
    code::limit,
    database::ConnectionTrait,
    entity::{staff::Model, staff_recovery_code as recovery_code},
    http::problem::RetryAfter,
    second_factor::{recovery, totp},
};

/// Counts a try.
pub async fn count(app: &App, staff_id: Uuid) -> anyhow::Result<Result<(), RetryAfter>> {
    app.count(app.windows_by_staff(limit::SECOND_FACTOR_BY_ACCOUNT, staff_id))
        .await
}

/// Checks six digits of the app, or a recovery code, and uses it up.
pub async fn consume(app: &App, staff: &Model, code: &str) -> anyhow::Result<bool> {
    match OneTimeCode::parse(code) {
        Ok(code) => {
            let Some(sealed) = &staff.totp_sealed else {
                return Ok(false);
            };
            let secret = app.vault.open_sealed(place("totp", staff.id), sealed)?;
            match totp::matching_step(app, &secret, code.as_str())? {
                Some(step) => Ok(store::use_step(app, staff.id, step).await?),
                None => Ok(false),
            }
        }
        Err(_) => {
            let digest = recovery::digest(app, staff.id, code);
            Ok(store::take_recovery_code(app, staff.id, digest).await?)
        }
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
