//! SMS through a gateway of one's own: a signed JSON POST for each message, see `docs/sms-webhook.md`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Serialize;
use serde_json::Value;

use super::{
    Outbound, Receipt, SendFault, SmsMessage, SmsSender, SmsWebhookSettings, hmac_sha256,
    short_text,
};
use crate::clock::Clock;

const SIGNATURE_HEADER: &str = "x-renzheng-signature";

pub struct SmsWebhook {
    settings: SmsWebhookSettings,
    sign_name: String,
    outbound: Outbound,
    clock: Clock,
}

#[derive(Serialize)]
struct Message<'a> {
    reference: String,
    /// E.164.
    phone: String,
    template: &'a str,
    locale: &'a str,
    params: &'a BTreeMap<String, String>,
    text: String,
}

impl SmsWebhook {
    pub fn new(
        outbound: Outbound,
        settings: SmsWebhookSettings,
        sign_name: String,
        clock: Clock,
    ) -> Self {
        Self {
            settings,
            sign_name,
            outbound,
            clock,
        }
    }

    /// `t=<seconds>,v1=<hex>`: HMAC-SHA256 over the seconds, a dot and the body.
    fn signature(&self, body: &[u8]) -> String {
        let seconds = self.clock.now().timestamp().to_string();
        let signed = [seconds.as_bytes(), b".", body].concat();
        let mac = hmac_sha256(self.settings.secret.0.as_bytes(), &signed);
        format!("t={seconds},v1={}", hex::encode(mac))
    }
}

#[async_trait]
impl SmsSender for SmsWebhook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    async fn send(&self, message: &SmsMessage) -> Result<Receipt, SendFault> {
        let permanent = |what: &str| SendFault::Permanent(what.to_string());
        let text = message.template.text(message.locale);
        let text = message
            .params
            .iter()
            .fold(text.to_string(), |text, (name, value)| {
                text.replace(&format!("${{{name}}}"), value)
            });
        let body = serde_json::to_vec(&Message {
            reference: message.reference.to_string(),
            phone: message.phone.e164(),
            template: message.template.into(),
            locale: message.locale.tag(),
            params: &message.params,
            text: format!("【{}】{text}", self.sign_name),
        })
        .map_err(|_| permanent("message"))?;
        let request = self
            .outbound
            .client()
            .post(&self.settings.url)
            .header("content-type", "application/json")
            .header("idempotency-key", message.reference.to_string())
            .header(SIGNATURE_HEADER, self.signature(&body))
            .body(body)
            .build()
            .map_err(|_| permanent("bad endpoint"))?;
        let answer = self.outbound.send(request).await;
        let answer = answer.map_err(|error| SendFault::Transient(error.to_string()))?;
        match answer.status.as_u16() {
            200..=299 => {
                let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                Ok(Receipt {
                    provider: self.name(),
                    reference: short_text(&body, "reference"),
                })
            }
            status @ (400..=407 | 409..=424 | 426..=428 | 430..=499) => {
                Err(SendFault::Permanent(format!("HTTP {status}")))
            }
            status => Err(SendFault::Transient(format!("HTTP {status}"))),
        }
    }
}
