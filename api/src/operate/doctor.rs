//! `renzheng doctor`: looks at everything a server stands on, changes nothing, and says what is wrong.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow};
use serde::Serialize;
use tokio::{net::TcpStream, time::timeout};

use super::{database, master_key, store};
use crate::{
    audit::chain,
    clock::Clock,
    config::{Config, Profile},
    crypto::{MasterKey, SigningKeys, Vault},
    database::Database,
    ephemeral::Ephemeral,
};

const REACH_WITHIN: Duration = Duration::from_secs(3);
/// Past these (seconds) it is time to look, and past these something is wrong.
const OLD_MESSAGE: i64 = 300;
const CLOCK_OFF: f64 = 1.0;
const CLOCK_WRONG: f64 = 60.0;
const MANY_UNCHAINED: u64 = 10_000;

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Ok,
    Warning,
    Fault,
}

/// What one check found.
#[derive(Debug, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub status: Status,
    pub detail: String,
}

/// Everything found.
#[derive(Debug, Serialize)]
pub struct Report {
    pub healthy: bool,
    pub checks: Vec<Finding>,
}

impl Report {
    fn of(checks: Vec<Finding>) -> Self {
        let healthy = checks.iter().all(|check| check.status != Status::Fault);
        Self { healthy, checks }
    }

    /// For people: one line a check.
    pub fn text(&self) -> String {
        let line = |finding: &Finding| {
            let status = match finding.status {
                Status::Ok => "ok",
                Status::Warning => "warning",
                Status::Fault => "FAULT",
            };
            format!("{status:<8} {:<14} {}\n", finding.check, finding.detail)
        };
        let verdict = match self.healthy {
            true => "healthy\n",
            false => "not healthy\n",
        };
        self.checks.iter().map(line).collect::<String>() + verdict
    }
}

type Outcome = anyhow::Result<(Status, String)>;

/// Reads the configuration and examines what it names.
pub async fn run(file: Option<&Path>) -> Report {
    match Config::load(file) {
        Ok(config) => examine(&config).await,
        Err(error) => {
            let mut doctor = Doctor(Vec::new());
            doctor.note("configuration", Err(error));
            Report::of(doctor.0)
        }
    }
}

/// Runs every check.
pub async fn examine(config: &Config) -> Report {
    let mut doctor = Doctor(Vec::new());
    let profile = match config.profile {
        Profile::Demo => "profile demo",
        Profile::Production => "profile production",
    };
    doctor.note("configuration", fine(profile));
    let master = master_key(config);
    doctor.note(
        "master key",
        master.as_ref().map_or_else(again, |_| source(config)),
    );
    let begun = Instant::now();
    match reach(config).await {
        Ok(database) => {
            let engine = match database.file() {
                Some(file) => file.display().to_string(),
                None => "PostgreSQL".into(),
            };
            let took = begun.elapsed().as_millis();
            doctor.note("database", fine(format!("{engine}, {took} ms")));
            doctor.look_into(&database, master.ok().as_ref()).await;
        }
        Err(error) => doctor.note("database", Err(error)),
    }
    if let Some(url) = &config.redis_url {
        doctor.note("redis", redis(url).await);
    }
    for (name, address) in upstreams(config) {
        let reached = timeout(REACH_WITHIN, TcpStream::connect(address.as_str())).await;
        let outcome = match reached {
            Ok(Ok(_)) => fine(format!("{name}: {address} is reachable")),
            Ok(Err(error)) => Err(anyhow!("{name}: {address}: {error}")),
            Err(_) => Err(anyhow!("{name}: {address}: time-out")),
        };
        doctor.note("provider", outcome);
    }
    Report::of(doctor.0)
}

struct Doctor(Vec<Finding>);

impl Doctor {
    fn note(&mut self, check: &'static str, outcome: Outcome) {
        let (status, detail) =
            outcome.unwrap_or_else(|error| (Status::Fault, format!("{error:#}")));
        self.0.push(Finding {
            check,
            status,
            detail,
        });
    }

    /// What is in the database.
    async fn look_into(&mut self, database: &Database, master: Option<&MasterKey>) {
        let schema = schema(database).await;
        let complete = schema.is_ok();
        self.note("schema", schema);
        if !complete {
            return;
        }
        if let Some(master) = master {
            self.note("keys", keys(database, master).await);
        }
        self.note("clock", clock(database).await);
        if let Some(measured) = database.measure_replica().await {
            self.note("replica", replica(database, measured));
        }
        self.note("audit trail", audit(database).await);
        self.note("outbox", outbox(database).await);
    }
}

fn fine(detail: impl Into<String>) -> Outcome {
    Ok((Status::Ok, detail.into()))
}

fn again(error: &anyhow::Error) -> Outcome {
    Err(anyhow!("{error:#}"))
}

fn source(config: &Config) -> Outcome {
    match config.master_key {
        Some(_) => fine("from the configuration"),
        None => fine(format!(
            "{}, its owner's alone",
            config.data_dir.join("master.key").display()
        )),
    }
}

async fn reach(config: &Config) -> anyhow::Result<Database> {
    let database = database(config).await?;
    database.ping().await.context("no answer")?;
    Ok(database)
}

async fn schema(database: &Database) -> Outcome {
    let state = database.schema().await?;
    if !state.pending.is_empty() {
        let steps = state.pending.join(", ");
        return Err(anyhow!(
            "steps are missing: {steps}; run `renzheng migrate`"
        ));
    }
    match state.unknown.as_slice() {
        [] => fine("up to date"),
        steps => Ok((
            Status::Warning,
            format!("newer than this program: {}", steps.join(", ")),
        )),
    }
}

async fn keys(database: &Database, master: &MasterKey) -> Outcome {
    if !store::has_keys(database).await? {
        return Ok((Status::Warning, "none yet: nothing was served".into()));
    }
    let clock = Clock::system();
    let vault = Vault::open(database.write(), master, &clock).await?;
    if store::has_signing_keys(database).await? {
        SigningKeys::open(database.write(), &vault, &clock).await?;
    }
    let (in_use, retired) = store::data_keys(database).await?;
    let detail = format!("all open; {in_use} data keys in use, {retired} retired");
    match in_use {
        1 => fine(detail),
        _ => fine(format!("{detail}: fields are being moved to the newest")),
    }
}

async fn clock(database: &Database) -> Outcome {
    let Some(shared) = database.time().await? else {
        return fine("the machine's own");
    };
    let ahead = Clock::system().follow(shared).as_seconds_f64();
    let detail = format!("{ahead:+.3} s to the database, which nodes follow");
    Ok(match ahead.abs() {
        off if off > CLOCK_WRONG => (Status::Fault, detail),
        off if off > CLOCK_OFF => (Status::Warning, detail),
        _ => (Status::Ok, detail),
    })
}

/// Without it, or with one that is far behind, the primary answers: nothing is wrong yet.
fn replica(database: &Database, measured: anyhow::Result<Duration>) -> Outcome {
    Ok(match measured {
        Ok(behind) if database.asks_replica() => {
            (Status::Ok, format!("{:.1} s behind", behind.as_secs_f64()))
        }
        Ok(behind) => (
            Status::Warning,
            format!("{:.1} s behind: not asked", behind.as_secs_f64()),
        ),
        Err(error) => (Status::Warning, format!("not asked: {error:#}")),
    })
}

async fn audit(database: &Database) -> Outcome {
    let waiting = store::unchained(database).await?;
    match chain::verify_in(database).await? {
        Err(position) => Err(anyhow!("the chain breaks at event {position}")),
        Ok(events) if waiting > MANY_UNCHAINED => Ok((
            Status::Warning,
            format!("{events} events, chain whole; {waiting} wait to be chained: does a node run?"),
        )),
        Ok(events) => fine(format!("{events} events, chain whole; {waiting} wait")),
    }
}

async fn outbox(database: &Database) -> Outcome {
    let now = Clock::system().now();
    let backlog = store::backlog(database, now).await?;
    let age = backlog.oldest.map_or(0, |at| (now - at).num_seconds());
    let detail = format!(
        "{} messages wait, the oldest for {} s; {} refused in a day",
        backlog.pending,
        age.max(0),
        backlog.refused
    );
    match age > OLD_MESSAGE || backlog.refused > 0 {
        true => Ok((Status::Warning, detail)),
        false => fine(detail),
    }
}

async fn redis(url: &str) -> Outcome {
    let store = Ephemeral::redis(url, "doctor".into(), Clock::system()).await?;
    store.ping().await?;
    fine("answers")
}

/// The services of others that are configured, with host and port.
fn upstreams(config: &Config) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (name, url) in config.upstreams() {
        // What cannot be read as a URL was refused with the configuration.
        let Ok(url) = reqwest::Url::parse(url) else {
            continue;
        };
        let port = url.port_or_known_default().unwrap_or(443);
        let address = format!("{}:{port}", url.host_str().unwrap_or_default());
        if !found.contains(&(name, address.clone())) {
            found.push((name, address));
        }
    }
    if let Some(smtp) = &config.smtp {
        found.push(("smtp", format!("{}:{}", smtp.host, smtp.port)));
    }
    found
}
