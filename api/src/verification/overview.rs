//! What a person has proven, and what they still can.

use renzheng_types::{
    Locale,
    verification::{MethodState, MethodStatus, Verifications},
};
use uuid::Uuid;

use super::{
    level,
    method::{METHODS, OTHERS},
    store,
};
use crate::{
    account::store as accounts,
    app::App,
    http::{auth::Never, problem::Fault},
};

pub async fn show(
    app: &App,
    locale: Locale,
    account_id: Uuid,
) -> Result<Verifications, Fault<Never>> {
    let rows = store::of_account(app, account_id).await?;
    let identity = accounts::identity(app, account_id).await?;
    let now = app.clock.now();
    let settings = &app.config.verification;
    let forms = METHODS.iter().map(|method| {
        let fields = (method.fields)(locale, identity.as_ref());
        (&method.terms, fields)
    });
    let others = OTHERS.iter().map(|terms| (*terms, Vec::new()));
    let methods = forms
        .chain(others)
        .filter(|(method, _)| method.is_enabled(settings))
        .map(|(method, fields)| {
            let key: &str = method.key.into();
            let mine = || rows.iter().filter(|row| row.method == key);
            let passed = mine().find(|row| {
                row.status == store::PASSED && row.valid_until.is_none_or(|until| until > now)
            });
            let pending = mine().find(|row| row.status == store::PENDING);
            MethodState {
                method: method.key,
                level: method.level(settings),
                status: match (passed, pending) {
                    (Some(_), _) => MethodStatus::Verified,
                    (None, Some(_)) => MethodStatus::Pending,
                    (None, None) => MethodStatus::Unverified,
                },
                verified_at: passed.and_then(|row| row.decided_at),
                valid_until: passed.and_then(|row| row.valid_until),
                pending_attempt: pending.map(|row| row.id),
                needs: method.needs,
                fields,
            }
        })
        .collect();
    Ok(Verifications {
        level: level::of(app, account_id).await?,
        methods,
    })
}
