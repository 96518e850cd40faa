//! The headers of every answer there is.

use renzheng_tests::{
    Client, TestServer,
    description::{description, is_protocol, operations},
    phone,
};
use reqwest::Method;
use serde_json::json;

/// Every operation and every other path: answered or refused, the headers are there, TRACE and scripts of others are
/// not, and no method is served that is not described.
// A34, A35, A36, A37, A53, A70, C35
#[tokio::test(flavor = "multi_thread")]
async fn every_route_bears_the_headers() {
    let server = TestServer::with(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.public_url = Some("https://id.example.cn".into());
    })
    .await;
    let client = server.client();
    let described = description();
    let mut paths: Vec<(String, Vec<String>)> = Vec::new();
    for (path, method, _) in operations(&described) {
        let base = if is_protocol(&path) { "/" } else { "" };
        let path = format!("{base}{path}");
        match paths.iter_mut().find(|(known, _)| *known == path) {
            Some((_, methods)) => methods.push(method),
            None => paths.push((path, vec![method])),
        }
    }
    assert!(paths.len() >= 80, "{}", paths.len());
    for root in [
        "//",
        "//docs",
        "//openapi.json",
        "//healthz",
        "//nothing",
        "//index.html",
    ] {
        paths.push((root.into(), vec!["get".into(), "head".into()]));
    }
    for (path, methods) in &paths {
        let called = path
            .replace("{id}", "01931b6e-9d60-4a43-8c1f-2f4b6a7d9e03")
            .replace("{client_id}", "app-unknown")
            .replace("{n}", "0")
            .replace("{side}", "front");
        for verb in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::TRACE,
        ] {
            let name = format!("{verb} {path}");
            let known = methods
                .iter()
                .any(|method| verb.as_str().eq_ignore_ascii_case(method));
            let answer = client.send(verb.clone(), &called, None).await;
            if verb == Method::TRACE || (!known && path.starts_with("/me")) {
                assert_eq!(answer.status, 405, "{name}");
            }
            // Pages are pages, however they are asked for.
            assert!(
                known || path.starts_with("//") || answer.status.is_client_error(),
                "{name}: {}",
                answer.status
            );
            assert_headers(&answer, &name);
            // A stream tells how far a ticket has got, and nothing else.
            let streams = answer
                .header("content-type")
                .starts_with("text/event-stream");
            if !path.starts_with("//") && !streams {
                assert_eq!(answer.header("cache-control"), "no-store", "{name}");
            }
        }
        for origin in [
            "https://evil.example",
            "null",
            "https://id.example.cn.evil.example",
        ] {
            let answer = client
                .with("origin", origin)
                .with("access-control-request-method", "POST")
                .send(Method::OPTIONS, &called, None)
                .await;
            let allowed = answer.header("access-control-allow-origin");
            assert_eq!(allowed, "", "{path} {origin}");
            assert_eq!(
                answer.header("access-control-allow-credentials"),
                "",
                "{path}"
            );
        }
    }
    signed_in_answers(&client).await;
}

fn assert_headers(answer: &renzheng_tests::Answer, name: &str) {
    let policy = answer.header("content-security-policy");
    for part in [
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "default-src 'none'",
    ] {
        assert!(policy.contains(part), "{name}: {policy}");
    }
    for part in policy.split(';') {
        let script = part.trim().starts_with("script-src");
        assert!(
            !script || !part.contains("'unsafe-inline'"),
            "{name}: {policy}"
        );
        assert!(
            !script || !part.contains("'unsafe-eval'"),
            "{name}: {policy}"
        );
    }
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{name}");
    assert_eq!(
        answer.header("cross-origin-opener-policy"),
        "same-origin",
        "{name}"
    );
    let age = answer.header("strict-transport-security");
    assert_eq!(age, "max-age=63072000; includeSubDomains", "{name}");
    for tell_tale in ["server", "x-powered-by"] {
        assert_eq!(answer.header(tell_tale), "", "{name}");
    }
}

async fn signed_in_answers(client: &Client) {
    let created = client.register(&phone(1)).await;
    let person = client.bearer(
        created["session"]["access_token"]
            .as_str()
            .expect("a token"),
    );
    for path in [
        "/me",
        "/me/activity",
        "/me/export",
        "/me/sessions",
        "/me/verifications",
    ] {
        let answer = person.get(path).await;
        answer.ok(200);
        assert_headers(&answer, path);
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

/// A planted cookie is nobody's session, and is replaced by a new one.
// A29, A33, C32
#[tokio::test(flavor = "multi_thread")]
async fn a_planted_session_is_not_taken_over() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    client.register(&phone(1)).await;
    let browser = client.with("x-csrf", "1");
    let mine = browser.sign_in(&phone(1), renzheng_tests::PASSWORD).await;
    let attackers = renzheng_tests::relying_party::cookie(&mine);
    let victim = browser.with("cookie", &attackers);
    client.register(&phone(2)).await;
    let signed_in = victim.sign_in(&phone(2), renzheng_tests::PASSWORD).await;
    signed_in.ok(201);
    let own = renzheng_tests::relying_party::cookie(&signed_in);
    assert_ne!(own, attackers);
    let value = own.split_once('=').expect("a value").1;
    assert!(value.len() >= 43, "256 bits: {value}");
    let me = browser.with("cookie", &own).get("/me").await.ok(200);
    assert!(me["phone"].as_str().expect("a phone").ends_with("0002"));
    // A browser has one session: whoever planted theirs has lost it.
    let lost = browser.with("cookie", &attackers).get("/me").await;
    lost.problem(401, "unauthenticated");
    for planted in [
        "__Host-session=planted",
        "__Host-session=",
        "__Host-session=%00",
    ] {
        let refused = browser.with("cookie", planted).get("/me").await;
        refused.problem(401, "unauthenticated");
    }
    // A cookie alone, without the header that only our pages can set, changes nothing.
    let bare = client.with("cookie", &own);
    bare.patch("/me", json!({"nickname": "x"}))
        .await
        .problem(403, "cross-site-request");
    for method in [
        "x-http-method-override",
        "x-method-override",
        "x-http-method",
    ] {
        let answer = bare.with(method, "DELETE").get("/me").await.ok(200);
        assert_eq!(answer["nickname"], "小明");
    }
}
