//! Log lines, and traces for whoever collects them (OTLP over HTTP, JSON).

use std::{io::IsTerminal, time::Duration};

use anyhow::{Context, anyhow};
use async_trait::async_trait;
use bytes::Bytes;
use opentelemetry::{KeyValue, trace::TracerProvider};
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider},
};
use tokio::runtime::Handle;
use tracing_subscriber::{
    EnvFilter, Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt,
};

use crate::config::{Config, LogFormat};

const EXPORT_EVERY: Duration = Duration::from_secs(1);
const EXPORT_WITHIN: Duration = Duration::from_secs(5);

/// Sends what is left when the program ends.
#[must_use]
pub struct Telemetry(Option<SdkTracerProvider>);

impl Telemetry {
    /// Starts the log, and the traces when somebody collects them.
    ///
    /// # Errors
    /// Names the setting that cannot be used.
    pub fn start(config: &Config) -> anyhow::Result<Self> {
        // Whatever is asked for: this library writes addresses of mail into its log.
        let filter = format!("{},lettre=info", config.log);
        let filter = EnvFilter::try_new(filter).context("log")?;
        let lines = tracing_subscriber::fmt::layer()
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(std::io::stderr);
        let lines = match config.log_format {
            LogFormat::Text => lines.boxed(),
            LogFormat::Json => lines.json().boxed(),
        };
        let provider = config.otlp_endpoint.as_deref().map(provider).transpose()?;
        // Spans of our own alone: those of libraries may say more than is anybody's business.
        let traces = provider.as_ref().map(|provider| {
            let ours = Targets::new().with_target("renzheng", tracing::Level::INFO);
            tracing_opentelemetry::layer()
                .with_tracer(provider.tracer("renzheng"))
                .with_location(false)
                .with_threads(false)
                .with_filter(ours)
        });
        tracing_subscriber::registry()
            .with(lines.with_filter(filter))
            .with(traces)
            .init();
        Ok(Self(provider))
    }

    /// Sends what has not been sent.
    pub async fn stop(self) {
        let Some(provider) = self.0 else { return };
        // It waits for its own thread, which needs this one's runtime to send.
        let stopped = tokio::task::spawn_blocking(move || provider.shutdown()).await;
        if let Ok(Err(error)) = stopped {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

fn provider(endpoint: &str) -> anyhow::Result<SdkTracerProvider> {
    let client = reqwest::Client::builder()
        .timeout(EXPORT_WITHIN)
        .build()
        .context("otlp_endpoint")?;
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Sender {
            client,
            runtime: Handle::current(),
        })
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .with_protocol(Protocol::HttpJson)
        .with_timeout(EXPORT_WITHIN)
        .build()
        .map_err(|error| anyhow!("otlp_endpoint: {error}"))?;
    let batches = BatchConfigBuilder::default()
        .with_scheduled_delay(EXPORT_EVERY)
        .build();
    let processor = BatchSpanProcessor::builder(exporter)
        .with_batch_config(batches)
        .build();
    let resource = Resource::builder()
        .with_service_name("renzheng")
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    Ok(SdkTracerProvider::builder()
        .with_span_processor(processor)
        .with_resource(resource)
        .build())
}

/// The exporter runs on a thread of its own; requests run here.
#[derive(Debug)]
struct Sender {
    client: reqwest::Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (client, request) = (self.client.clone(), reqwest::Request::try_from(request)?);
        let sent = self.runtime.spawn(async move {
            let answer = client.execute(request).await?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.bytes().await?))
        });
        let (status, body) = sent.await??;
        Ok(Response::builder().status(status).body(body)?)
    }
}
