//! P11 and P12: starting, and what a process takes.

use std::{process::Command, time::Duration, time::Instant};

use anyhow::ensure;

use super::ROUNDS;
use crate::{
    load,
    report::{Goal, Row},
    service::{Service, Setup, program},
};

const LOAD: Duration = Duration::from_secs(60);
const CONNECTIONS: usize = 64;

/// P11: from the start of the process until it serves.
pub async fn started() -> anyhow::Result<Vec<Row>> {
    let mut again = Row::new(
        "P11",
        "start until ready, existing database",
        "ms",
        "start of the program for --version",
        Goal::Over(120.0),
    );
    let mut first = Row::bounded(
        "P11",
        "first start ever until ready",
        "ms",
        Goal::Most(1500.0),
    );
    let mut setup = Setup::default();
    for round in 0..=ROUNDS {
        let begun = Instant::now();
        let status = Command::new(program()?).arg("--version").output()?.status;
        ensure!(status.success(), "--version: {status}");
        let version = millis(begun.elapsed());
        let (service, took) = Service::launch(&setup)?;
        if round == 0 {
            setup.folder = Some(service.folder.clone());
        } else {
            again.limit(version);
            again.measured(millis(took));
        }
    }
    for _ in 0..3 {
        first.measured(millis(Service::launch(&Setup::default())?.1));
    }
    Ok(vec![again, first])
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// P12: memory that the process holds, idle and after a minute of P4.
pub async fn remembered() -> anyhow::Result<Vec<Row>> {
    let mut idle = Row::bounded("P12", "memory, idle after a start", "MiB", Goal::Most(25.0));
    let mut setup = Setup::default();
    // The second start: the first makes keys and people of the demo.
    setup.folder = Some(Service::launch(&setup)?.0.folder.clone());
    let (service, _) = Service::launch(&setup)?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    idle.measured(service.memory("VmRSS")?);
    drop(service);
    let mut loaded = Row::bounded(
        "P12",
        "memory after a minute of GET /me on 64 connections",
        "MiB",
        Goal::Most(60.0),
    );
    let service = Service::start(Setup::people(1)).await?;
    load::per_second(CONNECTIONS, LOAD, |_| service.me()).await?;
    loaded.measured(service.memory("VmRSS")?);
    Ok(vec![idle, loaded])
}
