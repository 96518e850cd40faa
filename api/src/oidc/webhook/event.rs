//! What applications are told of.

use chrono::{SecondsFormat, TimeDelta};
use renzheng_types::integration::{DeliveryStatus, WebhookEvent};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    super::{acr, subject},
    store,
};
use crate::{app::App, database::ConnectionTrait, entity::oidc_delivery::Model};

/// How long it is tried.
pub const TRIED_FOR: TimeDelta = TimeDelta::days(3);

/// A person's level is another now.
pub async fn level_changed<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    account_id: Uuid,
    level: u8,
) -> anyhow::Result<()> {
    let data = json!({"level": level, "acr": acr(level)});
    tell(
        app,
        connection,
        account_id,
        WebhookEvent::LevelChanged,
        data,
    )
    .await
}

/// A person's account is gone. To be called while what they agreed to is still there.
pub async fn account_closed<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    account_id: Uuid,
) -> anyhow::Result<()> {
    tell(
        app,
        connection,
        account_id,
        WebhookEvent::AccountClosed,
        json!({}),
    )
    .await
}

/// Writes down what every application is to be told that the person has agreed to and that listens.
async fn tell<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    account_id: Uuid,
    event: WebhookEvent,
    data: Value,
) -> anyhow::Result<()> {
    let now = app.clock.now();
    let name: &str = event.into();
    for client in store::listeners(connection, account_id).await? {
        let mut data = data.clone();
        data["sub"] = subject::of(app, &client, account_id).into();
        let body = json!({
            "type": name,
            "timestamp": now.to_rfc3339_opts(SecondsFormat::Millis, true),
            "data": data,
        });
        let row = Model {
            id: app.clock.new_id(),
            client_id: client.id,
            event: name.into(),
            body: body.to_string(),
            status: <&str>::from(DeliveryStatus::Pending).into(),
            tries: 0,
            next_try_at: now,
            deadline: now + TRIED_FOR,
            last_try_at: None,
            last_answer: None,
            created_at: now,
        };
        store::insert(connection, row).await?;
    }
    Ok(())
}
