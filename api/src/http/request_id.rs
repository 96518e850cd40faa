//! `X-Request-Id`: taken from the caller when it is sane, made here otherwise, told in every answer.

use poem::{
    FromRequest, Request, RequestBody, Result,
    http::{HeaderMap, HeaderValue},
};

const HEADER: &str = "x-request-id";

/// The id of the request being served.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The id that [`assign`] gave; empty outside of it.
pub fn of(request: &Request) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.0.clone())
        .unwrap_or_default()
}

impl<'a> FromRequest<'a> for RequestId {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        Ok(Self(of(request)))
    }
}

/// Gives a request its id.
pub fn assign(request: &mut Request) -> String {
    let sent = request.header(HEADER).filter(|id| is_sane(id));
    // Of the thread's own generator: it is no secret, and the system need not be asked each time.
    let id = sent.map_or_else(
        || format!("{:032x}", rand::random::<u128>()),
        ToString::to_string,
    );
    request.extensions_mut().insert(RequestId(id.clone()));
    id
}

/// Tells the id in an answer.
pub fn tell(id: &str, headers: &mut HeaderMap) {
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(HEADER, value);
    }
}

/// Short and plain, so that it can go into a log line as it is.
fn is_sane(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}
