//! What every operation of the API passes, in order, on its way in. It is one endpoint, as [`super::front`] is; what few
//! requests need (a body to be read, a key of idempotency) is in a box, so that the others do not carry the room for it.

use poem::{Endpoint, Request, Response, Result};

use super::{body_limit, csrf, deadline, empty_body, idempotency, query};

/// The largest JSON body taken, in bytes.
const LARGEST_BODY: usize = 1 << 20;

pub struct Operations<E> {
    inner: E,
    /// Our own.
    origins: Vec<String>,
}

impl<E: Endpoint<Output = Response>> Operations<E> {
    pub fn new(inner: E, origins: Vec<String>) -> Self {
        Self { inner, origins }
    }

    async fn answer(&self, request: Request) -> Result<Response> {
        query::check(&request)?;
        if idempotency::is_asked(&request) {
            let answer = |request| deadline::keep(&self.inner, request);
            return Box::pin(idempotency::once(request, answer)).await;
        }
        deadline::keep(&self.inner, request).await
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for Operations<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        csrf::check(&request, &self.origins)?;
        empty_body::as_json(&mut request);
        if !body_limit::has_body(&request) {
            return self.answer(request).await;
        }
        let unread = Box::pin(body_limit::read(&mut request, LARGEST_BODY)).await?;
        let answer = Box::pin(self.answer(request)).await;
        if let Some(unread) = unread {
            Box::pin(super::unread::read_off(unread)).await;
        }
        answer
    }
}
