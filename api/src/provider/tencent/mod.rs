//! Tencent Cloud's API 3.0: one signed JSON POST per action, the answer under `Response`.

mod face;
pub mod faceid;
mod signature;
pub mod sms;

use serde_json::Value;

use super::{Outbound, TencentSettings, outbound::OutboundError, short_text as text};
use crate::clock::Clock;

/// Calls actions of one product.
struct Api {
    outbound: Outbound,
    settings: TencentSettings,
    clock: Clock,
    endpoint: String,
    service: &'static str,
    version: &'static str,
}

/// Why a call brought no answer that can be read.
#[derive(Debug, thiserror::Error)]
enum ApiError {
    #[error("{0}")]
    Outbound(#[from] OutboundError),
    /// Refused, by Tencent's own code.
    #[error("{0}")]
    Refused(String),
    #[error("unreadable answer, HTTP {0}")]
    Unreadable(u16),
    #[error("bad endpoint")]
    Endpoint,
}

impl Api {
    /// Answers what stands under `Response`.
    async fn call(&self, action: &'static str, body: &Value) -> Result<Value, ApiError> {
        let url: reqwest::Url = self.endpoint.parse().map_err(|_| ApiError::Endpoint)?;
        let host = match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_string(),
            (None, _) => return Err(ApiError::Endpoint),
        };
        let body = body.to_string();
        let at = self.clock.now();
        let authorization = signature::authorization(&signature::Call {
            service: self.service,
            path: url.path(),
            host: &host,
            action,
            body: body.as_bytes(),
            at,
            secret_id: &self.settings.secret_id,
            secret_key: &self.settings.secret_key.0,
        });
        let request = self
            .outbound
            .client()
            .post(url)
            .header("host", host)
            .header("content-type", signature::CONTENT_TYPE)
            .header("authorization", authorization)
            .header("x-tc-action", action)
            .header("x-tc-version", self.version)
            .header("x-tc-region", &self.settings.region)
            .header("x-tc-timestamp", at.timestamp().to_string())
            .body(body)
            .build()
            .map_err(|_| ApiError::Endpoint)?;
        let answer = self.outbound.send(request).await?;
        let status = answer.status.as_u16();
        let unreadable = |_| ApiError::Unreadable(status);
        let mut body: Value = serde_json::from_slice(&answer.body).map_err(unreadable)?;
        let response = body["Response"].take();
        match text(&response["Error"], "Code") {
            code if !code.is_empty() => Err(ApiError::Refused(code)),
            _ if answer.status.is_success() && response.is_object() => Ok(response),
            _ => Err(ApiError::Unreadable(status)),
        }
    }
}
