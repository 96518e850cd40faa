//! Sends what applications are to be told, signed by the scheme of Standard Webhooks: the signature is over the id, the
//! time of sending and the body, so that what is caught on the way cannot be sent again later as new.

use base64::{Engine, prelude::BASE64_STANDARD};
use renzheng_types::integration::DeliveryStatus;
use reqwest::StatusCode;

use super::{
    super::{client_store, delivery},
    endpoint,
    store::{self, DeliveryRow},
};
use crate::{app::App, entity::oidc_webhook, provider::hmac_sha256};

/// Tells those that are due, until none is.
pub async fn run(app: &App) -> anyhow::Result<()> {
    delivery::run("webhook", || store::claim(app), |row| send(app, row)).await
}

async fn send(app: &App, row: DeliveryRow) -> anyhow::Result<()> {
    let Some(hook) = hook(app, &row.client_id).await? else {
        return end(app, &row, DeliveryStatus::Dead, "no endpoint").await;
    };
    let headers = signed(app, &hook, &row)?;
    let sent = app.web.post_json(&hook.uri, &headers, &row.body).await;
    let answer = match &sent {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    };
    match sent {
        Ok(status) if status.is_success() => {
            end(app, &row, DeliveryStatus::Delivered, &answer).await
        }
        Ok(StatusCode::GONE) => end(app, &row, DeliveryStatus::Refused, &answer).await,
        _ => {
            let now = app.clock.now();
            let next = now + delivery::wait_after(row.tries);
            if next > row.deadline {
                return end(app, &row, DeliveryStatus::Dead, &answer).await;
            }
            tracing::warn!(
                client = row.client_id,
                answer,
                "a webhook was not taken yet"
            );
            app.metrics.webhook("retried");
            Ok(store::postpone(app, row.id, &answer, now, next).await?)
        }
    }
}

async fn end(
    app: &App,
    row: &DeliveryRow,
    status: DeliveryStatus,
    answer: &str,
) -> anyhow::Result<()> {
    let name: &str = status.into();
    if status != DeliveryStatus::Delivered {
        tracing::error!(
            client = row.client_id,
            answer,
            status = name,
            "a webhook was given up"
        );
    }
    app.metrics.webhook(name);
    Ok(store::finish(app, row.id, name, answer, app.clock.now()).await?)
}

/// Where an application is told, unless it is disabled.
async fn hook(app: &App, client_id: &str) -> anyhow::Result<Option<oidc_webhook::Model>> {
    if client_store::find(app, client_id).await?.is_none() {
        return Ok(None);
    }
    Ok(store::endpoint(app.database.read(), client_id).await?)
}

fn signed(
    app: &App,
    hook: &oidc_webhook::Model,
    row: &DeliveryRow,
) -> anyhow::Result<[(&'static str, String); 3]> {
    let now = app.clock.now();
    let id = row.id.to_string();
    let timestamp = now.timestamp().to_string();
    let signatures: Vec<String> = endpoint::keys(&app.vault, now, hook)?
        .iter()
        .map(|key| signature(key, &id, &timestamp, &row.body))
        .collect();
    Ok([
        ("webhook-id", id),
        ("webhook-timestamp", timestamp),
        ("webhook-signature", signatures.join(" ")),
    ])
}

fn signature(key: &[u8], id: &str, timestamp: &str, body: &str) -> String {
    let mac = hmac_sha256(key, format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", BASE64_STANDARD.encode(mac))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_standard_webhooks_does() {
        // The example of the standard's reference libraries.
        let key = BASE64_STANDARD
            .decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
            .expect("base64");
        let signed = signature(
            &key,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            "{\"test\": 2432232314}",
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
