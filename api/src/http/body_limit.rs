//! Bodies are read up to a limit, whether or not their length is told.

use poem::{
    Endpoint, EndpointExt, IntoResponse, Request, Response,
    http::{Method, header},
};

use super::{picture, problem::Draft};

/// Refuses bodies over `limit` bytes with 413. Pictures have a limit of their own, in their handlers.
pub fn limit<E: Endpoint + 'static>(inner: E, limit: usize) -> impl Endpoint<Output = Response> {
    inner.around(move |inner, mut request: Request| async move {
        if picture::is_upload(&request) {
            return picture::lend(&inner, request).await;
        }
        let told = request
            .header(header::CONTENT_LENGTH)
            .and_then(|length| length.parse::<usize>().ok());
        if told.is_some_and(|length| length > limit) {
            return Err(Draft::of("body-too-large").into());
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let body = request
                .take_body()
                .into_bytes_limit(limit)
                .await
                .map_err(|_| Draft::of("body-too-large"))?;
            request.set_body(body);
        }
        inner.call(request).await.map(IntoResponse::into_response)
    })
}
