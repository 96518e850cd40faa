//! Bodies are read up to a limit, whether or not their length is told.

use poem::{
    Body, Endpoint, EndpointExt, IntoResponse, Request, Response,
    http::{Method, header},
};

use super::{picture, problem::Draft, unread};

/// Refuses bodies over `limit` bytes with 413.
pub fn limit<E: Endpoint + 'static>(inner: E, limit: usize) -> impl Endpoint<Output = Response> {
    inner.around(move |inner, mut request: Request| async move {
        if has_body(&request) {
            Box::pin(read(&mut request, limit)).await?;
        }
        inner.call(request).await.map(IntoResponse::into_response)
    })
}

/// Whether there may be something to read.
pub fn has_body(request: &Request) -> bool {
    let headers = request.headers();
    !matches!(*request.method(), Method::GET | Method::HEAD)
        || headers.contains_key(header::CONTENT_LENGTH)
        || headers.contains_key(header::TRANSFER_ENCODING)
}

/// Reads the body of a request, of at most `limit` bytes. Pictures have a limit of their own, in their handlers, which see
/// first who sends them and how often: what they leave is to be read off once the answer is made.
///
/// # Errors
/// `body-too-large`.
pub async fn read(request: &mut Request, limit: usize) -> Result<Option<Body>, Draft> {
    let told = request
        .header(header::CONTENT_LENGTH)
        .and_then(|length| length.parse::<usize>().ok());
    let body = request.take_body();
    if picture::is_upload(request) {
        let (body, rest) = unread::lend(body);
        request.set_body(body);
        return Ok(Some(rest));
    }
    if told.is_some_and(|length| length > limit) {
        // Who asks first (RFC 9110, 10.1.1) has sent nothing yet.
        if request.header(header::EXPECT).is_none() {
            unread::read_off(body).await;
        }
        return Err(Draft::of("body-too-large"));
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let (body, rest) = unread::lend(body);
        let Ok(read) = body.into_bytes_limit(limit).await else {
            unread::read_off(rest).await;
            return Err(Draft::of("body-too-large"));
        };
        request.set_body(read);
    }
    Ok(None)
}
