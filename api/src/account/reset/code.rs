//! The code of a reset, by whichever way it went.

use renzheng_types::value::OneTimeCode;
use uuid::Uuid;

use super::{Named, stored_phone};
use crate::{
    app::App,
    code::{
        limit,
        one_time::{self, CheckRefusal, Purpose, Scope},
    },
    http::caller::Caller,
};

/// A code may have gone either way; answers whether it was by phone. Only a way that a code went is tried: wrong codes for
/// one use up no tries of the other.
pub(super) async fn check(
    app: &App,
    caller: &Caller,
    id: Uuid,
    named: &Named,
    code: &OneTimeCode,
) -> anyhow::Result<Result<(one_time::CheckedCode, bool), CheckRefusal>> {
    let by_mail = email_scope(app, id, named);
    let by_phone = match named {
        Named::Phone(phone) => Some(Scope::of_phone(
            app,
            Purpose::Reset,
            &id.to_string(),
            &stored_phone(phone)?,
        )),
        Named::Email(_) => None,
    };
    let ways = by_phone.map(|scope| (scope, true));
    let mut refused = None;
    for (scope, is_phone) in ways.into_iter().chain([(by_mail, false)]) {
        if !one_time::is_out(app, &scope).await? {
            continue;
        }
        match one_time::check(app, caller, &scope, code).await? {
            Ok(checked) => return Ok(Ok((checked, is_phone))),
            // Who has used up the tries of one way closes not the other.
            Err(CheckRefusal::Invalid) => refused = refused.or(Some(CheckRefusal::Invalid)),
            Err(refusal) => refused = Some(refusal),
        }
    }
    let Some(refused) = refused else {
        // Nothing was sent, or it has lapsed: a try all the same.
        let windows = app.windows_by_address(limit::CODE_CHECK_BY_ADDRESS, &caller.limit_key);
        let counted = app.count(windows).await?;
        return Ok(Err(counted.map_or_else(CheckRefusal::RateLimited, |()| {
            CheckRefusal::Invalid
        })));
    };
    Ok(Err(refused))
}

pub(super) fn email_scope(app: &App, id: Uuid, named: &Named) -> Scope {
    let index = app.vault.blind_index("reset", named.text());
    Scope::of_email(Purpose::Reset, &id.to_string(), &index)
}
