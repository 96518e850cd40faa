//! A node that is about to stop asks its callers to connect anew, elsewhere.

use poem::{
    Endpoint, EndpointExt, IntoResponse, Request, Response,
    http::{HeaderValue, header},
};

use crate::app::App;

/// While the node drains, every answer is the last of its connection.
pub fn close_connections<E: Endpoint + 'static>(
    inner: E,
    app: App,
) -> impl Endpoint<Output = Response> {
    inner.around(move |inner, request: Request| {
        let app = app.clone();
        async move {
            let mut response = inner.call(request).await?.into_response();
            if app.is_draining() {
                response
                    .headers_mut()
                    .insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(response)
        }
    })
}
