//! `X-Request-Id`: taken from the caller when it is sane, made here otherwise, told in every answer.

use poem::{
    Endpoint, EndpointExt, FromRequest, IntoResponse, Request, RequestBody, Response, Result,
    http::HeaderValue,
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

/// Gives every request its id, and a tracing span that carries it.
pub fn assign<E: Endpoint + 'static>(inner: E) -> impl Endpoint<Output = Response> {
    inner.around(|inner, mut request: Request| async move {
        let id = request.header(HEADER).filter(|id| is_sane(id)).map_or_else(
            || uuid::Uuid::new_v4().simple().to_string(),
            ToString::to_string,
        );
        request.extensions_mut().insert(RequestId(id.clone()));
        let span = tracing::info_span!(
            "request",
            id = %id,
            method = %request.method(),
            route = tracing::field::Empty,
            status = tracing::field::Empty,
        );
        let response = tracing::Instrument::instrument(inner.call(request), span).await;
        let mut response = match response {
            Ok(response) => response.into_response(),
            Err(error) => error.into_response(),
        };
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(HEADER, value);
        }
        Ok(response)
    })
}

/// Short and plain, so that it can go into a log line as it is.
fn is_sane(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}
