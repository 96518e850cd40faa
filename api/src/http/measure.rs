//! Measures requests.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use poem::{PathPattern, Response, Result, http::Method};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::metrics::Metrics;

/// A request that is being measured.
pub struct Measure<'a> {
    metrics: &'a Metrics,
    method: &'static str,
    begun: Instant,
}

impl<'a> Measure<'a> {
    pub fn begin(metrics: &'a Metrics, method: &Method) -> Self {
        Self {
            metrics,
            method: standard_method(method.as_str()),
            begun: Instant::now(),
        }
    }

    /// Notes the answer by its route's pattern, never by its path; `longest` is the longest poll for it.
    pub fn end(self, answered: &Result<Response>, longest: Duration) {
        self.metrics.longest_poll(longest.as_secs_f64());
        let (status, pattern) = match answered {
            Ok(response) => (response.status(), response.data::<PathPattern>()),
            Err(error) => (error.status(), error.data::<PathPattern>()),
        };
        let route = pattern.map_or("other", |pattern| &pattern.0);
        let took = self.begun.elapsed().as_secs_f64();
        self.metrics.request(self.method, route, status, took);
        // For traces alone: as fields they would be written into the span's text, which no line shows any more.
        let span = tracing::Span::current();
        span.set_attribute("route", route.to_owned());
        span.set_attribute("status", i64::from(status.as_u16()));
    }
}

/// A future that notes the longest of its polls: for that long nothing else ran on its thread.
pub struct Polled<'a, F> {
    inner: Pin<&'a mut F>,
    longest: Duration,
}

impl<'a, F> Polled<'a, F> {
    pub fn new(inner: Pin<&'a mut F>) -> Self {
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
