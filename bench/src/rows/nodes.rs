//! P14: three nodes on PostgreSQL and Redis, beside one on the same cores.

use super::{Bench, CLIENTS, ROUND, ROUNDS};
use crate::{
    load,
    report::{Goal, Row},
    service::{Service, Setup},
};

pub async fn three(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let (Some(database), Some(redis)) = (bench.database("p14").await?, &bench.redis) else {
        println!("  no Redis to measure on: BENCH_REDIS_URL");
        return Ok(Vec::new());
    };
    let mut setup = Setup {
        database: Some(database),
        redis: Some(redis.clone()),
        // One address for all: tokens say who made them.
        public_url: Some("http://localhost:8080".into()),
        ..Setup::people(1)
    };
    let first = Service::start(setup.clone()).await?;
    setup.folder = Some(first.folder.clone());
    let others = [Service::launch(&setup)?.0, Service::launch(&setup)?.0];
    let nodes = [&first.url, &others[0].url, &others[1].url];
    let mut row = Row::new(
        "P14",
        "GET /me at three nodes on PostgreSQL and Redis, same cores",
        "per second",
        "one node",
        Goal::Share(0.9),
    );
    for _ in 0..ROUNDS {
        row.limit(load::per_second(CLIENTS, ROUND, |_| first.me()).await?);
        let ask = |turn: usize| first.me_at(nodes[turn % nodes.len()]);
        row.measured(load::per_second(CLIENTS, ROUND, ask).await?);
    }
    Ok(vec![row])
}
