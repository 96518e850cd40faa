//! How a session begins.

use renzheng_tests::{Client, PASSWORD, TestServer, phone};
use serde_json::json;

use super::token;

#[tokio::test(flavor = "multi_thread")]
async fn signs_in_by_password() {
    let server = TestServer::start().await;
    let client = server.client();
    let created = client.register(&phone(1)).await;
    for account in [
        phone(1),
        format!("+86 {}", phone(1)),
        format!("0086{}", phone(1)),
    ] {
        let session = client.sign_in(&account, PASSWORD).await.ok(201);
        assert_eq!(session["account"]["id"], created["account"]["id"]);
        client.bearer(&token(&session)).get("/me").await.ok(200);
    }
}

// A2, A4
#[tokio::test(flavor = "multi_thread")]
async fn the_whole_password_counts() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    client.register(&phone(1)).await;
    for wrong in [
        format!("{PASSWORD} "),
        PASSWORD.to_uppercase(),
        PASSWORD[..PASSWORD.len() - 1].to_string(),
        String::new(),
    ] {
        client
            .sign_in(&phone(1), &wrong)
            .await
            .problem(401, "invalid-credentials");
    }
}

// A4
#[tokio::test(flavor = "multi_thread")]
async fn both_normal_forms_of_a_password_sign_in() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let code = client.code(&phone(1), "register", 1).await;
    let mut body = Client::registration(&phone(1), &code);
    body["password"] = "caf\u{e9} in the sunny afternoon".into();
    client.post("/accounts", body).await.ok(201);
    client
        .sign_in(&phone(1), "cafe\u{301} in the sunny afternoon")
        .await
        .ok(201);
}

// A11, C7
#[tokio::test(flavor = "multi_thread")]
async fn unknown_account_and_wrong_password_are_answered_alike() {
    let server = TestServer::relaxed().await;
    let client = server.client().with("x-request-id", "same");
    client.register(&phone(1)).await;
    let wrong = client.sign_in(&phone(1), "not the password at all").await;
    wrong.problem(401, "invalid-credentials");
    for account in [
        phone(2),
        "nobody@example.org".into(),
        "x".repeat(5000),
        "\u{0}".into(),
    ] {
        let unknown = client.sign_in(&account, "not the password at all").await;
        assert_eq!(unknown.status, wrong.status);
        assert_eq!(unknown.bytes, wrong.bytes);
    }
}

// A12, C4, L3
#[tokio::test(flavor = "multi_thread")]
async fn failures_bring_a_captcha_then_a_wait() {
    let server = TestServer::start().await;
    let client = server.client();
    client.register(&phone(1)).await;
    for account in [phone(1), phone(2)] {
        for _ in 0..3 {
            client
                .sign_in(&account, "wrong wrong wrong")
                .await
                .problem(401, "invalid-credentials");
        }
        client
            .sign_in(&account, "wrong wrong wrong")
            .await
            .problem(422, "captcha-required");
        let mut body =
            json!({"method": "password", "account": account, "password": "wrong wrong wrong"});
        body["captcha"] = json!({"id": client.solved_captcha().await["id"], "text": "?????"});
        client
            .post("/sessions", body.clone())
            .await
            .problem(422, "captcha-invalid");
        server.clock.advance(61);
        for _ in 0..2 {
            body["captcha"] = client.solved_captcha().await;
            client
                .post("/sessions", body.clone())
                .await
                .problem(401, "invalid-credentials");
        }
        // The fifth failure: wait half a minute, then a minute.
        let answer = client.sign_in(&account, PASSWORD).await;
        answer.problem(429, "rate-limited");
        let wait: u64 = answer.header("retry-after").parse().expect("seconds");
        assert!((25..=30).contains(&wait), "{wait}");
        server.clock.advance(61);
    }
    // The right password with a captcha ends it.
    let mut body = json!({"method": "password", "account": phone(1), "password": PASSWORD});
    body["captcha"] = client.solved_captcha().await;
    client.post("/sessions", body).await.ok(201);
    client.sign_in(&phone(1), PASSWORD).await.ok(201);
}

// A12
#[tokio::test(flavor = "multi_thread")]
async fn the_count_of_failures_outlives_a_restart() {
    let server = TestServer::start().await;
    let client = server.client();
    client.register(&phone(1)).await;
    for _ in 0..3 {
        client.sign_in(&phone(1), "wrong wrong wrong").await;
    }
    let server = server.restart().await;
    server
        .client()
        .sign_in(&phone(1), PASSWORD)
        .await
        .problem(422, "captcha-required");
}

// A61, L3
#[tokio::test(flavor = "multi_thread")]
async fn an_account_gets_five_tries_a_minute() {
    let server = TestServer::start().await;
    let client = server.client();
    client.register(&phone(1)).await;
    for _ in 0..5 {
        client.sign_in(&phone(1), PASSWORD).await.ok(201);
    }
    client
        .sign_in(&phone(1), PASSWORD)
        .await
        .problem(429, "rate-limited");
}

// A59, A61, L3
#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_twenty_tries_a_minute_and_cannot_forge_it() {
    let server = TestServer::start().await;
    let client = server.client();
    for number in 0..20 {
        let client = client.with("x-forwarded-for", &format!("203.0.113.{number}"));
        client
            .sign_in(&phone(number), "wrong wrong wrong")
            .await
            .problem(401, "invalid-credentials");
    }
    client
        .sign_in(&phone(99), "wrong wrong wrong")
        .await
        .problem(429, "rate-limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_in_by_sms() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    client.register(&phone(1)).await;
    let code = client.code(&phone(1), "login", 2).await;
    let body = json!({"method": "sms", "phone": phone(1), "code": code});
    let session = client.post("/sessions", body.clone()).await.ok(201);
    client.bearer(&token(&session)).get("/me").await.ok(200);
    client
        .post("/sessions", body)
        .await
        .problem(422, "code-invalid");
}

// A20, A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn fifty_parallel_uses_of_a_code_sign_in_once() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    client.register(&phone(1)).await;
    let code = client.code(&phone(1), "login", 2).await;
    let body = json!({"method": "sms", "phone": phone(1), "code": code});
    let tries = (0..50).map(|_| client.post("/sessions", body.clone()));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 201).count(),
        1
    );
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.problem(422, "code-invalid");
    }
}

// C7
#[tokio::test(flavor = "multi_thread")]
async fn sms_sign_in_needs_an_account_and_a_code() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let answer = client
        .post(
            "/sessions",
            json!({"method": "sms", "phone": "1", "code": "abc"}),
        )
        .await;
    answer.problem(422, "invalid-input");
    assert_eq!(answer.field_codes().len(), 2);
    client.send_code(&phone(9), "login").await.ok(202);
    let message = &client.messages(&phone(9), 1).await[0];
    assert!(message["code"].is_null(), "{message}");
    client
        .post(
            "/sessions",
            json!({"method": "sms", "phone": phone(9), "code": "123456"}),
        )
        .await
        .problem(422, "code-invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_method_is_malformed() {
    let server = TestServer::start().await;
    server
        .client()
        .post("/sessions", json!({"method": "magic", "account": "x"}))
        .await
        .problem(400, "malformed-request");
}
