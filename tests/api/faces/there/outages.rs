//! Providers that cannot be reached: at the start, and when they are asked what came of it.

use renzheng_tests::{
    face_page, phone,
    verification::{decided, fault, verified},
};
use serde_json::json;

use super::{ALIYUN, BACK, CONSENT, PATH, TENCENT, begin, calls, relaxed, server};

// C28
#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_pending_then_passed_told_and_not_counted() {
    for cloud in [&ALIYUN, &TENCENT] {
        let server = server(&[cloud.name]).await;
        let client = server.client();
        for (number, choice, mode) in [
            // The register behind is down, the cloud's answer is lost, the cloud is down.
            (1, "source-down", "none"),
            (2, "person", "drop"),
            (3, "person", "error"),
        ] {
            let citizen = client.citizen(number as usize).await;
            let person = verified(&client, number, &citizen).await;
            let begun = begin(&person).await;
            let back = face_page::done(&client, &begun, choice).await;
            fault(&client, cloud.result, mode, 60).await;
            let attempt = person.post(BACK, back.clone()).await.ok(201);
            assert_eq!(
                (&attempt["status"], &attempt["reason"]),
                (&json!("pending"), &json!("outage")),
                "{choice} {mode}"
            );
            assert_eq!(attempt["tries_left"], 5);
            person
                .post(PATH, json!({}))
                .await
                .problem(409, "verification-pending");
            server.clock.advance(61);
            let attempt = decided(&person, &attempt).await;
            assert_eq!(attempt["status"], "passed", "{attempt}");
            assert_eq!(attempt["tries_left"], 5);
            assert_eq!(person.get("/me").await.ok(200)["level"], 3);
            let messages = client.messages(&phone(number), 2).await;
            let text = messages[0]["text"].as_str().expect("a text");
            assert!(text.contains("人脸识别认证已通过"), "{text}");
            let shown = person.post(BACK, back).await.ok(201);
            assert_eq!(shown["status"], "passed");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_finished_when_the_outage_ends_fails_uncounted() {
    let server = server(&["tencent"]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let begun = begin(&person).await;
    let back = face_page::done(&client, &begun, "give-up").await;
    fault(&client, TENCENT.result, "error", 60).await;
    let attempt = person.post(BACK, back).await.ok(201);
    assert_eq!(attempt["reason"], "outage");
    server.clock.advance(61);
    let attempt = decided(&person, &attempt).await;
    assert_eq!(attempt["reason"], "unfinished", "{attempt}");
    assert_eq!(attempt["tries_left"], 5);
}

// C28
#[tokio::test(flavor = "multi_thread")]
async fn an_outage_at_the_start_goes_to_the_next() {
    let server = relaxed(&["aliyun", "tencent", "authority"]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let begun = begin(&person).await;
    assert_eq!(begun["expires_in"], ALIYUN.life);
    assert_eq!(calls(&client, TENCENT.init).await, 0);

    fault(&client, ALIYUN.init, "error", 600).await;
    let begun = begin(&person).await;
    assert_eq!(begun["expires_in"], TENCENT.life);
    // Whoever gave the page is asked what came of it.
    let back = face_page::done(&client, &begun, "other").await;
    let attempt = person.post(BACK, back).await.ok(201);
    assert_eq!(attempt["reason"], "mismatch");
    assert_eq!(calls(&client, ALIYUN.result).await, 0);

    fault(&client, TENCENT.init, "error", 600).await;
    let begun = begin(&person).await;
    assert!(begun.get("redirect_url").is_none(), "{begun}");
    assert!(!begun["actions"].as_array().expect("actions").is_empty());
    assert_eq!(begun["expires_in"], 600);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_nobody_in_reach_nothing_is_begun_counted_or_used_up() {
    let server = server(&["aliyun", "tencent"]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    server.clock.advance(301);
    let sure = person.stepped_up(&phone(1), "verification", 2).await;
    for cloud in [&ALIYUN, &TENCENT] {
        fault(&client, cloud.init, "error", 60).await;
    }
    let refused = sure.post(PATH, json!({"consent": CONSENT})).await;
    refused.problem(503, "unavailable");
    assert!(!refused.header("retry-after").is_empty());
    let consent = person.get(&format!("{PATH}/consent")).await.ok(200);
    assert!(consent.get("given_at").is_none());
    server.clock.advance(61);
    // The same proof is good once more.
    let begun = sure.post(PATH, json!({"consent": CONSENT})).await.ok(201);
    let back = face_page::done(&client, &begun, "person").await;
    let attempt = person.post(BACK, back).await.ok(201);
    assert_eq!(
        (&attempt["status"], &attempt["tries_left"]),
        (&json!("passed"), &json!(5))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_pass_a_cloud_by_when_the_authority_is_down() {
    let server = relaxed(&["authority", "aliyun"]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let consent = person.get(&format!("{PATH}/consent")).await.ok(200);
    assert_eq!(consent["elsewhere"], false);
    fault(&client, "authority", "error", 60).await;
    let attempt = crate::faces::verify(&person, &crate::faces::Show::citizen(4)).await;
    assert_eq!(attempt["reason"], "outage");
    server.clock.advance(61);
    let attempt = decided(&person, &attempt).await;
    assert_eq!(attempt["status"], "passed", "{attempt}");
}
