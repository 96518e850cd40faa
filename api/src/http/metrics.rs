//! Prometheus metrics, on a port of their own. No label holds anything a person typed.

use std::{cell::RefCell, collections::BTreeSet, sync::Arc};

use poem::{Endpoint, IntoResponse, Response, endpoint::make, http::StatusCode};
use prometheus::{
    Encoder, Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGauge,
    IntGaugeVec, Opts, Registry, TextEncoder, core::Collector,
};
use strum::VariantNames;

use crate::{app::App, code::one_time::Purpose};

/// Everything that is counted.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    names: BTreeSet<String>,
    requests: IntCounterVec,
    durations: HistogramVec,
    polls: Histogram,
    sign_ins: IntCounterVec,
    verifications: IntCounterVec,
    messages: IntCounterVec,
    sms_codes: IntCounterVec,
    halls: IntCounterVec,
    grants: IntCounterVec,
    logouts: IntCounterVec,
    webhooks: IntCounterVec,
    hashes_waiting: IntGauge,
    upstreams: HistogramVec,
    jobs: IntCounterVec,
    database_up: IntGauge,
    database_connections: IntGauge,
    database_idle: IntGauge,
    /// Where there is one.
    replica_up: IntGaugeVec,
    replica_lag: GaugeVec,
    ephemeral_up: IntGauge,
    clock_ahead: Gauge,
    outbox_pending: IntGauge,
    outbox_oldest: IntGauge,
    audit_unchained: IntGauge,
    draining: IntGauge,
}

/// Buckets of what is answered in moments, and of what others answer.
const REQUEST_SECONDS: [f64; 12] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0,
];
const POLL_SECONDS: [f64; 9] = [0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1];
const UPSTREAM_SECONDS: [f64; 8] = [0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0];

/// Makes metrics, registers them and notes their names: one with labels is in no gathering before it has counted something.
#[derive(Default)]
struct Maker {
    registry: Registry,
    names: RefCell<BTreeSet<String>>,
}

impl Maker {
    fn keep<C: Collector + Clone + 'static>(&self, metric: C) -> anyhow::Result<C> {
        self.registry.register(Box::new(metric.clone()))?;
        let names = metric.desc().into_iter().map(|desc| desc.fq_name.clone());
        self.names.borrow_mut().extend(names);
        Ok(metric)
    }

    fn counter(&self, name: &str, help: &str, labels: &[&str]) -> anyhow::Result<IntCounterVec> {
        self.keep(IntCounterVec::new(Opts::new(name, help), labels)?)
    }

    fn gauge(&self, name: &str, help: &str) -> anyhow::Result<IntGauge> {
        self.keep(IntGauge::new(name, help)?)
    }

    fn histogram(
        &self,
        name: &str,
        help: &str,
        buckets: &[f64],
        labels: &[&str],
    ) -> anyhow::Result<HistogramVec> {
        let options = HistogramOpts::new(name, help).buckets(buckets.to_vec());
        self.keep(HistogramVec::new(options, labels)?)
    }
}

impl Metrics {
    /// # Errors
    /// Never in practice: when two metrics had one name.
    pub fn new() -> anyhow::Result<Self> {
        let make = Maker::default();
        let build = Opts::new("renzheng_build_info", "The version that runs; always 1.")
            .const_label("version", env!("CARGO_PKG_VERSION"));
        make.keep(IntGauge::with_opts(build)?)?.set(1);
        #[cfg(target_os = "linux")]
        make.registry.register(Box::new(
            prometheus::process_collector::ProcessCollector::for_self(),
        ))?;
        let sms_codes = make.counter(
            "renzheng_sms_codes_total",
            "Messages with or in the place of a one-time code: `sent`, and `proven` when one is typed in rightly and used.",
            &["purpose", "outcome"],
        )?;
        // There from the beginning: where not one was ever proven is what the alarm is for.
        for purpose in Purpose::VARIANTS {
            for outcome in ["sent", "proven"] {
                sms_codes.with_label_values(&[*purpose, outcome]);
            }
        }
        Ok(Self(Arc::new(Inner {
            sms_codes,
            requests: make.counter(
                "renzheng_http_requests_total",
                "Requests answered.",
                &["method", "route", "status"],
            )?,
            durations: make.histogram(
                "renzheng_http_request_seconds",
                "Time to answer.",
                &REQUEST_SECONDS,
                &["method", "route"],
            )?,
            polls: make.keep(Histogram::with_opts(
                HistogramOpts::new(
                    "renzheng_request_poll_seconds",
                    "The longest that each request held its thread up.",
                )
                .buckets(POLL_SECONDS.to_vec()),
            )?)?,
            sign_ins: make.counter(
                "renzheng_sign_ins_total",
                "Tries to sign in.",
                &["method", "outcome"],
            )?,
            verifications: make.counter(
                "renzheng_verifications_total",
                "Tries at real-name verification.",
                &["method", "outcome"],
            )?,
            messages: make.counter(
                "renzheng_messages_total",
                "Messages sent.",
                &["channel", "outcome"],
            )?,
            halls: make.counter(
                "renzheng_hall_acts_total",
                "What staff did in service halls; `lookup` `limited` is an alarm.",
                &["act", "outcome"],
            )?,
            grants: make.counter(
                "renzheng_oauth_grants_total",
                "Token requests of applications.",
                &["grant", "outcome"],
            )?,
            logouts: make.counter(
                "renzheng_backchannel_logouts_total",
                "Applications told of a sign-out.",
                &["outcome"],
            )?,
            webhooks: make.counter(
                "renzheng_webhooks_total",
                "Tries to tell an application by webhook.",
                &["outcome"],
            )?,
            hashes_waiting: make
                .gauge("renzheng_hashes_waiting", "Password hashes in the queue.")?,
            upstreams: make.histogram(
                "renzheng_upstream_request_seconds",
                "Time that services of others took to answer.",
                &UPSTREAM_SECONDS,
                &["upstream", "outcome"],
            )?,
            jobs: make.counter(
                "renzheng_job_runs_total",
                "Runs of the jobs beside the requests.",
                // Prometheus has a label `job` of its own.
                &["task", "outcome"],
            )?,
            database_up: make.gauge("renzheng_database_up", "Whether the database answers.")?,
            database_connections: make.gauge(
                "renzheng_database_connections",
                "Connections to the database that are open.",
            )?,
            database_idle: make.gauge(
                "renzheng_database_connections_idle",
                "Open connections to the database that nobody uses.",
            )?,
            replica_up: make.keep(IntGaugeVec::new(
                Opts::new(
                    "renzheng_replica_up",
                    "Whether the replica is near enough to be asked.",
                ),
                &[],
            )?)?,
            replica_lag: make.keep(GaugeVec::new(
                Opts::new(
                    "renzheng_replica_lag_seconds",
                    "How far the replica is behind; NaN while it is away.",
                ),
                &[],
            )?)?,
            ephemeral_up: make.gauge(
                "renzheng_ephemeral_up",
                "Whether the store of codes and limits answers.",
            )?,
            clock_ahead: make.keep(Gauge::new(
                "renzheng_clock_ahead_seconds",
                "By how much the machine's clock is ahead of the database's.",
            )?)?,
            outbox_pending: make.gauge(
                "renzheng_outbox_pending",
                "Messages written and not sent yet.",
            )?,
            outbox_oldest: make.gauge(
                "renzheng_outbox_oldest_seconds",
                "Age of the oldest message not sent yet.",
            )?,
            audit_unchained: make.gauge(
                "renzheng_audit_unchained",
                "Events of the audit trail not in the chain yet.",
            )?,
            draining: make.gauge("renzheng_draining", "Whether this node is about to stop.")?,
            registry: make.registry,
            names: make.names.into_inner(),
        })))
    }

    /// What there is, by name: for whoever checks dashboards and alerts.
    pub fn names(&self) -> BTreeSet<String> {
        let gathered = self.0.registry.gather();
        let of_the_process = gathered.iter().map(|family| family.name().to_owned());
        self.0.names.iter().cloned().chain(of_the_process).collect()
    }

    /// A request to a service of others: `answered`, `time-out`, …
    pub fn upstream(&self, upstream: &str, outcome: &str, seconds: f64) {
        let labels = [upstream, outcome];
        self.0.upstreams.with_label_values(&labels).observe(seconds);
    }

    /// A run of a job.
    pub fn job(&self, job: &str, passed: bool) {
        let outcome = if passed { "passed" } else { "failed" };
        self.0.jobs.with_label_values(&[job, outcome]).inc();
    }

    pub fn database_up(&self, up: bool) {
        self.0.database_up.set(up.into());
    }

    pub fn ephemeral_up(&self, up: bool) {
        self.0.ephemeral_up.set(up.into());
    }

    pub fn replica(&self, up: bool, lag_seconds: f64) {
        let nothing: &[&str] = &[];
        self.0.replica_up.with_label_values(nothing).set(up.into());
        self.0
            .replica_lag
            .with_label_values(nothing)
            .set(lag_seconds);
    }

    pub fn clock_ahead(&self, seconds: f64) {
        self.0.clock_ahead.set(seconds);
    }

    /// Messages not sent yet, and the age of the oldest.
    pub fn outbox(&self, pending: i64, oldest_seconds: i64) {
        self.0.outbox_pending.set(pending);
        self.0.outbox_oldest.set(oldest_seconds);
    }

    pub fn audit_unchained(&self, events: i64) {
        self.0.audit_unchained.set(events);
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

    /// A one-time code by SMS, by what it was asked for: `sent` or `proven`.
    pub fn sms_code(&self, purpose: &str, outcome: &str) {
        self.0
            .sms_codes
            .with_label_values(&[purpose, outcome])
            .inc();
    }

    /// Something staff did in a hall: `lookup`, `record` or `approval`, and what came of it.
    pub fn hall(&self, act: &str, outcome: &str) {
        self.0.halls.with_label_values(&[act, outcome]).inc();
    }

    /// A token request, by grant type: `passed` or `refused`.
    pub fn grant(&self, grant: &str, outcome: &str) {
        self.0.grants.with_label_values(&[grant, outcome]).inc();
    }

    /// An application was told of a sign-out: `told`, `retried`, `refused` or `dead`.
    pub fn backchannel_logout(&self, outcome: &str) {
        self.0.logouts.with_label_values(&[outcome]).inc();
    }

    /// An application was told by webhook: `delivered`, `retried`, `refused` or `dead`.
    pub fn webhook(&self, outcome: &str) {
        self.0.webhooks.with_label_values(&[outcome]).inc();
    }

    /// How long a request held its thread at a stretch, at most.
    pub fn longest_poll(&self, seconds: f64) {
        self.0.polls.observe(seconds);
    }

    pub fn request(&self, method: &str, route: &str, status: StatusCode, seconds: f64) {
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

/// `/metrics`
pub fn endpoint(app: App) -> impl Endpoint<Output = Response> {
    make(move |_| {
        let app = app.clone();
        async move {
            let waiting = i64::try_from(app.passwords.depth()).unwrap_or(i64::MAX);
            let (open, idle) = app.database.connections();
            let metrics = &app.metrics.0;
            metrics.hashes_waiting.set(waiting);
            metrics.database_connections.set(open.into());
            metrics.database_idle.set(idle.into());
            metrics.draining.set(app.is_draining().into());
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
