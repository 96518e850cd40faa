//! What testers and scripts ask of the sandbox, as JSON.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::{
    Body, IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Json, Path, Query, Redirect},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    State,
    faults::{self, Mode, Standing, UPSTREAMS},
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

/// How every upstream is at the moment.
#[handler]
pub fn upstreams(state: Data<&Arc<State>>) -> Json<Vec<Standing>> {
    Json(state.faults.standings(state.now()))
}

/// Makes an upstream fail for a while: asked in JSON by a script, or by the form of the page.
#[handler]
pub async fn set_fault(request: &Request, body: Body, state: Data<&Arc<State>>) -> Response {
    let is_form = request
        .content_type()
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let Ok(body) = body.into_bytes_limit(1 << 16).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into();
    };
    let fault = if is_form {
        let fields: serde_json::Map<String, Value> = form_urlencoded::parse(&body)
            .map(|(name, value)| match value.parse::<u32>() {
                Ok(number) => (name.into_owned(), number.into()),
                Err(_) => (name.into_owned(), value.into_owned().into()),
            })
            .collect();
        serde_json::from_value(fields.into())
    } else {
        serde_json::from_slice(&body)
    };
    let Ok(Fault {
        upstream,
        mode,
        for_seconds,
    }) = fault
    else {
        return refuse(
            StatusCode::BAD_REQUEST,
            "upstream, mode (none, slow, error, drop or duplicate) and for_seconds",
        );
    };
    if !UPSTREAMS.contains(&upstream.as_str()) {
        let message = format!("upstream is one of {}", UPSTREAMS.join(", "));
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, &message);
    }
    let until = faults::until(state.now(), for_seconds);
    state.faults.set(&upstream, mode, until);
    if is_form {
        return Redirect::see_other("/faults").into_response();
    }
    Json(json!({"upstream": upstream, "mode": mode, "until": until})).into_response()
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

/// Staff to sign in as, with their codes of this moment.
#[handler]
pub async fn staff(state: Data<&Arc<State>>) -> Response {
    match &state.host {
        Some(host) => Json(host.staff().await).into_response(),
        None => no_server(),
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
