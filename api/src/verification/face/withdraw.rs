//! Takes back the consent: what is under way ends, and its pictures go.

use renzheng_types::verification::{AttemptReason, FaceConsent, Method};

use super::store;
use crate::{
    account::consent::{self, FACE},
    app::App,
    http::{
        auth::{Never, SignedIn},
        caller::Caller,
        problem::Fault,
    },
    verification::{decide, store as attempts},
};

pub async fn show(app: &App, signed_in: &SignedIn) -> Result<FaceConsent, Fault<Never>> {
    let stands = consent::standing(app, signed_in.session().account_id, &FACE).await?;
    Ok(FaceConsent {
        version: FACE.version.into(),
        given_at: stands.map(|consent| consent.given_at),
        elsewhere: app.authority.has_face_page(),
    })
}

pub async fn withdraw(
    app: &App,
    caller: &Caller,
    signed_in: &SignedIn,
) -> Result<(), Fault<Never>> {
    let account_id = signed_in.session().account_id;
    let method: &str = Method::Face.into();
    let pending: Vec<_> = attempts::of_account(app, account_id)
        .await?
        .into_iter()
        .filter(|row| row.method == method && row.status == attempts::PENDING)
        .collect();
    let transaction = app.database.begin().await?;
    consent::withdraw(app, &transaction, caller, account_id, &FACE).await?;
    for row in pending {
        let reason = AttemptReason::ConsentWithdrawn;
        decide::fail_within(app, &transaction, caller, &row, reason, None).await?;
    }
    store::discard(&transaction, account_id).await?;
    transaction.commit().await?;
    Ok(())
}
