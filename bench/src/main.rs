//! Measures the service beside what the machine could do at best, in the same run and by alternating rounds, and writes
//! `docs/performance.md`. A ratio says more than a number: machines are shared and noisy.

mod application;
mod limit;
mod load;
mod report;
mod rows;
mod scale;
mod seed;
mod service;

use anyhow::{Context, ensure};
use rows::Bench;

/// What the figures do not say.
const NOTES: &str = include_str!("../notes.md");
/// How many people P13 measures among, unless `BENCH_PEOPLE` says otherwise.
const PEOPLE: u64 = 1_000_000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [limit::BARE] => return limit::serve_bare().await,
        ["seed", count, url, data] => return seed::run(count.parse()?, url, data.as_ref()).await,
        ["scale", count, server] => return scale::run(count.parse()?, server).await,
        _ => {}
    }
    let people = std::env::var("BENCH_PEOPLE").ok();
    let bench = Bench {
        cores: std::thread::available_parallelism()?.get(),
        people: people.map_or(Ok(PEOPLE), |people| people.parse())?,
        postgres: std::env::var("BENCH_POSTGRES_URL").ok(),
        redis: std::env::var("BENCH_REDIS_URL").ok(),
    };
    let all = rows::NUMBERS.map(String::from).to_vec();
    let whole = arguments.is_empty();
    let (mut measured, mut failed) = (Vec::new(), Vec::new());
    for number in if whole { all } else { arguments } {
        let number = number.to_uppercase();
        match rows::measure(&number, &bench).await {
            Ok(rows) => measured.extend(rows),
            // The others took long, too.
            Err(error) => failed.push(format!("{number}: {error:#}")),
        }
    }
    let table = report::table(&measured, &about(bench.cores), NOTES);
    println!("\n{table}");
    ensure!(failed.is_empty(), "not measured: {}", failed.join("; "));
    if !whole {
        return Ok(());
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/performance.md");
    std::fs::write(path, table).context("docs/performance.md")
}

/// On what, and what.
fn about(cores: usize) -> String {
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = processor
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("an unknown processor", |(_, name)| name.trim());
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "Measured with Renzheng {} (release build) on {cores} cores of {processor}, Linux {}, which the load generator \
         shares.",
        env!("CARGO_PKG_VERSION"),
        kernel.trim()
    )
}
