//! A picture as the body of a request. It is not read before the handler has seen who sends it and how often.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use poem::{Body, Endpoint, IntoResponse, Request, Response, Result, http::Method};
use poem_openapi::{ApiRequest, payload::Binary};

/// How much of what a handler left is read off, and for how long.
const LARGEST_REST: usize = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(5);

/// JPEG or PNG; which of them it is, is seen from the content.
#[derive(ApiRequest)]
pub enum Upload {
    #[oai(content_type = "image/jpeg")]
    Jpeg(Binary<Body>),
    #[oai(content_type = "image/png")]
    Png(Binary<Body>),
}

impl Upload {
    /// The file; `None` when it is larger than `limit`, or breaks off.
    pub async fn read(self, limit: usize) -> Option<Vec<u8>> {
        let (Self::Jpeg(Binary(body)) | Self::Png(Binary(body))) = self;
        Some(body.into_bytes_limit(limit).await.ok()?.to_vec())
    }
}

/// Whether a request brings a picture: its body is then left to the handler.
pub fn is_upload(request: &Request) -> bool {
    request.method() == Method::PUT
        && request
            .content_type()
            .is_some_and(|kind| kind.starts_with("image/"))
}

/// Lends the body to `inner`, and reads off what that left: who is still sending would not hear the answer, and the
/// connection could not be used again.
pub async fn lend<E: Endpoint>(inner: &E, mut request: Request) -> Result<Response> {
    let body = Arc::new(Mutex::new(request.take_body().into_bytes_stream().boxed()));
    let lent = Arc::clone(&body);
    request.set_body(Body::from_bytes_stream(stream::poll_fn(move |context| {
        let mut body = lent.lock().unwrap_or_else(PoisonError::into_inner);
        body.poll_next_unpin(context)
    })));
    let answer = inner.call(request).await.map(IntoResponse::into_response);
    let rest = async {
        let mut read = 0;
        while read < LARGEST_REST {
            let chunk = poll_fn(|context| {
                let mut body = body.lock().unwrap_or_else(PoisonError::into_inner);
                body.poll_next_unpin(context)
            });
            match chunk.await {
                Some(Ok(chunk)) => read += chunk.len(),
                _ => break,
            }
        }
    };
    // Whoever sends more slowly than that has to do without.
    let _ = tokio::time::timeout(PATIENCE, rest).await;
    answer
}
