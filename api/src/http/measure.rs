//! Measures requests.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use poem::{Endpoint, EndpointExt, IntoResponse, PathPattern, Request, Response};

use super::metrics::Metrics;

/// Measures every request by its route's pattern, never by its path.
pub fn measure<E: Endpoint + 'static>(
    inner: E,
    metrics: Metrics,
) -> impl Endpoint<Output = Response> {
    inner.around(move |inner, request: Request| {
        let metrics = metrics.clone();
        async move {
            let begun = Instant::now();
            let method = standard_method(request.method().as_str());
            let polled = Polled::new(inner.call(request));
            let (result, longest) = polled.await;
            metrics.longest_poll(longest.as_secs_f64());
            let result = result.map(IntoResponse::into_response);
            let (status, pattern) = match &result {
                Ok(response) => (response.status(), response.data::<PathPattern>()),
                Err(error) => (error.status(), error.data::<PathPattern>()),
            };
            let route = pattern.map_or("other", |pattern| &pattern.0);
            metrics.request(method, route, status, begun.elapsed().as_secs_f64());
            let span = tracing::Span::current();
            span.record("route", route)
                .record("status", status.as_u16());
            result
        }
    })
}

/// A future that notes the longest of its polls: for that long nothing else ran on its thread.
struct Polled<F> {
    inner: Pin<Box<F>>,
    longest: Duration,
}

impl<F> Polled<F> {
    fn new(inner: F) -> Self {
        Self {
            inner: Box::pin(inner),
            longest: Duration::ZERO,
        }
    }
}

impl<F: Future> Future for Polled<F> {
    type Output = (F::Output, Duration);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let begun = Instant::now();
        let polled = self.inner.as_mut().poll(context);
        self.longest = self.longest.max(begun.elapsed());
        let longest = self.longest;
        polled.map(|output| (output, longest))
    }
}

/// Methods that a caller makes up are one.
fn standard_method(method: &str) -> &'static str {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        .into_iter()
        .find(|standard| *standard == method)
        .unwrap_or("OTHER")
}
