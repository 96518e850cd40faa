//! How a session goes on, and ends.

use renzheng_tests::{PASSWORD, TestServer, phone};
use serde_json::{Value, json};

use super::token;

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
    let told = client.messages(&phone(1), 2).await;
    let says = |text: &Value| text.as_str().is_some_and(|text| text.contains("重复使用"));
    assert!(
        told.iter().any(|message| says(&message["text"])),
        "{told:?}"
    );
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
