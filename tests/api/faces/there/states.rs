//! The way back: whose it is, how often and how long it is good.

use futures_util::future::join_all;
use renzheng_tests::{
    face_page, phone,
    verification::{fault, verified},
};
use renzheng_types::verification::Method;
use serde_json::json;

use super::{ALIYUN, BACK, CONSENT, PATH, TENCENT, asks, begin, calls, relaxed, server, verify};

const EXPIRED: &str = "authorization-expired";

// A20, A65, C13, C18, C29
#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_signed_and_of_one_account_and_makes_one_attempt() {
    for cloud in [&ALIYUN, &TENCENT] {
        let server = server(&[cloud.name]).await;
        let client = server.client();
        let person = verified(&client, 1, &client.citizen(4).await).await;
        let stranger = verified(&client, 2, &client.citizen(5).await).await;
        let begun = begin(&person).await;
        let back = face_page::done(&client, &begun, "other").await;
        let state = back["state"].as_str().expect("a state");
        stranger
            .post(BACK, back.clone())
            .await
            .problem(410, EXPIRED);
        let theirs = face_page::done(&client, &begin(&stranger).await, "person").await;
        let their_state = theirs["state"].as_str().expect("a state");
        let (id, mac) = state.split_once('.').expect("signed");
        let (their_id, their_mac) = their_state.split_once('.').expect("signed");
        for forged in [
            String::new(),
            ".".into(),
            id.into(),
            format!("{id}."),
            format!("{id}.{}", "0".repeat(mac.len())),
            format!("{id}.{their_mac}"),
            format!("{their_id}.{mac}"),
            format!("{state}00"),
            format!("{state}x"),
            "x".repeat(5000),
        ] {
            let body = json!({"state": forged});
            person.post(BACK, body).await.problem(410, EXPIRED);
        }
        assert_eq!(calls(&client, cloud.result).await, 0);
        // More than the state is not taken.
        let more = json!({"state": state, "passed": "T"});
        person
            .post(BACK, more)
            .await
            .problem(400, "malformed-request");

        // Eight at once: one attempt, counted once.
        let tries = (0..8).map(|_| person.post(BACK, back.clone()));
        for answer in join_all(tries).await {
            let attempt = answer.ok(201);
            assert_eq!(attempt["id"], begun["id"]);
        }
        let asked = calls(&client, cloud.result).await;
        let shown = person.post(BACK, back.clone()).await.ok(201);
        assert_eq!(
            (&shown["reason"], &shown["tries_left"]),
            (&json!("mismatch"), &json!(4))
        );
        assert_eq!(
            calls(&client, cloud.result).await,
            asked,
            "nobody is asked again"
        );
        // From another device of the same person it shows the same.
        let elsewhere = client.signed_in_again(&phone(1)).await;
        let shown = elsewhere.post(BACK, back).await.ok(201);
        assert_eq!(shown["id"], begun["id"]);
        // The page is used up.
        let page = client.sandbox_get(&face_page::page_of(&begun)).await;
        assert_eq!(page.status, 410);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_back_may_come_too_late() {
    let server = server(&["tencent"]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let begun = begin(&person).await;
    let back = face_page::done(&client, &begun, "give-up").await;
    server.clock.advance(TENCENT.life + 61);
    let person = person.signed_in_again(&phone(1)).await;
    person.post(BACK, back).await.problem(410, EXPIRED);
}

/// Several ways may be under way; one ends the others.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_that_passes_or_waits_bars_the_others() {
    let server = relaxed(&["aliyun"]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let mut ways = Vec::new();
    for choice in ["source-down", "person", "person"] {
        let begun = begin(&person).await;
        ways.push(face_page::done(&client, &begun, choice).await);
    }
    let pending = person.post(BACK, ways[0].clone()).await.ok(201);
    assert_eq!(pending["status"], "pending");
    person
        .post(BACK, ways[1].clone())
        .await
        .problem(409, "verification-pending");
    let consent = format!("{PATH}/consent");
    person.delete(&consent).await.ok(204);
    // Nothing is fetched any more once the consent is gone.
    for way in &ways[1..] {
        person.post(BACK, way.clone()).await.problem(410, EXPIRED);
    }
    let ended = person.post(BACK, ways[0].clone()).await.ok(201);
    assert_eq!(ended["reason"], "consent-withdrawn");

    let begun = begin(&person).await;
    let late = face_page::done(&client, &begun, "person").await;
    assert_eq!(verify(&person, "person").await["status"], "passed");
    person
        .post(BACK, late)
        .await
        .problem(409, "already-verified");
}

// A61
#[tokio::test(flavor = "multi_thread")]
async fn ways_back_are_limited_whoever_they_are_of() {
    let server = server(&["aliyun"]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    for _ in 0..30 {
        let body = json!({"state": "x.y"});
        person.post(BACK, body).await.problem(410, EXPIRED);
    }
    let refused = person.post(BACK, json!({"state": "x.y"})).await;
    refused.problem(429, "rate-limited");
    assert!(!refused.header("retry-after").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_that_lapsed_on_the_way_is_missed() {
    let server = renzheng_tests::TestServer::with(|config| {
        asks(config, &["aliyun"]);
        config.verification.valid_days.insert(Method::IdCard, 1);
    })
    .await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    server.clock.advance(24 * 3600 - 100);
    let person = person.signed_in_again(&phone(1)).await;
    let begun = person.post(PATH, json!({"consent": CONSENT})).await.ok(201);
    fault(&client, ALIYUN.result, "error", 60).await;
    let back = face_page::done(&client, &begun, "person").await;
    server.clock.advance(101);
    person.post(BACK, back).await.problem(403, "level-too-low");
    assert_eq!(person.get("/me").await.ok(200)["level"], 0);
}
