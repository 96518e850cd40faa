//! `/healthz`, `/readyz`

use std::time::Duration;

use poem::{
    IntoResponse, Response, handler,
    http::StatusCode,
    web::{Data, Json},
};
use serde_json::json;
use tokio::time::timeout;

use crate::app::App;

/// The process is alive.
#[handler]
pub fn healthz() -> Response {
    Json(json!({"status": "ok"})).into_response()
}

/// How long the database and Redis may take to say that they are there.
const PROBE_WITHIN: Duration = Duration::from_secs(1);

/// It can serve, and means to go on: the database answers, and nobody told it to stop. Without Redis it still serves
/// whoever is signed in, so that is told but does not count.
#[handler]
pub async fn readyz(app: Data<&App>) -> Response {
    if app.is_draining() {
        return not_ready("stopping");
    }
    let database = timeout(PROBE_WITHIN, app.database.ping());
    let ephemeral = timeout(PROBE_WITHIN, app.ephemeral.ping());
    let (database, ephemeral) = tokio::join!(database, ephemeral);
    if !matches!(database, Ok(Ok(()))) {
        tracing::warn!("not ready: database out of reach");
        return not_ready("database out of reach");
    }
    let status = match ephemeral {
        Ok(Ok(())) => "ready",
        _ => "ready, but Redis is out of reach",
    };
    Json(json!({"status": status})).into_response()
}

fn not_ready(why: &'static str) -> Response {
    Json(json!({"status": why}))
        .with_status(StatusCode::SERVICE_UNAVAILABLE)
        .with_header("Retry-After", "1")
        .into_response()
}
