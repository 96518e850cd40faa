//! The one HTTP client for all upstreams: verified TLS, no redirects, bounded in time, size and number.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use anyhow::Context;
use reqwest::{Request, StatusCode, header::HeaderMap, redirect::Policy};
use tokio::sync::Semaphore;
use tracing::Instrument;

use crate::http::metrics::Metrics;

const CONNECT_WITHIN: Duration = Duration::from_secs(2);
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// For questions that bring pictures.
pub const PICTURES_WITHIN: Duration = Duration::from_secs(15);
const LARGEST_ANSWER: usize = 256 * 1024;
/// Requests to upstreams under way at once; more wait, up to [`ANSWER_WITHIN`].
const AT_ONCE: usize = 64;

/// Sends requests to upstreams.
#[derive(Clone)]
pub struct Outbound {
    client: reqwest::Client,
    places: Arc<Semaphore>,
    metrics: Arc<OnceLock<Metrics>>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    #[error("time-out")]
    TimeOut,
    #[error("cannot connect")]
    Connect,
    #[error("answer too large")]
    TooLarge,
    #[error("broken answer")]
    Broken,
}

impl OutboundError {
    /// For metrics.
    fn word(&self) -> &'static str {
        match self {
            Self::TimeOut => "time-out",
            Self::Connect => "no-connection",
            Self::TooLarge => "too-large",
            Self::Broken => "broken",
        }
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

impl Outbound {
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new() -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .redirect(Policy::none())
            .user_agent(concat!("renzheng/", env!("CARGO_PKG_VERSION")))
            .build()
            .context("outbound HTTP")?;
        Ok(Self {
            client,
            places: Arc::new(Semaphore::new(AT_ONCE)),
            metrics: Arc::default(),
        })
    }

    /// Has every request measured from now on.
    pub fn report_to(&self, metrics: Metrics) {
        // Set once, at start; a second time would change nothing.
        let _ = self.metrics.set(metrics);
    }

    /// The builder of requests for [`send`](Self::send).
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// Sends a request, within a span that names the upstream, so that its time shows in the trace of whoever waits.
    pub async fn send(&self, request: Request) -> Result<Answer, OutboundError> {
        let upstream = request.url().host_str().unwrap_or_default().to_owned();
        let span = tracing::info_span!("upstream", upstream);
        let begun = Instant::now();
        let answer = self.answer(request).instrument(span).await;
        let outcome = answer.as_ref().map_or_else(OutboundError::word, |answer| {
            match answer.status.is_server_error() {
                true => "server-error",
                false => "answered",
            }
        });
        if let Some(metrics) = self.metrics.get() {
            metrics.upstream(&upstream, outcome, begun.elapsed().as_secs_f64());
        }
        answer
    }

    async fn answer(&self, request: Request) -> Result<Answer, OutboundError> {
        let place = tokio::time::timeout(ANSWER_WITHIN, self.places.acquire()).await;
        let _place = place.map_err(|_| OutboundError::TimeOut)?;
        let mut response = self
            .client
            .execute(request)
            .await
            .map_err(|error| classify(&error))?;
        let status = response.status();
        let headers = response.headers().clone();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| classify(&error))? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(OutboundError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            headers,
            body,
        })
    }
}

fn classify(error: &reqwest::Error) -> OutboundError {
    if error.is_timeout() {
        OutboundError::TimeOut
    } else if error.is_connect() {
        OutboundError::Connect
    } else {
        OutboundError::Broken
    }
}
