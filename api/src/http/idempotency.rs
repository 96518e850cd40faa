//! `Idempotency-Key` on POST: the same request sent again is answered as before, and not done again.
//!
//! A key belongs to whoever used it (their credential, or their address), lasts a day, and is bound to the request it
//! was first used for. The answer kept for it is sealed: it can hold tokens.

use std::{future::Future, time::Duration};

use poem::{
    Body, Request, Response, Result,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    auth::Never,
    client_address::ClientAddress,
    problem::{Draft, Fault},
};
use crate::{app::App, crypto::Place};

const HEADER: &str = "idempotency-key";
const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
/// A request that has no answer after this long has died, and may be sent again.
const UNDER_WAY_FOR: Duration = Duration::from_secs(60);
const LARGEST_BODY: usize = 1 << 20;
const PLACE: Place<'static> = Place {
    table: "ephemeral",
    column: "idempotency",
    row: Uuid::nil(),
};
/// The headers of an answer that are kept with it.
static KEPT_HEADERS: [HeaderName; 2] = [header::CONTENT_TYPE, header::SET_COOKIE];

#[derive(Serialize, Deserialize)]
struct Kept {
    /// Of the request.
    fingerprint: Vec<u8>,
    /// Absent while the request is under way.
    answer: Option<Answer>,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Whether a request is to be done once.
pub fn is_asked(request: &Request) -> bool {
    request.method() == Method::POST && request.headers().contains_key(HEADER)
}

/// Does it, or answers as before.
pub async fn once<F>(mut request: Request, answer: impl FnOnce(Request) -> F) -> Result<Response>
where
    F: Future<Output = Result<Response>>,
{
    let app = request
        .data::<App>()
        .cloned()
        .ok_or_else(|| Draft::of("internal"))?;
    let slot = slot(&app, &request).ok_or_else(|| Draft::of("malformed-request"))?;
    let body = request
        .take_body()
        .into_bytes_limit(LARGEST_BODY)
        .await
        .map_err(|_| Draft::of("body-too-large"))?;
    let fingerprint = fingerprint(&request, &body);
    request.set_body(body);

    let under_way = seal(
        &app,
        &Kept {
            fingerprint: fingerprint.clone(),
            answer: None,
        },
    )?;
    let first = app
        .ephemeral
        .put_new(&slot, &under_way, UNDER_WAY_FOR)
        .await
        .map_err(Fault::<Never>::from)?;
    if !first {
        return replay(&app, &slot, &fingerprint).await;
    }
    match answer(request).await {
        Ok(response) => keep(&app, &slot, fingerprint, response).await,
        Err(error) => {
            // Nothing was done: the same key may be used for another try.
            app.ephemeral
                .remove(&slot)
                .await
                .map_err(Fault::<Never>::from)?;
            Err(error)
        }
    }
}

/// Answers as before.
async fn replay(app: &App, slot: &str, fingerprint: &[u8]) -> Result<Response> {
    let kept = app
        .ephemeral
        .get(slot)
        .await
        .map_err(Fault::<Never>::from)?;
    let kept = kept.map(|sealed| open(app, &sealed)).transpose()?;
    let kept = kept.ok_or_else(|| Draft::of("idempotency-in-progress"))?;
    if kept.fingerprint != fingerprint {
        return Err(Draft::of("idempotency-key-reused").into());
    }
    let answer = kept
        .answer
        .ok_or_else(|| Draft::of("idempotency-in-progress"))?;
    let mut response = Response::builder()
        .status(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK))
        .body(answer.body);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

async fn keep(app: &App, slot: &str, fingerprint: Vec<u8>, response: Response) -> Result<Response> {
    let (parts, body) = response.into_parts();
    let body = body.into_bytes().await?;
    let headers = KEPT_HEADERS
        .iter()
        .flat_map(|name| {
            parts
                .headers
                .get_all(name)
                .iter()
                .map(move |value| (name, value))
        })
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_string())))
        .collect();
    let answer = Answer {
        status: parts.status.as_u16(),
        headers,
        body: body.to_vec(),
    };
    let sealed = seal(
        app,
        &Kept {
            fingerprint,
            answer: Some(answer),
        },
    )?;
    app.ephemeral
        .put(slot, &sealed, KEPT_FOR)
        .await
        .map_err(Fault::<Never>::from)?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// Where the answer is kept; `None` when the key is not one.
fn slot(app: &App, request: &Request) -> Option<String> {
    let key = request.header(HEADER)?;
    let sane = (8..=128).contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !sane {
        return None;
    }
    let address = ClientAddress::of(request).limit_key();
    let owner = request
        .header(header::AUTHORIZATION)
        .or_else(|| request.header(header::COOKIE))
        .unwrap_or(&address);
    let digest = app
        .vault
        .mac("idempotency", &[owner.as_bytes(), key.as_bytes()]);
    Some(format!("idempotency:{}", hex::encode(digest)))
}

fn fingerprint(request: &Request, body: &[u8]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(request.original_uri().path().as_bytes());
    hasher.update([0]);
    hasher.update(body);
    hasher.finalize().to_vec()
}

fn seal(app: &App, kept: &Kept) -> Result<Vec<u8>> {
    let bytes = serde_json::to_vec(kept).map_err(|error| Fault::<Never>::Internal(error.into()))?;
    Ok(app.vault.seal(PLACE, &bytes))
}

fn open(app: &App, sealed: &[u8]) -> Result<Kept> {
    let bytes = app
        .vault
        .open_sealed(PLACE, sealed)
        .map_err(|error| Fault::<Never>::Internal(error.into()))?;
    Ok(serde_json::from_slice(&bytes).map_err(|error| Fault::<Never>::Internal(error.into()))?)
}
