//! Authorization requests that are out of order, pushed, or from nobody.

use renzheng_tests::{
    Person, RelyingParty, TestServer, phone,
    relying_party::{query, returned},
};
use serde_json::json;

// A52, C15
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_client_gets_a_page_and_no_redirect() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::stranger(&server);
    for id in [
        None,
        Some("app-unknown"),
        Some("' OR 1=1 --"),
        Some("app\0"),
    ] {
        let mut request = party.request("openid");
        request.remove("client_id");
        request.extend(id.map(|id| ("client_id", id.to_string())));
        let answer = person.arrive(&request).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.header("location"), "");
        assert!(answer.header("content-type").starts_with("text/html"));
        assert!(
            answer
                .header("content-security-policy")
                .contains("frame-ancestors 'none'")
        );
    }
    let english = person.browser.with("accept-language", "en");
    let answer = english.get("//oauth2/authorize").await;
    assert!(
        answer.text().contains("not registered"),
        "{}",
        answer.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_of_order_is_told_to_the_client() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::with(&server, |new| {
        new.scopes = vec!["openid".into(), "phone".into()]
    })
    .await;
    let person = Person::stranger(&server);
    for (name, value, error) in [
        ("scope", "", "invalid_request"),
        ("scope", "phone", "invalid_scope"),
        ("scope", "openid email", "invalid_scope"),
        ("prompt", "none login", "invalid_request"),
        ("prompt", "create", "invalid_request"),
        ("max_age", "soon", "invalid_request"),
        ("response_mode", "fragment", "invalid_request"),
        ("claims", "{", "invalid_request"),
        ("dpop_jkt", "short", "invalid_request"),
    ] {
        let mut request = party.request("openid");
        request.insert(name, value.into());
        let answer = person.arrive(&request).await;
        let back = returned(answer.header("location"));
        assert_eq!(back["error"], error, "{name}={value}");
        assert_eq!(back["iss"], party.issuer);
        assert!(!back["error_description"].is_empty());
    }
    // Twice is once too often.
    let twice = format!("{}&nonce=other", query(&party.request("openid")));
    let answer = person
        .browser
        .get(&format!("//oauth2/authorize?{twice}"))
        .await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "invalid_request"
    );
}

// A50
#[tokio::test(flavor = "multi_thread")]
async fn pushed_requests_work_once_and_for_their_client() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::with(&server, |new| new.par_required = true).await;
    let other = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let answer = person.arrive(&party.request("openid")).await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "invalid_request"
    );

    let request = party.request("openid");
    let fields: Vec<(&str, &str)> = request
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let push = || async {
        let pushed = party.post("/oauth2/par", &fields).await;
        assert_eq!(pushed.header("cache-control"), "no-store");
        let pushed = pushed.ok(201);
        assert!((5..=600).contains(&pushed["expires_in"].as_i64().expect("seconds")));
        pushed["request_uri"].as_str().expect("a URI").to_string()
    };
    let uri = push().await;
    let mut front = std::collections::BTreeMap::from([
        ("client_id", party.id.clone()),
        ("request_uri", uri),
        // Does not count.
        ("scope", "openid phone".into()),
        ("redirect_uri", "https://evil.example/".into()),
    ]);
    let arrived = person.arrive(&front).await;
    let asked = person.asked(&arrived).await;
    assert_eq!(asked["items"].as_array().map(Vec::len), Some(1));
    let answer = person
        .decide(&arrived, json!({"allow": true}))
        .await
        .ok(200);
    let back = returned(answer["redirect_url"].as_str().expect("a URL"));
    party.redeem(&back["code"]).await.ok(200);
    // Again.
    assert_eq!(person.arrive(&front).await.status, 400);
    // By another client, or too late.
    front.insert("request_uri", push().await);
    front.insert("client_id", other.id.clone());
    assert_eq!(person.arrive(&front).await.status, 400);
    front.insert("client_id", party.id.clone());
    server.clock.advance(91);
    assert_eq!(person.arrive(&front).await.status, 400);

    for (name, value, error) in [
        ("redirect_uri", "https://evil.example/", "invalid_request"),
        (
            "request_uri",
            "urn:ietf:params:oauth:request_uri:x",
            "request_uri_not_supported",
        ),
        ("scope", "phone", "invalid_scope"),
    ] {
        let mut fields = fields.clone();
        fields.retain(|(known, _)| *known != name);
        fields.push((name, value));
        let refused = party.post("/oauth2/par", &fields).await;
        assert_eq!(refused.ok(400)["error"], error, "{name}");
    }
    let stranger = party.client.form("/oauth2/par", &fields).await;
    assert_eq!(stranger.ok(401)["error"], "invalid_client");
}

// A35
#[tokio::test(flavor = "multi_thread")]
async fn scripts_of_registered_origins_may_call_and_no_others() {
    let server = TestServer::relaxed().await;
    RelyingParty::with(&server, |new| {
        new.auth_method = Some(renzheng::oidc::client::AuthMethod::None);
        new.redirect_uris = vec!["https://spa.example/cb".into()];
    })
    .await;
    let client = server.client();
    let preflight = |origin: &'static str, path: &'static str| {
        let client = client
            .with("origin", origin)
            .with("access-control-request-method", "POST")
            .with("access-control-request-headers", "dpop");
        async move { client.send(reqwest::Method::OPTIONS, path, None).await }
    };
    for path in [
        "//oauth2/token",
        "//oauth2/userinfo",
        "//oauth2/jwks",
        "//.well-known/openid-configuration",
    ] {
        let answer = preflight("https://spa.example", path).await;
        assert_eq!(answer.status, 204, "{path}");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            "https://spa.example"
        );
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        assert!(
            answer
                .header("access-control-allow-headers")
                .contains("DPoP")
        );
        if path != "//oauth2/token" {
            let answer = client.with("origin", "https://spa.example").get(path).await;
            assert_eq!(
                answer.header("access-control-allow-origin"),
                "https://spa.example",
                "{path}"
            );
        }
        for origin in [
            "https://evil.example",
            "null",
            "https://spa.example.evil.example",
            "http://spa.example",
        ] {
            let answer = preflight(origin, path).await;
            assert_eq!(
                answer.header("access-control-allow-origin"),
                "",
                "{path} {origin}"
            );
            let answer = client.with("origin", origin).get(path).await;
            assert_eq!(
                answer.header("access-control-allow-origin"),
                "",
                "{path} {origin}"
            );
        }
    }
    let refused = client
        .with("origin", "https://spa.example")
        .form("/oauth2/token", &[])
        .await;
    assert_eq!(refused.status, 401);
    assert_eq!(
        refused.header("access-control-allow-origin"),
        "https://spa.example"
    );
    for path in [
        "//oauth2/authorize",
        "//oauth2/logout",
        "//api/v1/me",
        "//oauth2/introspect",
    ] {
        let answer = client.with("origin", "https://spa.example").get(path).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
}

// A42, A52
#[tokio::test(flavor = "multi_thread")]
async fn the_endpoints_say_what_is_wrong_as_oauth_does() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    for (fields, error) in [
        (vec![], "invalid_request"),
        (vec![("grant_type", "password")], "unsupported_grant_type"),
        (
            vec![("grant_type", "client_credentials")],
            "unauthorized_client",
        ),
        (
            vec![("grant_type", "authorization_code")],
            "invalid_request",
        ),
        (vec![("grant_type", "refresh_token")], "invalid_request"),
        (
            vec![
                ("grant_type", "refresh_token"),
                ("grant_type", "refresh_token"),
            ],
            "invalid_request",
        ),
    ] {
        let answer = party.post("/oauth2/token", &fields).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("pragma"), "no-cache");
        assert_eq!(answer.ok(400)["error"], error, "{fields:?}");
    }
    let json = party
        .client
        .post("//oauth2/token", json!({"grant_type": "password"}))
        .await;
    assert_eq!(json.ok(400)["error"], "invalid_request");
    let wrong = party.client.get("//oauth2/token").await;
    assert_eq!(wrong.status, 405);
}

/// Anybody can name a public client: what is kept for it is counted by who asks, as at the authorization endpoint.
// A61
#[tokio::test(flavor = "multi_thread")]
async fn pushed_requests_of_public_clients_are_counted_by_address() {
    let server = TestServer::start().await;
    let public = RelyingParty::with(&server, |new| {
        new.auth_method = Some(renzheng::oidc::client::AuthMethod::None);
    })
    .await;
    let confidential = RelyingParty::register(&server).await;
    let push = |party: &RelyingParty| {
        let (party, request) = (party.clone(), party.request("openid"));
        async move {
            let fields: Vec<(&str, &str)> = request
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            party.post("/oauth2/par", &fields).await
        }
    };
    for turn in 0..120 {
        // Every second has its own limit.
        if turn % 40 == 0 {
            server.clock.advance(1);
        }
        push(&public).await.ok(201);
    }
    server.clock.advance(1);
    let refused = push(&public).await;
    assert_eq!(refused.ok(429)["error"], "temporarily_unavailable");
    push(&confidential).await.ok(201);
}
