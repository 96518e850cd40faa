//! Aliyun's RPC-style APIs: one signed POST per action, parameters in the query, JSON back.

pub mod cloudauth;
mod face;
mod signature;
pub mod sms;

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;

use super::{AliyunSettings, Outbound, outbound::OutboundError, short_text as text};
use crate::clock::Clock;

/// Calls actions of one product.
struct Rpc {
    outbound: Outbound,
    settings: AliyunSettings,
    clock: Clock,
    endpoint: String,
    version: &'static str,
}

/// Why a call brought no answer that can be read.
#[derive(Debug, thiserror::Error)]
enum RpcError {
    #[error("{0}")]
    Outbound(#[from] OutboundError),
    #[error("HTTP {status} {code}")]
    Refused { status: u16, code: String },
    #[error("unreadable answer, HTTP {0}")]
    Unreadable(u16),
    #[error("bad endpoint")]
    Endpoint,
}

impl Rpc {
    /// Answers the JSON of a 200.
    async fn call(
        &self,
        action: &'static str,
        parameters: BTreeMap<&'static str, String>,
    ) -> Result<Value, RpcError> {
        let url: reqwest::Url = self.endpoint.parse().map_err(|_| RpcError::Endpoint)?;
        let host = match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_string(),
            (None, _) => return Err(RpcError::Endpoint),
        };
        let date = self.clock.now().format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let query = signature::canonical_query(&parameters);
        let signed = signature::sign(&signature::Call {
            path: url.path(),
            host: &host,
            action,
            version: self.version,
            query: &query,
            date: &date,
            nonce: &Uuid::new_v4().simple().to_string(),
            key_id: &self.settings.access_key_id,
            secret: &self.settings.access_key_secret.0,
        });
        let mut request = self
            .outbound
            .client()
            .post(format!("{}?{query}", self.endpoint))
            .header("host", host);
        for (name, value) in signed {
            request = request.header(name, value);
        }
        let request = request.build().map_err(|_| RpcError::Endpoint)?;
        let answer = self.outbound.send(request).await?;
        let status = answer.status.as_u16();
        let body: Value =
            serde_json::from_slice(&answer.body).map_err(|_| RpcError::Unreadable(status))?;
        if answer.status.is_success() {
            Ok(body)
        } else {
            let code = text(&body, "Code");
            Err(RpcError::Refused { status, code })
        }
    }
}
