//! An application's webhook in the hands of operators: its secret, what it was told, telling it again; each act in the
//! trail.

use renzheng_types::{
    admin::ClientSecret,
    integration::{DeliveryStatus, WebhookDelivery, WebhookDeliveryList},
};
use uuid::Uuid;

use super::{endpoint, event::TRIED_FOR, log, store};
use crate::{
    app::App,
    http::{
        caller::Caller,
        problem::{Fault, Refusal},
    },
    oidc::manage,
    staff::manage::Doer,
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum SecretRefusal {
    #[error("no such application")]
    NotFound,
    #[error("it has no webhook")]
    NoWebhook,
}

impl Refusal for SecretRefusal {}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ListRefusal {
    #[error("no such application")]
    NotFound,
    #[error("not a cursor of ours")]
    CursorInvalid,
}

impl Refusal for ListRefusal {}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum RedeliverRefusal {
    #[error("no application was told such a thing")]
    NotFound,
}

impl Refusal for RedeliverRefusal {}

/// Makes another secret; the one before signs for another day, too.
pub async fn renew_secret(
    app: &App,
    caller: &Caller,
    doer: Doer<'_>,
    client_id: &str,
) -> Result<ClientSecret, Fault<SecretRefusal>> {
    let known = manage::find(app, client_id).await?;
    known.ok_or(SecretRefusal::NotFound)?;
    let transaction = app.database.begin().await?;
    let renewed = endpoint::rotate_secret(&transaction, &app.vault, &app.clock, client_id).await?;
    let renewed = renewed.ok_or(SecretRefusal::NoWebhook)?;
    let action = "client.webhook-secret";
    manage::note(app, &transaction, caller, doer, client_id, action).await?;
    transaction.commit().await?;
    Ok(ClientSecret {
        secret: renewed.secret,
        old_secret_until: renewed.old_until,
    })
}

/// One page of what an application was told, newest first.
pub async fn deliveries(
    app: &App,
    client_id: &str,
    status: Option<DeliveryStatus>,
    cursor: Option<&str>,
) -> Result<WebhookDeliveryList, Fault<ListRefusal>> {
    let known = manage::find(app, client_id).await?;
    known.ok_or(ListRefusal::NotFound)?;
    let page = log::page(app, client_id, status, cursor).await?;
    Ok(page.ok_or(ListRefusal::CursorInvalid)?)
}

/// Tells an application again; whichever was told it, when none is named.
pub async fn redeliver(
    app: &App,
    caller: &Caller,
    doer: Doer<'_>,
    client_id: Option<&str>,
    id: Uuid,
) -> Result<(String, WebhookDelivery), Fault<RedeliverRefusal>> {
    let now = app.clock.now();
    let transaction = app.database.begin().await?;
    let row = store::renew(&transaction, client_id, id, now, now + TRIED_FOR)
        .await?
        .ok_or(RedeliverRefusal::NotFound)?;
    let client_id = row.client_id.clone();
    let action = "client.redeliver";
    manage::note(app, &transaction, caller, doer, &client_id, action).await?;
    transaction.commit().await?;
    Ok((client_id, log::shown(row)?))
}
