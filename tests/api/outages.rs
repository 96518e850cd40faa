//! What the service stands on goes away, hangs, or is slow: callers are told to come back, soon, and it heals by itself.

use std::time::{Duration, Instant};

use renzheng::config::{Config, LimitProfile};
use renzheng_tests::{
    Answer, Client, Fault, PASSWORD, Proxy, TestServer,
    faults::Counted,
    phone,
    server::{self, through},
    template,
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

/// A server that reaches the service of `url` by a proxy.
async fn behind(url: String, set: impl FnOnce(&mut Config, String)) -> (TestServer, Proxy) {
    let mut address = None;
    through(&url, |real| {
        address = Some(real);
        real
    });
    let proxy = Proxy::start(vec![address.expect("an address")]).await;
    let faulty = through(&url, |_| proxy.address);
    let server = TestServer::single(|config| {
        config.limits = LimitProfile::Relaxed;
        set(config, faulty);
    })
    .await;
    (server, proxy)
}

/// In the run of the tests that is for PostgreSQL.
async fn on_postgres() -> Option<(TestServer, Proxy)> {
    if !server::on_postgres() {
        return None;
    }
    let url = template::postgres().await?;
    Some(behind(url, |config, url| config.database_url = Some(url)).await)
}

async fn on_redis() -> Option<(TestServer, Proxy)> {
    if !server::on_postgres() {
        return None;
    }
    let url = std::env::var("TEST_REDIS_URL").ok()?;
    Some(behind(url, |config, url| config.redis_url = Some(url)).await)
}

/// Asserts a 503 that came in time and says when to come back.
#[track_caller]
fn unavailable(answer: &Answer, begun: Instant, within: Duration) {
    answer.problem(503, "unavailable");
    assert_eq!(answer.header("retry-after"), "1");
    assert!(begun.elapsed() < within, "{:?}", begun.elapsed());
}

/// Asks until it is answered as before; at most five seconds.
async fn recovered(client: &Client, path: &str) {
    let begun = Instant::now();
    while client.get(path).await.status != 200 {
        assert!(begun.elapsed() < Duration::from_secs(5), "no recovery");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

// A64, D4
#[tokio::test(flavor = "multi_thread")]
async fn without_its_database_it_says_so_within_moments_and_recovers() {
    let Some((server, proxy)) = on_postgres().await else {
        return eprintln!("skipped: not the run for PostgreSQL");
    };
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    person.get("/me").await.ok(200);
    proxy.set(Fault::Refuse);
    for _ in 0..3 {
        let begun = Instant::now();
        let answer = person.get("/me").await;
        unavailable(&answer, begun, Duration::from_secs(3));
        let begun = Instant::now();
        let answer = client.sign_in(&phone(1), PASSWORD).await;
        unavailable(&answer, begun, Duration::from_secs(3));
    }
    client.get("//healthz").await.ok(200);
    client.get("//oauth2/jwks").await.ok(200);
    client.get("//readyz").await.ok(503);
    proxy.set(Fault::None);
    recovered(&person, "/me").await;
    recovered(&client, "//readyz").await;
    client.sign_in(&phone(1), PASSWORD).await.ok(201);
    Counted::whole("D4 database refused", 1, 2).hold("PostgreSQL");
}

// D5
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_hangs_costs_a_request_no_more_than_five_seconds() {
    let Some((server, proxy)) = on_postgres().await else {
        return eprintln!("skipped: not the run for PostgreSQL");
    };
    let person = server.client().registered(&phone(1)).await;
    proxy.set(Fault::Hang);
    let begun = Instant::now();
    let asked = (0..40).map(|_| person.patch("/me", json!({"nickname": "小红"})));
    for answer in futures_util::future::join_all(asked).await {
        unavailable(&answer, begun, Duration::from_millis(6500));
    }
    server.client().get("//healthz").await.ok(200);
    proxy.set(Fault::None);
    recovered(&person, "/me").await;
    proxy.set(Fault::Delay(Duration::from_millis(60)));
    person.get("/me").await.ok(200);
    Counted::whole("D5 database hangs", 40, 1).hold("PostgreSQL");
}

// D5
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_is_not_waited_for() {
    if !server::on_postgres() {
        return eprintln!("skipped: not the run for PostgreSQL");
    }
    let url = template::postgres().await.expect("TEST_POSTGRES_URL");
    let server = TestServer::single(|config| config.database_url = Some(url.clone())).await;
    let person = server.client().registered(&phone(1)).await;
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1);
    let other = sea_orm::Database::connect(options)
        .await
        .expect("connected");
    for statement in ["BEGIN", "LOCK TABLE account IN ACCESS EXCLUSIVE MODE"] {
        other.execute_unprepared(statement).await.expect(statement);
    }
    let begun = Instant::now();
    let answer = person.patch("/me", json!({"nickname": "小红"})).await;
    unavailable(&answer, begun, Duration::from_secs(4));
    other.execute_unprepared("COMMIT").await.expect("let go");
    let body = json!({"nickname": "小红"});
    person.patch("/me", body).await.ok(200);
}

// A64, D7
#[tokio::test(flavor = "multi_thread")]
async fn without_redis_no_limit_is_lifted_and_whoever_is_signed_in_goes_on() {
    let Some((server, proxy)) = on_redis().await else {
        return eprintln!("skipped: not the run for PostgreSQL and Redis");
    };
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let captcha = client.solved_captcha().await;
    let code = client.code(&phone(2), "register", 1).await;
    proxy.set(Fault::Refuse);
    let body = json!({"phone": phone(3), "purpose": "register", "captcha": captcha});
    let acts = [
        ("/sms-codes", body.clone()),
        ("/accounts", Client::registration(&phone(2), &code)),
        ("/captchas", Value::Null),
        (
            "/sessions",
            json!({"method": "password", "account": phone(1), "password": PASSWORD}),
        ),
    ];
    for (path, body) in &acts {
        let begun = Instant::now();
        let answer = client.post(path, body.clone()).await;
        unavailable(&answer, begun, Duration::from_secs(3));
    }
    person.get("/me").await.ok(200);
    let ready = client.get("//readyz").await.ok(200);
    assert_eq!(ready["status"], "ready, but Redis is out of reach");
    proxy.set(Fault::None);
    let begun = Instant::now();
    while client.post("/sms-codes", body.clone()).await.status != 202 {
        assert!(begun.elapsed() < Duration::from_secs(5), "no recovery");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // What was there before is there still.
    let body = Client::registration(&phone(2), &code);
    client.post("/accounts", body).await.ok(201);
    Counted::whole("D7 Redis refused", 1, 3).hold("PostgreSQL, Redis");
}
