//! What comes of it, and what it costs.

use renzheng_tests::{face_page, phone, verification::verified};
use reqwest::Method;
use serde_json::{Value, json};

use super::{ALIYUN, BACK, CONSENT, Cloud, PATH, TENCENT, begin, calls, relaxed, server, verify};

async fn every_outcome(cloud: &Cloud) {
    let server = relaxed(&[cloud.name]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let consent = person.get(&format!("{PATH}/consent")).await.ok(200);
    assert_eq!(consent["elsewhere"], true);
    for (choice, reason) in [
        ("other", "mismatch"),
        ("mismatch", "mismatch"),
        ("no-record", "no-record"),
        ("no-photo", "no-record"),
        ("photo", "not-live"),
    ] {
        let attempt = verify(&person, choice).await;
        assert_eq!(attempt["status"], "failed", "{choice} {attempt}");
        assert_eq!(attempt["reason"], reason, "{choice} {attempt}");
        assert!(
            attempt["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        );
    }
    assert_eq!(person.get("/me").await.ok(200)["level"], 1);

    let begun = begin(&person).await;
    assert_eq!(begun["expires_in"], cloud.life);
    assert_eq!(
        (
            &begun["actions"],
            &begun["min_frames"],
            &begun["max_frames"]
        ),
        (&json!([]), &json!(0), &json!(0))
    );
    // There is nothing to send to us.
    let own = format!("{PATH}/{}", begun["id"].as_str().expect("an id"));
    let put = person
        .send_raw(
            Method::PUT,
            &format!("{own}/frames/0"),
            "image/jpeg",
            vec![1],
        )
        .await;
    put.problem(404, "not-found");
    person
        .post(&format!("{own}/submit"), Value::Null)
        .await
        .problem(404, "not-found");
    let page = client.sandbox_get(&face_page::page_of(&begun)).await;
    page.ok(200);
    let name = client.citizen(4).await["name"].clone();
    assert!(
        !page.text().contains(name.as_str().expect("a name")),
        "masked"
    );
    assert!(page.text().contains("SANDBOX"));
    let back = face_page::done(&client, &begun, "person").await;
    let attempt = person.post(BACK, back).await.ok(201);
    assert_eq!(attempt["status"], "passed", "{attempt}");
    assert_eq!(
        (&attempt["id"], &attempt["method"]),
        (&begun["id"], &json!("face"))
    );
    assert_eq!(person.get("/me").await.ok(200)["level"], 3);

    let me = person.get("/me").await.ok(200)["id"].clone();
    let me = me.as_str().expect("an id").parse().expect("a UUID");
    let rows = renzheng::verification::store::of_account(server.app(), me)
        .await
        .expect("rows");
    let row = rows.iter().find(|row| row.method == "face").expect("a row");
    assert_eq!(row.provider.as_deref(), Some(cloud.name));
    let url = begun["redirect_url"].as_str().expect("a URL");
    let ticket = url.rsplit('/').next();
    assert_eq!(row.provider_reference.as_deref(), ticket);
    assert!(row.claim_sealed.is_none() && row.result_code.is_some());
    let again = person.post(PATH, json!({})).await;
    again.problem(409, "already-verified");
}

// A69, C26
#[tokio::test(flavor = "multi_thread")]
async fn every_outcome_at_aliyun_has_its_reason() {
    every_outcome(&ALIYUN).await;
}

// A69, C26
#[tokio::test(flavor = "multi_thread")]
async fn every_outcome_at_tencent_has_its_reason() {
    every_outcome(&TENCENT).await;
}

// A61, C26, L7
#[tokio::test(flavor = "multi_thread")]
async fn failures_count_and_the_sixth_is_refused_before_the_provider_is_asked() {
    for cloud in [&ALIYUN, &TENCENT] {
        let server = server(&[cloud.name]).await;
        let client = server.client();
        let person = verified(&client, 1, &client.citizen(4).await).await;
        for left in (0..5).rev() {
            let attempt = verify(&person, "other").await;
            assert_eq!(attempt["tries_left"], left, "{attempt}");
        }
        let refused = person.post(PATH, json!({})).await;
        refused.problem(429, "rate-limited");
        assert!(!refused.header("retry-after").is_empty());
        assert_eq!(calls(&client, cloud.init).await, 5);
    }
}

/// Whoever has a page has used a try until it is known that nothing came of it.
// A61, C26
#[tokio::test(flavor = "multi_thread")]
async fn pages_that_nobody_finishes_are_tries_until_they_lapse() {
    let server = server(&["aliyun"]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    for _ in 0..5 {
        let begun = begin(&person).await;
        let back = face_page::done(&client, &begun, "give-up").await;
        let unfinished = person.post(BACK, back).await;
        unfinished.problem(409, "face-unfinished");
    }
    person
        .post(PATH, json!({}))
        .await
        .problem(429, "rate-limited");
    server.clock.advance(ALIYUN.life + 61);
    let person = person.signed_in_again(&phone(1)).await;
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
    for _ in 0..400 {
        looks.tick().await;
        let answer = person.post(PATH, json!({"consent": CONSENT})).await;
        if answer.status == 201 {
            let attempts = person.get("/me/export").await.ok(200)["verifications"].clone();
            let methods = attempts.as_array().expect("a list");
            assert!(methods.iter().all(|attempt| attempt["method"] != "face"));
            return;
        }
        answer.problem(429, "rate-limited");
    }
    panic!("the tries were not given back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_has_had_enough_of_somebody_is_told_as_a_limit() {
    let server = relaxed(&["aliyun", "tencent"]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    for _ in 0..10 {
        verify(&person, "photo").await;
    }
    let refused = person.post(PATH, json!({})).await;
    refused.problem(429, "rate-limited");
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=86_400).contains(&wait), "{wait}");
    // Nobody shops around.
    assert_eq!(calls(&client, "tencent-face-init").await, 0);
}
