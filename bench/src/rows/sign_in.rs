//! P1 to P3: signing in by password.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures_util::future::try_join;

use super::{Bench, CLIENTS, ROUND, ROUNDS};
use crate::{
    limit, load,
    report::{Goal, Row},
    service::{Service, Setup},
};

/// People who sign in by turns.
const PEOPLE: usize = 48;
/// Of a process that hashes: each thread's memory, and the rest.
const HASH_MIB: f64 = 19.0;
const REST_MIB: f64 = 80.0;

/// P1: different people, beside the hashes that the cores can make.
pub async fn saturated(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let portable = Service::start(Setup::people(PEOPLE)).await?;
    let vector = Service::start(Setup {
        engine: Some("vector".into()),
        ..Setup::people(PEOPLE)
    });
    let vector = vector.await?;
    let row = |name| {
        Row::new(
            "P1",
            name,
            "per second",
            "argon2id alone (crate argon2)",
            Goal::Share(0.95),
        )
    };
    let mut rows = [
        row("sign-in by password"),
        row("sign-in by password, password.engine = vector"),
    ];
    for _ in 0..ROUNDS {
        let hashes = limit::hashes(bench.cores, ROUND).await?;
        for (row, service) in rows.iter_mut().zip([&portable, &vector]) {
            row.limit(hashes);
            row.measured(load::per_second(CLIENTS, ROUND, |turn| service.sign_in(turn)).await?);
        }
    }
    Ok(rows.into())
}

/// P2: one client: how much longer a sign-in takes than one hash.
pub async fn alone() -> anyhow::Result<Vec<Row>> {
    let service = Service::start(Setup::people(PEOPLE)).await?;
    let mut row = Row::new(
        "P2",
        "sign-in by password, one client",
        "ms",
        "one hash",
        Goal::Times(1.10),
    );
    for _ in 0..ROUNDS {
        row.limit(1000.0 / limit::hashes(1, ROUND).await?);
        row.measured(1000.0 / load::per_second(1, ROUND, |turn| service.sign_in(turn)).await?);
    }
    Ok(vec![row])
}

/// P3: what others feel while three times as many sign in as can.
pub async fn beside(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let service = Service::start(Setup::people(PEOPLE)).await?;
    let mut row = Row::new(
        "P3",
        "p99 of GET /me beside sign-ins at three times saturation",
        "ms",
        "p99 alone",
        Goal::Over(15.0),
    );
    for _ in 0..ROUNDS {
        row.limit(load::p99(ROUND, || service.me()).await?);
        let over = AtomicBool::new(false);
        let signing_in = load::until(3 * CLIENTS, &over, |turn| service.sign_in(turn));
        let looking = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let p99 = load::p99(ROUND, || service.me()).await;
            over.store(true, Ordering::Relaxed);
            p99
        };
        row.measured(try_join(signing_in, looking).await?.1);
    }
    let most = HASH_MIB * bench.cores as f64 + REST_MIB;
    let mut memory = Row::bounded("P3", "most memory meanwhile", "MiB", Goal::Most(most));
    memory.measured(service.memory("VmHWM")?);
    Ok(vec![row, memory])
}
