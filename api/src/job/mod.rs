//! What runs beside the requests: sending messages, asking authorities again, chaining the audit trail, taking over
//! new keys, tidying up.
//!
//! Every node runs every job; each takes its work from the database in a way that no two take the same.

pub mod keys;
pub mod measure;
pub mod outbox;
pub mod purge;
pub mod reseal;
pub mod watch;

use std::time::Duration;

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    admin::condition,
    app::App,
    audit::chain,
    oidc::{backchannel, webhook},
    verification::retry,
};

/// How often each job looks for work by itself.
const OUTBOX_EVERY: Duration = Duration::from_millis(500);
const RETRY_EVERY: Duration = Duration::from_millis(500);
const CHAIN_EVERY: Duration = Duration::from_secs(1);
const LOGOUT_EVERY: Duration = Duration::from_millis(500);
const WEBHOOK_EVERY: Duration = Duration::from_millis(500);
const PURGE_EVERY: Duration = Duration::from_secs(60);
const KEYS_EVERY: Duration = Duration::from_secs(10);
const RESEAL_EVERY: Duration = Duration::from_secs(1);
const MEASURE_EVERY: Duration = Duration::from_secs(10);
const PUBLISH_EVERY: Duration = Duration::from_secs(5);
const REPLICA_EVERY: Duration = Duration::from_secs(1);
const WATCH_EVERY: Duration = Duration::from_secs(1);

/// Starts all jobs; they stop, with their present work done, when `stop` is cancelled.
pub fn start(app: &App, tracker: &TaskTracker, stop: &CancellationToken) {
    tracker.spawn(repeat(
        app.clone(),
        stop.clone(),
        "outbox",
        OUTBOX_EVERY,
        async |app| outbox::run(app).await,
    ));
    tracker.spawn(repeat(
        app.clone(),
        stop.clone(),
        "verification",
        RETRY_EVERY,
        async |app| retry::run(app).await,
    ));
    tracker.spawn(repeat(
        app.clone(),
        stop.clone(),
        "audit",
        CHAIN_EVERY,
        async |app| chain::run(app).await,
    ));
    tracker.spawn(repeat(
        app.clone(),
        stop.clone(),
        "logout",
        LOGOUT_EVERY,
        async |app| backchannel::run(app).await,
    ));
    tracker.spawn(repeat(
        app.clone(),
        stop.clone(),
        "webhook",
        WEBHOOK_EVERY,
        async |app| webhook::send::run(app).await,
    ));
    tracker.spawn(repeat(
        app.clone(),
        stop.clone(),
        "purge",
        PURGE_EVERY,
        async |app| purge::run(app).await,
    ));
    tracker.spawn(repeat(
        app.clone(),
        stop.clone(),
        "keys",
        KEYS_EVERY,
        async |app| keys::run(app).await,
    ));
    tracker.spawn(repeat(
        app.clone(),
        stop.clone(),
        "reseal",
        RESEAL_EVERY,
        async |app| reseal::run(app).await,
    ));
    tracker.spawn(repeat(
        app.clone(),
        stop.clone(),
        "watch",
        WATCH_EVERY,
        async |app| watch::run(app).await,
    ));
    tracker.spawn(repeat(
        app.clone(),
        stop.clone(),
        "replica",
        REPLICA_EVERY,
        async |app| watch::replica(app).await,
    ));
    tracker.spawn(repeat(
        app.clone(),
        stop.clone(),
        "measure",
        MEASURE_EVERY,
        async |app| measure::run(app).await,
    ));
    tracker.spawn(repeat(
        app.clone(),
        stop.clone(),
        "condition",
        PUBLISH_EVERY,
        async |app| condition::publish(app).await,
    ));
}

/// Runs a job every so often, or as soon as a message waits in the outbox or a new key is met. A job that fails is tried again next time.
async fn repeat(
    app: App,
    stop: CancellationToken,
    name: &'static str,
    interval: Duration,
    job: impl AsyncFn(&App) -> anyhow::Result<()>,
) {
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
            () = app.outbox_wakeup.notified(), if name == "outbox" => {}
            () = app.vault.met_unknown_key(), if name == "keys" => {}
        }
        let outcome = job(&app).await;
        app.metrics.job(name, outcome.is_ok());
        if let Err(error) = outcome {
            tracing::warn!(
                job = name,
                error = format!("{error:#}"),
                "job failed, will try again"
            );
        }
    }
}
