//! The far end of the SMS webhook (`docs/sms-webhook.md`).

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use poem::{
    Body, IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Json},
};
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use crate::{State, inbox::Sms};

const SKEW: TimeDelta = TimeDelta::minutes(5);

/// `POST /sms-webhook/`
#[handler]
pub async fn take(request: &Request, body: Body, state: Data<&Arc<State>>) -> Response {
    let Ok(body) = body.into_bytes_limit(1 << 20).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into();
    };
    let signature = request.header("x-renzheng-signature").unwrap_or_default();
    if !signed(signature, &body, &state.config.key.secret, state.now()) {
        return StatusCode::UNAUTHORIZED.into();
    }
    let Ok(message) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST.into();
    };
    let answer = || keep(&state, &message);
    state
        .play("sms-webhook", None, answer, Response::from)
        .await
}

fn keep(state: &State, message: &Value) -> Response {
    let get = |name: &str| message[name].as_str().unwrap_or_default();
    let Some(phone) = get("phone").strip_prefix("+86") else {
        return StatusCode::UNPROCESSABLE_ENTITY.into();
    };
    let kept = state.sms.put(
        Some(get("reference")),
        Sms {
            id: Uuid::new_v4(),
            phone: phone.into(),
            text: get("text").into(),
            code: message["params"]["code"].as_str().map(str::to_string),
            at: state.now(),
        },
    );
    Json(json!({"reference": kept.to_string()})).into_response()
}

/// `t=<seconds>,v1=<hex>`
fn signed(signature: &str, body: &[u8], secret: &str, now: DateTime<Utc>) -> bool {
    let Some((seconds, given)) = signature
        .strip_prefix("t=")
        .and_then(|rest| rest.split_once(",v1="))
    else {
        return false;
    };
    let fresh = seconds
        .parse()
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .is_some_and(|at| (now - at).abs() <= SKEW);
    let (Ok(given), Ok(mut mac)) = (
        hex::decode(given),
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()),
    ) else {
        return false;
    };
    mac.update(seconds.as_bytes());
    mac.update(b".");
    mac.update(body);
    fresh && mac.verify_slice(&given).is_ok()
}
