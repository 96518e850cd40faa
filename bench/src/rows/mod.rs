//! The rows, each measured beside its limit.

mod codes;
mod nodes;
mod pages;
mod process;
mod reads;
mod sign_in;
mod stalls;
mod tokens;

use std::time::Duration;

use anyhow::{Context, bail};
use sea_orm::ConnectionTrait;

use crate::{report::Row, scale};

pub const ROUNDS: usize = 5;
pub const ROUND: Duration = Duration::from_secs(2);
/// Requests under way at once: enough to keep two cores busy, few enough not to queue.
pub const CLIENTS: usize = 16;

pub const NUMBERS: [&str; 17] = [
    "P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10", "P11", "P12", "P13", "P14", "P15",
    "P16", "P17",
];

/// What rows are measured with.
pub struct Bench {
    pub cores: usize,
    /// How many are many.
    pub people: u64,
    /// Servers to measure on, where there are any.
    pub postgres: Option<String>,
    pub redis: Option<String>,
}

impl Bench {
    /// A new database on the PostgreSQL server, if there is one.
    async fn database(&self, name: &str) -> anyhow::Result<Option<String>> {
        let Some(server) = &self.postgres else {
            println!("  no PostgreSQL to measure on: BENCH_POSTGRES_URL");
            return Ok(None);
        };
        let name = format!("bench_{name}_{}", std::process::id());
        let admin = sea_orm::Database::connect(server).await?;
        for statement in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name}"),
        ] {
            admin.execute_unprepared(&statement).await?;
        }
        let (base, _) = server.rsplit_once('/').context("a URL with a database")?;
        Ok(Some(format!("{base}/{name}")))
    }
}

/// Measures one row; some are shown in parts.
pub async fn measure(number: &str, bench: &Bench) -> anyhow::Result<Vec<Row>> {
    println!("{number}");
    match number {
        "P1" => sign_in::saturated(bench).await,
        "P2" => sign_in::alone().await,
        "P3" => sign_in::beside(bench).await,
        "P4" => reads::me().await,
        "P5" => reads::documents().await,
        "P6" => reads::applications().await,
        "P7" => tokens::issued(bench).await,
        "P8" => codes::sent(bench).await,
        "P9" => tokens::refreshed(bench).await,
        "P10" => codes::drawn(),
        "P11" => process::started().await,
        "P12" => process::remembered().await,
        "P13" => match &bench.postgres {
            Some(server) => scale::rows(bench.people, server).await,
            None => Ok(Vec::new()),
        },
        "P14" => nodes::three(bench).await,
        "P15" => pages::transferred(),
        "P16" => pages::usable().await,
        "P17" => stalls::longest().await,
        other => bail!("there is no row {other}: {}", NUMBERS.join(" ")),
    }
}
