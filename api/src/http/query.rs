//! What a query may hold: no word that anybody looks for has NUL, and PostgreSQL takes it in no text.

use poem::{Endpoint, EndpointExt, Request};

use super::problem::Draft;

pub fn refuse_nul<E: Endpoint + 'static>(inner: E) -> impl Endpoint<Output = E::Output> {
    inner.around(|inner, request: Request| async move {
        let query = request.original_uri().query();
        if query.is_some_and(|query| query.contains("%00")) {
            return Err(Draft::of("malformed-request").into());
        }
        inner.call(request).await
    })
}
