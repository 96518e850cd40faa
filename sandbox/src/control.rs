//! What testers and scripts ask of the sandbox, as JSON.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::{
    IntoResponse, Response, handler,
    http::StatusCode,
    web::{Data, Json, Path, Query},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{
    State,
    faults::{self, Mode, UPSTREAMS},
    inbox::{Mail, Sms},
    population::{Citizen, SIZE},
};

#[derive(Deserialize)]
struct ByPhone {
    phone: Option<String>,
}

#[handler]
pub fn sms(query: Query<ByPhone>, state: Data<&Arc<State>>) -> Json<Vec<Sms>> {
    Json(state.sms.to(query.phone.as_deref()))
}

#[derive(Deserialize)]
struct ByAddress {
    to: Option<String>,
}

#[handler]
pub fn mail(query: Query<ByAddress>, state: Data<&Arc<State>>) -> Json<Vec<Mail>> {
    Json(state.mail.to(query.to.as_deref()))
}

#[derive(Deserialize)]
struct Slice {
    limit: Option<u32>,
    offset: Option<u32>,
}

#[handler]
pub fn citizens(query: Query<Slice>, state: Data<&Arc<State>>) -> Json<Vec<Citizen>> {
    let begin = query.offset.unwrap_or(0).min(SIZE);
    let end = begin
        .saturating_add(query.limit.unwrap_or(20).min(1000))
        .min(SIZE);
    Json(
        (begin..end)
            .map(|number| state.population.citizen(number))
            .collect(),
    )
}

#[derive(Deserialize)]
struct Advance {
    advance_seconds: u32,
}

#[derive(Serialize)]
struct Now {
    now: DateTime<Utc>,
}

/// Moves the server's clock forward.
#[handler]
pub fn advance_clock(body: Json<Advance>, state: Data<&Arc<State>>) -> Response {
    let Some(host) = &state.host else {
        return no_server();
    };
    host.advance_clock(i64::from(body.advance_seconds));
    Json(Now { now: host.now() }).into_response()
}

#[derive(Deserialize)]
struct Fault {
    upstream: String,
    mode: Mode,
    for_seconds: u32,
}

/// Makes an upstream fail for a while.
#[handler]
pub fn set_fault(body: Json<Fault>, state: Data<&Arc<State>>) -> Response {
    if !UPSTREAMS.contains(&body.upstream.as_str()) {
        let message = format!("upstream is one of {}", UPSTREAMS.join(", "));
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, &message);
    }
    let until = faults::until(state.now(), body.for_seconds);
    state.faults.set(&body.upstream, body.mode, until);
    Json(json!({"upstream": body.upstream, "mode": body.mode, "until": until})).into_response()
}

/// What a captcha shows.
#[handler]
pub async fn captcha(id: Path<Uuid>, state: Data<&Arc<State>>) -> Response {
    let Some(host) = &state.host else {
        return no_server();
    };
    match host.captcha_text(id.0).await {
        Some(text) => Json(json!({"text": text})).into_response(),
        None => refuse(StatusCode::NOT_FOUND, "no such captcha, or it is used up"),
    }
}

fn no_server() -> Response {
    refuse(StatusCode::NOT_FOUND, "this sandbox runs beside no server")
}

fn refuse(status: StatusCode, detail: &str) -> Response {
    Json(json!({"status": status.as_u16(), "detail": detail}))
        .with_status(status)
        .into_response()
}
