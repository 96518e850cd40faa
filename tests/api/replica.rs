//! A replica answers what may be some seconds old, and nobody notices when it is gone.

use std::time::{Duration, Instant};

use renzheng::{app::App, config::LimitProfile, entity::daily_count, operate::doctor, statistics};
use renzheng_tests::{Client, TestServer, phone, postgres::Postgres, server};
use serde_json::json;

/// Behind so far, the replica is not asked.
const LIMIT: u64 = 3;

/// How many registrations today's statistics show.
async fn shown(operator: &Client) -> u64 {
    let today = statistics::day(chrono::Utc::now());
    let path = format!("/admin/statistics?from={today}&to={today}");
    let shown = operator.get(&path).await.ok(200);
    let figures = shown["figures"].as_array().expect("figures");
    let registrations = figures.iter().filter(|one| one["kind"] == "registration");
    registrations
        .filter_map(|one| one["count"].as_u64())
        .sum::<u64>()
}

/// Counts some more, in the primary.
async fn count(app: &App, count: i64) {
    let more = daily_count::Model {
        day: statistics::day(app.clock.now()),
        kind: "registration".into(),
        method: String::new(),
        result: String::new(),
        shard: 7,
        count,
        cost: None,
    };
    let added = statistics::store::add(app.database.write(), more).await;
    added.expect("added");
}

async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(15), "never: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn metric(server: &TestServer, name: &str) -> f64 {
    let text = reqwest::get(server.metrics_url()).await.expect("metrics");
    let text = text.text().await.expect("a text");
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split(' ').nth(1)).expect(name);
    value.parse().expect("a number")
}

async fn doctor_says(server: &TestServer) -> String {
    let report = doctor::examine(&server.config).await;
    assert!(report.healthy, "{}", report.text());
    let replica = report.checks.iter().find(|check| check.check == "replica");
    replica.expect("a finding").detail.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_replica_answers_while_it_is_near_and_the_primary_when_it_is_not() {
    if !server::on_postgres() {
        return eprintln!("skipped: not the run for PostgreSQL");
    }
    let Some(primary) = Postgres::primary().await else {
        return eprintln!("skipped: PostgreSQL is not installed");
    };
    primary.run("postgres", "CREATE DATABASE renzheng").await;
    let mut replica = primary.replica().await;
    let server = TestServer::single(|config| {
        config.limits = LimitProfile::Relaxed;
        config.database_url = Some(primary.url("renzheng"));
        config.database_replica_url = Some(replica.url("renzheng"));
        config.database_replica_lag_seconds = LIMIT;
    })
    .await;
    let (client, app) = (server.client(), server.app());
    let operator = client.staff("operator").await;
    until("near", async || app.database.asks_replica()).await;
    count(app, 5).await;
    until("what was counted", async || shown(&operator).await == 5).await;
    assert_eq!(metric(&server, "renzheng_replica_up").await, 1.0);
    assert!(metric(&server, "renzheng_replica_lag_seconds").await <= LIMIT as f64);
    let healthy = doctor_says(&server).await;
    assert!(healthy.ends_with("s behind"), "{healthy}");

    // It stands still: what is looked at is old, until that is too old.
    replica
        .run("renzheng", "SELECT pg_wal_replay_pause()")
        .await;
    count(app, 7).await;
    assert_eq!(shown(&operator).await, 5, "the replica answers");
    let chain = operator.post("/admin/audit-checks", json!({"after": 0}));
    assert!(chain.await.ok(200)["broken_at"].is_null());
    // What decides is read from the primary all the while.
    let person = client.registered(&phone(1)).await;
    person.get("/me").await.ok(200);
    until("too far", async || !app.database.asks_replica()).await;
    assert!(shown(&operator).await >= 12, "the primary answers");
    assert_eq!(metric(&server, "renzheng_replica_up").await, 0.0);
    assert!(metric(&server, "renzheng_replica_lag_seconds").await > LIMIT as f64);
    assert!(doctor_says(&server).await.ends_with("not asked"));
    let activity = person.get("/me/activity").await.ok(200);
    assert!(!activity["items"].as_array().expect("items").is_empty());

    replica
        .run("renzheng", "SELECT pg_wal_replay_resume()")
        .await;
    until("near again", async || app.database.asks_replica()).await;
    // It is gone: the first to meet that is answered too.
    replica.stop();
    assert!(shown(&operator).await >= 12);
    until("away", async || !app.database.asks_replica()).await;
    person.get("/me/activity").await.ok(200);
    let lag = async || metric(&server, "renzheng_replica_lag_seconds").await;
    until("unknown", async || lag().await.is_nan()).await;
    assert!(doctor_says(&server).await.starts_with("not asked"));
}
