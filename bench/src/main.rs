//! Measures the service beside what the machine could do at best, in the same run and by alternating rounds, and writes
//! `docs/performance.md`. A ratio says more than a number: machines are shared and noisy.

mod limit;
mod load;
mod report;
mod scale;
mod seed;
mod service;

use std::time::Duration;

use anyhow::Context;
use report::Row;
use service::Service;

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);
/// Requests under way at once: enough to keep two cores busy, few enough not to queue.
const CLIENTS: usize = 16;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [limit::BARE] => return limit::serve_bare().await,
        ["seed", count, url, data] => return seed::run(count.parse()?, url, data.as_ref()).await,
        ["scale", count, server] => return scale::run(count.parse()?, server).await,
        _ => {}
    }
    let cores = std::thread::available_parallelism()?.get();
    println!(
        "{ROUNDS} rounds of {} s each, {cores} cores",
        ROUND.as_secs()
    );
    let service = Service::start().await?;
    let rows = vec![
        sign_in(&service, cores).await?,
        sign_in_alone(&service).await?,
        me(&service).await?,
        sms_codes(&service).await?,
    ];
    let table = report::table(&rows, cores);
    println!("\n{table}");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/performance.md");
    std::fs::write(path, table).context("docs/performance.md")
}

/// P1: sign-ins by password of different people, beside the hashes that the cores can make.
async fn sign_in(service: &Service, cores: usize) -> anyhow::Result<Row> {
    let mut row = Row::new(
        "P1",
        "sign-in by password, per second",
        "argon2id alone",
        0.95,
    );
    for _ in 0..ROUNDS {
        row.limit(limit::hashes(cores, ROUND).await?);
        row.measured(load::per_second(CLIENTS, ROUND, |turn| service.sign_in(turn)).await?);
    }
    Ok(row)
}

/// P2: the same for one client: how much longer a sign-in takes than one hash.
async fn sign_in_alone(service: &Service) -> anyhow::Result<Row> {
    let mut row = Row::new(
        "P2",
        "sign-in by password, one client, per second",
        "one hash after another",
        0.90,
    );
    for _ in 0..ROUNDS {
        row.limit(limit::hashes(1, ROUND).await?);
        row.measured(load::per_second(1, ROUND, |turn| service.sign_in(turn)).await?);
    }
    Ok(row)
}

/// P4: who is signed in, beside a handler that only answers the same JSON.
async fn me(service: &Service) -> anyhow::Result<Row> {
    let bare = limit::Bare::start(&service.account).await?;
    let mut row = Row::new("P4", "GET /me, per second", "bare poem, same JSON", 0.5);
    for _ in 0..ROUNDS {
        row.limit(load::per_second(CLIENTS, ROUND, |_| bare.get()).await?);
        row.measured(load::per_second(CLIENTS, ROUND, |_| service.me()).await?);
    }
    Ok(row)
}

/// P8: codes promised, beside single-row transactions of the same database.
async fn sms_codes(service: &Service) -> anyhow::Result<Row> {
    let inserts = limit::Inserts::open().await?;
    let mut row = Row::new(
        "P8",
        "POST /sms-codes, per second (SQLite)",
        "single-row inserts",
        0.25,
    );
    for _ in 0..ROUNDS {
        row.limit(inserts.per_second(ROUND).await?);
        let captchas = service.solved_captchas(600).await?;
        row.measured(service.sms_codes_per_second(captchas).await?);
    }
    Ok(row)
}
