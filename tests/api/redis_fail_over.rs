//! The master of Redis is killed, and a replica takes its place.

use std::time::{Duration, Instant};

use renzheng::config::LimitProfile;
use renzheng_tests::{
    Answer, Client, PASSWORD, TestServer, faults::Counted, phone, redis::Watched, server,
};

/// Done, or told to come back: nothing else.
#[track_caller]
fn done_or_later(answer: &Answer, status: u16) -> bool {
    if answer.status == status {
        return true;
    }
    answer.problem(503, "unavailable");
    assert_eq!(answer.header("retry-after"), "1");
    false
}

/// Signs in until that works again; answers how often it was told to come back.
async fn signs_in_again(client: &Client) -> usize {
    let begun = Instant::now();
    let mut later = 0;
    while !done_or_later(&client.sign_in(&phone(1), PASSWORD).await, 201) {
        later += 1;
        assert!(begun.elapsed() < Duration::from_secs(15), "no recovery");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    later
}

// D7, D13
#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_is_killed_is_followed_without_a_restart() {
    if !server::on_postgres() {
        return eprintln!("skipped: not the run for PostgreSQL");
    }
    let Some(mut redis) = Watched::start().await else {
        return eprintln!("skipped: redis-server is not installed");
    };
    let server = TestServer::single(|config| {
        config.limits = LimitProfile::Relaxed;
        config.redis_url = Some(redis.url());
    })
    .await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let mut codes = Vec::new();
    for number in 2..6 {
        codes.push(client.code(&phone(number), "register", 1).await);
    }
    redis.master.kill();
    // Whoever is signed in goes on; who wants to sign in is told to come back, soon.
    person.get("/me").await.ok(200);
    let begun = Instant::now();
    let refused = client.sign_in(&phone(1), PASSWORD).await;
    assert!(begun.elapsed() < Duration::from_secs(3));
    assert!(!done_or_later(&refused, 201), "nothing is counted");
    let later = 1 + signs_in_again(&client).await;

    // Codes from before are there still, or refused as any that is not known.
    let mut kept = 0;
    for (number, code) in (2..6).zip(&codes) {
        let body = Client::registration(&phone(number), code);
        let answer = client.post("/accounts", body).await;
        if answer.status == 201 {
            kept += 1;
        } else {
            answer.problem(422, "code-invalid");
        }
    }
    client.register(&phone(7)).await;
    println!(
        "{later} told to come back, {kept} of {} codes kept",
        codes.len()
    );
    Counted::whole("D7 Redis master killed", 1, kept + 2).hold("Redis Sentinel");
}
