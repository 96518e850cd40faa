//! `/sessions`

use renzheng_tests::{Client, PASSWORD, TestServer, phone};
use serde_json::{Value, json};

fn token(session: &Value) -> String {
    session["access_token"]
        .as_str()
        .expect("a token")
        .to_string()
}

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

// A43, C14
#[tokio::test(flavor = "multi_thread")]
async fn refresh_rotates_and_a_replay_ends_the_session() {
    let server = TestServer::start().await;
    let client = server.client();
    let first = client.register(&phone(1)).await["session"].clone();
    let refresh = |session: &Value| json!({"refresh_token": session["refresh_token"]});
    let second = client
        .post("/sessions/refresh", refresh(&first))
        .await
        .ok(200);
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    client.bearer(&token(&second)).get("/me").await.ok(200);
    client
        .post("/sessions/refresh", refresh(&first))
        .await
        .problem(401, "refresh-token-replayed");
    client
        .post("/sessions/refresh", refresh(&second))
        .await
        .problem(401, "invalid-refresh-token");
    client
        .bearer(&token(&second))
        .get("/me")
        .await
        .problem(401, "unauthenticated");
}

// A43, C13, C14
#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_parallel_refreshes_wins() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let session = client.register(&phone(1)).await["session"].clone();
    let body = json!({"refresh_token": session["refresh_token"]});
    let tries = (0..20).map(|_| client.post("/sessions/refresh", body.clone()));
    let answers = futures_util::future::join_all(tries).await;
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    assert!(won <= 1, "{won} won");
    assert!(
        answers
            .iter()
            .all(|answer| [200, 401].contains(&answer.status.as_u16()))
    );
}

// C14, C16
#[tokio::test(flavor = "multi_thread")]
async fn made_up_refresh_tokens_are_refused_and_harm_nobody() {
    let server = TestServer::start().await;
    let client = server.client();
    let session = client.register(&phone(1)).await["session"].clone();
    let real = session["refresh_token"].as_str().expect("a token");
    let mut forged = real.to_string();
    let last = forged.pop().expect("a character");
    forged.insert(30, last);
    for made_up in ["", "x", "AAAA", &forged, "\u{1F600}", &"A".repeat(10_000)] {
        client
            .post("/sessions/refresh", json!({"refresh_token": made_up}))
            .await
            .problem(401, "invalid-refresh-token");
    }
    client
        .post("/sessions/refresh", json!({"refresh_token": real}))
        .await
        .ok(200);
}

// A44
#[tokio::test(flavor = "multi_thread")]
async fn access_tokens_last_ten_minutes() {
    let server = TestServer::start().await;
    let client = server.client();
    let session = client.register(&phone(1)).await["session"].clone();
    let person = client.bearer(&token(&session));
    server.clock.advance(590);
    person.get("/me").await.ok(200);
    server.clock.advance(11);
    person.get("/me").await.problem(401, "unauthenticated");
    let body = json!({"refresh_token": session["refresh_token"]});
    let renewed = client.post("/sessions/refresh", body).await.ok(200);
    client.bearer(&token(&renewed)).get("/me").await.ok(200);
}

// A30
#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_thirty_idle_minutes_and_twelve_hours() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    client.register(&phone(1)).await;
    let renew = |session: Value| {
        let client = client.clone();
        async move {
            client
                .post(
                    "/sessions/refresh",
                    json!({"refresh_token": session["refresh_token"]}),
                )
                .await
        }
    };
    let idle = client.sign_in(&phone(1), PASSWORD).await.ok(201);
    server.clock.advance(30 * 60 + 1);
    renew(idle).await.problem(401, "invalid-refresh-token");

    let mut used = client.sign_in(&phone(1), PASSWORD).await.ok(201);
    for _ in 0..28 {
        server.clock.advance(25 * 60);
        used = renew(used).await.ok(200);
    }
    server.clock.advance(21 * 60);
    renew(used).await.problem(401, "invalid-refresh-token");

    let body =
        json!({"method": "password", "account": phone(1), "password": PASSWORD, "remember": true});
    let remembered = client.post("/sessions", body).await.ok(201);
    server.clock.advance(29 * 24 * 3600);
    let remembered = renew(remembered).await.ok(200);
    server.clock.advance(24 * 3600);
    renew(remembered)
        .await
        .problem(401, "invalid-refresh-token");
}

// A31
#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_at_once() {
    let server = TestServer::start().await;
    let client = server.client();
    let session = client.register(&phone(1)).await["session"].clone();
    let person = client.bearer(&token(&session));
    person.get("/me").await.ok(200);
    let answer = person.delete("/sessions/current").await;
    answer.ok(204);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    person.get("/me").await.problem(401, "unauthenticated");
    client
        .post(
            "/sessions/refresh",
            json!({"refresh_token": session["refresh_token"]}),
        )
        .await
        .problem(401, "invalid-refresh-token");
}

// A29, A33, A34, C32
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_holds_its_session_in_a_host_cookie() {
    let server = TestServer::start().await;
    let client = server.client();
    client.register(&phone(1)).await;
    let browser = client.with("x-csrf", "1");
    let answer = browser.sign_in(&phone(1), PASSWORD).await;
    let session = answer.ok(201);
    assert!(session.get("refresh_token").is_none());
    let set = answer.header("set-cookie");
    for attribute in [
        "__Host-session=",
        "Path=/",
        "Secure",
        "HttpOnly",
        "SameSite=Strict",
    ] {
        assert!(set.contains(attribute), "{set}");
    }
    assert!(!set.contains("Max-Age"), "{set}");
    let cookie = set.split(';').next().expect("a cookie");
    let signed_in = browser.with("cookie", cookie);
    signed_in.get("/me").await.ok(200);
    client
        .with("cookie", cookie)
        .patch("/me", json!({"nickname": "x"}))
        .await
        .problem(403, "cross-site-request");
    signed_in
        .with("sec-fetch-site", "cross-site")
        .patch("/me", json!({"nickname": "x"}))
        .await
        .problem(403, "cross-site-request");
    signed_in
        .patch("/me", json!({"nickname": "x"}))
        .await
        .ok(200);
    let again = browser.sign_in(&phone(1), PASSWORD).await;
    assert_ne!(again.header("set-cookie"), set);
    signed_in.delete("/sessions/current").await.ok(204);
    signed_in.get("/me").await.problem(401, "unauthenticated");
}
