//! `/healthz`, `/readyz`, and the public signing keys.

use poem::{
    IntoResponse, Response, handler,
    http::StatusCode,
    web::{Data, Json},
};
use serde_json::json;

use crate::app::App;

/// The process is alive.
#[handler]
pub fn healthz() -> Response {
    Json(json!({"status": "ok"})).into_response()
}

/// It can serve: the database answers.
#[handler]
pub async fn readyz(app: Data<&App>) -> Response {
    match app.database.ping().await {
        Ok(()) => Json(json!({"status": "ready"})).into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Json(json!({"status": "database out of reach"}))
                .with_status(StatusCode::SERVICE_UNAVAILABLE)
                .with_header("Retry-After", "1")
                .into_response()
        }
    }
}

/// The keys that access tokens are signed with (RFC 7517).
#[handler]
pub fn jwks(app: Data<&App>) -> Response {
    Json(app.signing.jwks())
        .with_header("Cache-Control", "public, max-age=300")
        .into_response()
}
