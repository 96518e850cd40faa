//! When Alipay is away, slow, or answers twice.

use renzheng::config::LimitProfile;
use renzheng_tests::{
    TestServer,
    alipay::agreed,
    phone,
    verification::{decided, fault, verified},
};
use serde_json::{Value, json};

use super::{BEGIN, CALLBACK, account, rows};

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_pending_then_decided_told_and_not_counted() {
    let server = TestServer::start().await;
    let client = server.client();
    for (number, upstream) in [(3, "alipay-token"), (4, "alipay-user")] {
        let citizen = client.citizen(number as usize).await;
        let person = verified(&client, number, &citizen).await;
        let back = agreed(&person, account(&citizen)).await;
        fault(&client, upstream, "error", 60).await;
        let attempt = person.post(CALLBACK, back).await.ok(201);
        assert_eq!(
            (&attempt["status"], &attempt["reason"]),
            (&json!("pending"), &json!("outage"))
        );
        assert_eq!(attempt["tries_left"], 5);
        person
            .post(BEGIN, Value::Null)
            .await
            .problem(409, "verification-pending");
        let overview = person.get("/me/verifications").await.ok(200);
        let pending = overview["methods"]
            .as_array()
            .and_then(|all| all.iter().find(|state| state["status"] == "pending"))
            .expect("one waits");
        assert_eq!(pending["pending_attempt"], attempt["id"]);
        server.clock.advance(61);
        let attempt = decided(&person, &attempt).await;
        assert_eq!(
            (&attempt["status"], &attempt["tries_left"]),
            (&json!("passed"), &json!(5))
        );
        let messages = client.messages(&phone(number), 2).await;
        let text = messages[0]["text"].as_str().expect("a text");
        assert!(text.contains("支付宝认证已通过"), "{text}");
        assert_eq!(rows(&server, &person).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_whose_answer_was_lost_is_authorised_anew_and_not_counted() {
    let server = TestServer::start().await;
    let client = server.client();
    let citizen = client.citizen(3).await;
    let person = verified(&client, 1, &citizen).await;
    let back = agreed(&person, account(&citizen)).await;
    fault(&client, "alipay-token", "drop", 30).await;
    let attempt = person.post(CALLBACK, back).await.ok(201);
    assert_eq!(attempt["status"], "pending");
    server.clock.advance(31);
    let attempt = decided(&person, &attempt).await;
    assert_eq!(attempt["reason"], "authorization-expired", "{attempt}");
    assert_eq!(attempt["tries_left"], 5);
    let text = client.messages(&phone(1), 2).await[0]["text"].to_string();
    assert!(text.contains("支付宝认证未通过"), "{text}");
    // What is lost after that is asked for again, with the token that is kept.
    let back = agreed(&person, account(&citizen)).await;
    fault(&client, "alipay-user", "drop", 30).await;
    let attempt = person.post(CALLBACK, back).await.ok(201);
    assert_eq!(attempt["status"], "pending");
    server.clock.advance(31);
    assert_eq!(decided(&person, &attempt).await["status"], "passed");
}

// C28, C29
#[tokio::test(flavor = "multi_thread")]
async fn slow_and_doubled_answers_and_made_up_codes_do_no_harm() {
    let server = TestServer::start().await;
    let client = server.client();
    let citizen = client.citizen(1).await;
    let person = verified(&client, 1, &citizen).await;
    let body = |back: &Value| json!({"state": back["state"], "auth_code": "made-up"});
    let back = agreed(&person, account(&citizen)).await;
    let attempt = person.post(CALLBACK, body(&back)).await.ok(201);
    assert_eq!(attempt["reason"], "authorization-expired", "{attempt}");
    assert_eq!(attempt["tries_left"], 5);
    for upstream in ["alipay-token", "alipay-user"] {
        fault(&client, upstream, "duplicate", 60).await;
    }
    let back = agreed(&person, "slow@alipay.example").await;
    let attempt = person.post(CALLBACK, back).await.ok(201);
    assert_eq!(attempt["status"], "passed", "{attempt}");
}

// C28
#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_keeps_failing_is_left_alone() {
    let server = TestServer::one(|config| {
        config.limits = LimitProfile::Relaxed;
        config.session.access_token_seconds = 3600;
    })
    .await;
    let client = server.client();
    fault(&client, "alipay-token", "error", 60).await;
    let mut waiting = Vec::new();
    for number in 0..6 {
        let person = client.registered(&phone(number)).await;
        let back = agreed(&person, &format!("citizen{number}@alipay.example")).await;
        let attempt = person.post(CALLBACK, back).await.ok(201);
        assert_eq!(attempt["status"], "pending");
        waiting.push((person, attempt));
    }
    let calls = async || {
        let all = client.sandbox_get("/upstreams").await.ok(200);
        let all = all.as_array().expect("a list");
        let found = all.iter().find(|one| one["upstream"] == "alipay-token");
        found.expect("listed")["calls"].as_u64()
    };
    assert_eq!(calls().await, Some(5), "the sixth was not asked");
    // One call goes first; the others follow once it was answered.
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(200));
    while let Some((person, attempt)) = waiting.last() {
        server.clock.advance(31);
        looks.tick().await;
        let path = format!(
            "/me/verifications/attempts/{}",
            attempt["id"].as_str().expect("an id")
        );
        match person.get(&path).await.ok(200)["status"].as_str() {
            Some("passed") => drop(waiting.pop()),
            Some("pending") => {}
            other => panic!("{other:?}"),
        }
    }
}
