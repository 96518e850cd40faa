//! Prometheus metrics, on a port of their own. No label holds anything a person typed.

use std::{sync::Arc, time::Instant};

use poem::{
    Endpoint, EndpointExt, IntoResponse, PathPattern, Request, Response, endpoint::make,
    http::StatusCode,
};
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

use crate::app::App;

/// Everything that is counted.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    sign_ins: IntCounterVec,
    verifications: IntCounterVec,
    messages: IntCounterVec,
    hashes_waiting: IntGauge,
}

impl Metrics {
    /// # Errors
    /// Never in practice: when two metrics had one name.
    pub fn new() -> anyhow::Result<Self> {
        let registry = Registry::new();
        let counter = |name: &str, help: &str, labels: &[&str]| -> anyhow::Result<IntCounterVec> {
            let counter = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counter.clone()))?;
            Ok(counter)
        };
        let requests = counter(
            "renzheng_http_requests_total",
            "Requests answered.",
            &["method", "route", "status"],
        )?;
        let sign_ins = counter(
            "renzheng_sign_ins_total",
            "Tries to sign in.",
            &["method", "outcome"],
        )?;
        let verifications = counter(
            "renzheng_verifications_total",
            "Tries at real-name verification.",
            &["method", "outcome"],
        )?;
        let messages = counter(
            "renzheng_messages_total",
            "Messages sent.",
            &["channel", "outcome"],
        )?;
        let durations = HistogramVec::new(
            HistogramOpts::new("renzheng_http_request_seconds", "Time to answer.").buckets(vec![
                0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0,
            ]),
            &["method", "route"],
        )?;
        registry.register(Box::new(durations.clone()))?;
        let hashes_waiting =
            IntGauge::new("renzheng_hashes_waiting", "Password hashes in the queue.")?;
        registry.register(Box::new(hashes_waiting.clone()))?;
        Ok(Self(Arc::new(Inner {
            registry,
            requests,
            durations,
            sign_ins,
            verifications,
            messages,
            hashes_waiting,
        })))
    }

    /// A try to sign in, by `password` or `sms`: `passed` or `refused`.
    pub fn sign_in(&self, method: &str, outcome: &str) {
        self.0.sign_ins.with_label_values(&[method, outcome]).inc();
    }

    /// A try at a verification method: `passed`, `mismatch`, `no-record`, `outage`, …
    pub fn verification(&self, method: &str, outcome: &str) {
        self.0
            .verifications
            .with_label_values(&[method, outcome])
            .inc();
    }

    /// A message by `sms` or `mail`: `sent`, `retried` or `refused`.
    pub fn message(&self, channel: &str, outcome: &str) {
        self.0.messages.with_label_values(&[channel, outcome]).inc();
    }

    fn request(&self, method: &str, route: &str, status: StatusCode, seconds: f64) {
        let inner = &self.0;
        inner
            .requests
            .with_label_values(&[method, route, status.as_str()])
            .inc();
        inner
            .durations
            .with_label_values(&[method, route])
            .observe(seconds);
    }

    fn text(&self) -> anyhow::Result<Vec<u8>> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.0.registry.gather(), &mut text)?;
        Ok(text)
    }
}

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
            let result = inner.call(request).await.map(IntoResponse::into_response);
            let (status, pattern) = match &result {
                Ok(response) => (response.status(), response.data::<PathPattern>()),
                Err(error) => (error.status(), error.data::<PathPattern>()),
            };
            let route = pattern.map_or("other", |pattern| &pattern.0);
            metrics.request(method, route, status, begun.elapsed().as_secs_f64());
            result
        }
    })
}

/// Methods that a caller makes up are one.
fn standard_method(method: &str) -> &'static str {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        .into_iter()
        .find(|standard| *standard == method)
        .unwrap_or("OTHER")
}

/// `/metrics`
pub fn endpoint(app: App) -> impl Endpoint<Output = Response> {
    make(move |_| {
        let app = app.clone();
        async move {
            let waiting = i64::try_from(app.passwords.depth()).unwrap_or(i64::MAX);
            app.metrics.0.hashes_waiting.set(waiting);
            match app.metrics.text() {
                Ok(text) => Response::builder()
                    .content_type("text/plain; version=0.0.4")
                    .body(text),
                Err(error) => {
                    tracing::error!(error = format!("{error:#}"), "metrics");
                    StatusCode::INTERNAL_SERVER_ERROR.into_response()
                }
            }
        }
    })
}
