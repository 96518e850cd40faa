//! Measures requests.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use poem::{PathPattern, Response, Result, http::Method};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::metrics::Metrics;

/// Measures a request by its route's pattern, never by its path.
pub async fn measure(
    method: &Method,
    metrics: &Metrics,
    answer: impl Future<Output = Result<Response>>,
) -> Result<Response> {
    let method = standard_method(method.as_str());
    let begun = Instant::now();
    let (result, longest) = Polled::new(pin!(answer)).await;
    metrics.longest_poll(longest.as_secs_f64());
    let (status, pattern) = match &result {
        Ok(response) => (response.status(), response.data::<PathPattern>()),
        Err(error) => (error.status(), error.data::<PathPattern>()),
    };
    let route = pattern.map_or("other", |pattern| &pattern.0);
    metrics.request(method, route, status, begun.elapsed().as_secs_f64());
    // For traces alone: as fields they would be written into the span's text, which no line shows any more.
    let span = tracing::Span::current();
    span.set_attribute("route", route.to_owned());
    span.set_attribute("status", i64::from(status.as_u16()));
    result
}

/// A future that notes the longest of its polls: for that long nothing else ran on its thread.
struct Polled<'a, F> {
    inner: Pin<&'a mut F>,
    longest: Duration,
}

impl<'a, F> Polled<'a, F> {
    fn new(inner: Pin<&'a mut F>) -> Self {
        Self {
            inner,
            longest: Duration::ZERO,
        }
    }
}

impl<F: Future> Future for Polled<'_, F> {
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
