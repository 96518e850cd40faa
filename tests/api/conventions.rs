//! What holds for every operation: errors, languages, hosts, headers, sizes.

use renzheng_tests::{TestServer, phone};
use reqwest::Method;

// A64, A70, C20
#[tokio::test(flavor = "multi_thread")]
async fn every_error_is_a_problem() {
    let server = TestServer::start().await;
    let client = server.client();
    client.get("/nothing").await.problem(404, "not-found");
    client.get("//api/v2/me").await.problem(404, "not-found");
    client
        .delete("/captchas")
        .await
        .problem(405, "method-not-allowed");
    client
        .send(Method::TRACE, "/me", None)
        .await
        .problem(405, "method-not-allowed");
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"x\"",
        "{\"phone\":1}",
        "\u{feff}{}",
        "{\"a\":1,\"a\":2}",
    ] {
        client
            .send_raw(Method::POST, "/sms-codes", "application/json", body.into())
            .await
            .problem(400, "malformed-request");
    }
    client
        .send_raw(Method::POST, "/sms-codes", "text/plain", b"{}".to_vec())
        .await
        .problem(415, "unsupported-media-type");
    client
        .send_raw(
            Method::POST,
            "/sms-codes",
            "application/json",
            vec![b' '; 2 << 20],
        )
        .await
        .problem(413, "body-too-large");
    client
        .send_raw(
            Method::POST,
            "/sms-codes",
            "application/json",
            vec![0xff, 0xfe],
        )
        .await
        .problem(400, "malformed-request");
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_speak_the_language_asked_for() {
    let server = TestServer::start().await;
    let client = server.client();
    for (language, title) in [
        ("", "请先登录"),
        ("zh", "请先登录"),
        ("fr", "请先登录"),
        ("en", "Sign in first"),
        ("fr, en;q=0.8, zh;q=0.5", "Sign in first"),
        ("zh;q=0.1, en;q=0.9", "Sign in first"),
        (";;;q=", "请先登录"),
    ] {
        let problem = client
            .with("accept-language", language)
            .get("/me")
            .await
            .problem(401, "unauthenticated");
        assert_eq!(problem["title"], title, "{language}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn request_ids_are_kept_when_sane() {
    let server = TestServer::start().await;
    let client = server.client();
    let kept = client.with("x-request-id", "abc-123").get("/service").await;
    assert_eq!(kept.header("x-request-id"), "abc-123");
    let made = client.with("x-request-id", "a b\"c").get("/service").await;
    assert!(made.header("x-request-id").len() >= 16);
}

// C19
#[tokio::test(flavor = "multi_thread")]
async fn other_host_names_are_refused() {
    let server = TestServer::start().await;
    for host in [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:80",
    ] {
        server
            .client()
            .with("host", host)
            .get("/service")
            .await
            .problem(421, "unknown-host");
    }
    server
        .client()
        .with("host", "LOCALHOST:1")
        .get("/service")
        .await
        .ok(200);
}

// A34, A35, C32
#[tokio::test(flavor = "multi_thread")]
async fn other_sites_are_refused() {
    let server = TestServer::start().await;
    let client = server.client();
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        client
            .with(name, value)
            .sign_in(&phone(1), "whatever it may be")
            .await
            .problem(403, "cross-site-request");
    }
    let answer = client
        .with("origin", "https://evil.example")
        .get("/service")
        .await;
    answer.ok(200);
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

// A36, C35
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_bears_the_security_headers() {
    let server = TestServer::start().await;
    let client = server.client();
    for path in [
        "/service",
        "/me",
        "/nothing",
        "//",
        "//healthz",
        "//docs",
        "//openapi.json",
    ] {
        let answer = client.get(path).await;
        let policy = answer.header("content-security-policy");
        for part in ["base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        let scripts = policy
            .split(';')
            .find(|part| part.trim().starts_with("script-src"))
            .unwrap_or_default();
        assert!(!scripts.contains("unsafe-inline"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
    }
}

// D18
#[tokio::test(flavor = "multi_thread")]
async fn an_unsafe_production_configuration_does_not_start() {
    let config = renzheng::config::Config {
        profile: renzheng::config::Profile::Production,
        ..Default::default()
    };
    let error = config.validate().expect_err("refused").to_string();
    assert!(error.contains("public_url"), "{error}");
}

// A58, C23
#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_normalised_to_one_account() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    client.register("13900000001").await;
    let mut sent = 1;
    for same in [
        "１３９０００００００１",
        "+8613900000001",
        "0086 139 0000 0001",
        "139-0000-0001",
    ] {
        client.send_code(same, "register").await.ok(202);
        sent += 1;
        let message = &client.messages("13900000001", sent).await[0];
        let code = message["code"].as_str().expect("a code");
        client
            .post(
                "/accounts",
                renzheng_tests::Client::registration(same, code),
            )
            .await
            .problem(409, "phone-taken");
    }
    let answer = client.send_code("١٣٩٠٠٠٠٠٠٠١", "register").await;
    answer.problem(422, "invalid-input");
    assert_eq!(
        answer.field_codes()[0],
        ("phone".into(), "phone-invalid".into())
    );
}
