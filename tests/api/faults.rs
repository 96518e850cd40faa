//! A disk that is full, and a Redis that forgot everything.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use renzheng::config::LimitProfile;
use renzheng_tests::{
    Client, Person, RelyingParty, TestServer,
    faults::Counted,
    phone,
    process::{Process, free_port},
    redis::Redis,
};
use serde_json::json;

/// Fills a disk to the last byte.
fn fill(file: &std::path::Path) {
    let mut filler = std::fs::File::create(file).expect("a file");
    for size in [1 << 16, 1 << 12, 1 << 8, 1] {
        while filler.write_all(&vec![0; size]).is_ok() {}
    }
}

/// Renames somebody until that is refused; answers how often it went through.
async fn rename_until_full(person: &Client) -> usize {
    for turn in 1..5000 {
        let body = json!({"nickname": format!("第{turn}次")});
        let answer = person.patch("/me", body).await;
        if answer.status != 200 {
            answer.problem(503, "storage-full");
            assert_eq!(answer.header("retry-after"), "10");
            return turn - 1;
        }
    }
    panic!("the disk is never full");
}

// D3
#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_reading_goes_on_and_writing_comes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("a folder");
    let Some(server) = Process::on_small_disk(&data, free_port(), "16m") else {
        return eprintln!("skipped: no disk of one's own is to be had here (unshare)");
    };
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let filler = server.seen(&data).join("filler");
    fill(&filler);
    let renamed = rename_until_full(&person).await;
    // What was answered is there, and what was not is not; whoever is signed in goes on reading.
    for _ in 0..5 {
        let me = person.get("/me").await.ok(200);
        assert_eq!(
            me["nickname"],
            if renamed == 0 {
                "小明".into()
            } else {
                format!("第{renamed}次")
            }
        );
        let refused = person.patch("/me", json!({"nickname": "小红"})).await;
        refused.problem(503, "storage-full");
    }
    person.get("/me/activity").await.ok(200);
    client.get("//healthz").await.ok(200);
    let refused = client.sign_in(&phone(1), renzheng_tests::PASSWORD).await;
    refused.problem(503, "storage-full");

    std::fs::remove_file(&filler).expect("removed");
    let begun = Instant::now();
    while person
        .patch("/me", json!({"nickname": "小红"}))
        .await
        .status
        != 200
    {
        assert!(begun.elapsed() < Duration::from_secs(10), "no recovery");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(person.get("/me").await.ok(200)["nickname"], "小红");
    client
        .sign_in(&phone(1), renzheng_tests::PASSWORD)
        .await
        .ok(201);
    Counted::whole("D3 disk full", 1, renamed + 2).hold("SQLite");
}

// D8
#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_redis_lets_nothing_be_used_twice() {
    let Some(redis) = Redis::start().await else {
        return eprintln!("skipped: redis-server is not installed");
    };
    let server = TestServer::single(|config| {
        config.limits = LimitProfile::Relaxed;
        config.redis_url = Some(redis.url());
    })
    .await;
    let client = server.client();
    let created = client.register(&phone(1)).await;
    let person = client.bearer(
        created["session"]["access_token"]
            .as_str()
            .expect("a token"),
    );
    let refresh = json!({"refresh_token": created["session"]["refresh_token"]});
    let fresh = client.post("/sessions/refresh", refresh.clone()).await;
    let fresh = fresh.ok(200);
    let party = RelyingParty::register(&server).await;
    let citizen = Person::registered(&server, &phone(2)).await;
    let back = citizen.agree(&party.request("openid")).await;
    party.redeem(&back["code"]).await.ok(200);
    let captcha = client.solved_captcha().await;
    let used = json!({"phone": phone(3), "purpose": "register", "captcha": captcha});
    client.post("/sms-codes", used.clone()).await.ok(202);
    let code = client.newest_code(&phone(3), 1).await;

    assert_eq!(redis.ask(&["FLUSHALL"]).trim(), "OK");
    // Used before: used still. Not used yet: gone, and asked for anew.
    client
        .post("/sms-codes", used)
        .await
        .problem(422, "captcha-invalid");
    client
        .post("/accounts", Client::registration(&phone(3), &code))
        .await
        .problem(422, "code-invalid");
    let again = party.redeem(&back["code"]).await;
    assert_eq!(again.ok(400)["error"], "invalid_grant");
    client
        .post("/sessions/refresh", refresh)
        .await
        .problem(401, "refresh-token-replayed");
    assert!(fresh["refresh_token"].is_string());
    // That replay ended the session, and no other.
    person.get("/me").await.problem(401, "unauthenticated");
    citizen.browser.get("/me").await.ok(200);
    let code = client.code(&phone(3), "register", 2).await;
    client
        .post("/accounts", Client::registration(&phone(3), &code))
        .await
        .ok(201);
    Counted::whole("D8 Redis emptied", 1, 4).hold("Redis");
}
