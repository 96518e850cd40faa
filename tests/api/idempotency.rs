//! `Idempotency-Key`

use renzheng_tests::{Client, TestServer, phone};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_sent_twice_is_done_once_and_answered_alike() {
    let server = TestServer::start().await;
    let client = server.client();
    let code = client.code(&phone(1), "register", 1).await;
    let keyed = client.with("idempotency-key", "0123456789abcdef");
    let body = Client::registration(&phone(1), &code);
    let first = keyed.post("/accounts", body.clone()).await;
    first.ok(201);
    let second = keyed.post("/accounts", body).await;
    second.ok(201);
    assert_eq!(first.bytes, second.bytes);
    assert_eq!(second.header("cache-control"), "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_bound_to_its_request() {
    let server = TestServer::start().await;
    let client = server.client();
    let captcha = client.solved_captcha().await;
    let keyed = client.with("idempotency-key", "0123456789abcdef");
    let body = |phone: String| json!({"phone": phone, "purpose": "login", "captcha": captcha});
    keyed.post("/sms-codes", body(phone(1))).await.ok(202);
    keyed.post("/sms-codes", body(phone(1))).await.ok(202);
    keyed
        .post("/sms-codes", body(phone(2)))
        .await
        .problem(422, "idempotency-key-reused");
    assert_eq!(client.messages(&phone(1), 1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_may_be_sent_again_with_its_key() {
    let server = TestServer::start().await;
    let client = server.client();
    let keyed = client.with("idempotency-key", "0123456789abcdef");
    let code = client.code(&phone(1), "register", 1).await;
    keyed
        .post("/accounts", Client::registration(&phone(1), "abc"))
        .await
        .problem(422, "invalid-input");
    keyed
        .post("/accounts", Client::registration(&phone(1), &code))
        .await
        .ok(201);
}

// A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn parallel_twins_are_done_once() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let code = client.code(&phone(1), "register", 1).await;
    let keyed = client.with("idempotency-key", "0123456789abcdef");
    let body = Client::registration(&phone(1), &code);
    let answers =
        futures_util::future::join_all((0..10).map(|_| keyed.post("/accounts", body.clone())))
            .await;
    for answer in &answers {
        match answer.status.as_u16() {
            201 => {}
            409 => {
                answer.problem(409, "idempotency-in-progress");
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }
    assert!(answers.iter().any(|answer| answer.status == 201));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strange_key_is_malformed() {
    let server = TestServer::start().await;
    for key in ["short", "with space and more", &"x".repeat(200)] {
        server
            .client()
            .with("idempotency-key", key)
            .post("/captchas", serde_json::Value::Null)
            .await
            .problem(400, "malformed-request");
    }
}
