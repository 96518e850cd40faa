//! When tokens are good no longer, and whose they are.

use renzheng_tests::{Person, RelyingParty, TestServer, phone};
use serde_json::{Value, json};

fn text(tokens: &Value, name: &str) -> String {
    tokens[name].as_str().expect("a token").to_string()
}

// A27
#[tokio::test(flavor = "multi_thread")]
async fn tokens_end_with_the_session_the_password_and_the_account() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let online = party.sign_in(&person, "openid").await;
    let offline = party.sign_in(&person, "openid offline_access").await;
    person.browser.delete("/sessions/current").await.ok(204);
    let info = party.userinfo(&text(&online, "access_token")).await;
    assert_eq!(info.status, 401, "signed out");
    assert_eq!(
        party.refresh(&text(&online, "refresh_token")).await.status,
        400
    );
    party
        .userinfo(&text(&offline, "access_token"))
        .await
        .ok(200);
    let offline = party
        .refresh(&text(&offline, "refresh_token"))
        .await
        .ok(200);

    // From another session the password is changed: all others end.
    server.clock.advance(61);
    let session = server
        .client()
        .sign_in(&phone(1), renzheng_tests::PASSWORD)
        .await
        .ok(201);
    let me = server
        .client()
        .bearer(session["access_token"].as_str().expect("a token"));
    let proved = me.stepped_up(&phone(1), "password", 2).await;
    let body = json!({"new_password": "purple giraffe 77 lantern"});
    proved.put("/me/password", body).await.ok(204);
    assert_eq!(
        party.userinfo(&text(&offline, "access_token")).await.status,
        401
    );
    assert_eq!(
        party.refresh(&text(&offline, "refresh_token")).await.status,
        400
    );
}

// A31, C31, C38
#[tokio::test(flavor = "multi_thread")]
async fn closing_the_account_and_disabling_the_client_stop_everything_at_once() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let tokens = party.sign_in(&person, "openid offline_access").await;
    server.clock.advance(61);
    let proved = person.browser.stepped_up(&phone(1), "close", 2).await;
    proved.delete("/me").await.ok(202);
    assert_eq!(
        party.userinfo(&text(&tokens, "access_token")).await.status,
        401
    );
    assert_eq!(
        party.refresh(&text(&tokens, "refresh_token")).await.status,
        400
    );

    let other = Person::registered(&server, &phone(2)).await;
    let tokens = party.sign_in(&other, "openid offline_access").await;
    party.switch(&server, false).await;
    assert_eq!(
        party.userinfo(&text(&tokens, "access_token")).await.status,
        401
    );
    let refused = party.refresh(&text(&tokens, "refresh_token")).await;
    assert_eq!(refused.ok(401)["error"], "invalid_client");
    assert_eq!(other.arrive(&party.request("openid")).await.status, 400);
}

// A45, C16
#[tokio::test(flavor = "multi_thread")]
async fn forged_and_foreign_tokens_are_told_the_same() {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let tokens = party.sign_in(&person, "openid").await;
    let good = text(&tokens, "access_token");
    let parts: Vec<&str> = good.split('.').collect();
    let header: Value =
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(parts[0]).expect("base64"))
            .expect("JSON");
    let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let mut forged = Vec::new();
    for alg in ["none", "None", "nOnE", "HS256", "RS256", "ES384", ""] {
        let mut header = header.clone();
        header["alg"] = alg.into();
        forged.push(format!("{}.{}.{}", encode(&header), parts[1], parts[2]));
        forged.push(format!("{}.{}.", encode(&header), parts[1]));
    }
    for kid in ["../../etc/passwd", "' OR 1=1 --", "unknown", ""] {
        let mut header = header.clone();
        header["kid"] = kid.into();
        forged.push(format!("{}.{}.{}", encode(&header), parts[1], parts[2]));
    }
    for name in ["jku", "x5u"] {
        let mut header = header.clone();
        header[name] = "https://evil.example/keys".into();
        forged.push(format!("{}.{}.{}", encode(&header), parts[1], parts[2]));
    }
    let zeros = BASE64_URL_SAFE_NO_PAD.encode([0; 64]);
    forged.push(format!("{}.{}.{zeros}", parts[0], parts[1]));
    let mut claims: Value =
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(parts[1]).expect("base64"))
            .expect("JSON");
    claims["scope"] = "openid phone identity".into();
    forged.push(format!("{}.{}.{}", parts[0], encode(&claims), parts[2]));
    forged.push(text(&tokens, "id_token"));
    forged.push("nonsense".into());
    // A token of the API is not one for applications, nor the other way round.
    let session = server
        .client()
        .sign_in(&phone(1), renzheng_tests::PASSWORD)
        .await
        .ok(201);
    forged.push(text(&session, "access_token"));
    let mut bodies = Vec::new();
    for token in &forged {
        let answer = party.userinfo(token).await;
        assert_eq!(answer.status, 401, "{token}");
        assert!(answer.header("www-authenticate").contains("invalid_token"));
        bodies.push(answer.text());
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    server
        .client()
        .bearer(&good)
        .get("/me")
        .await
        .problem(401, "unauthenticated");
    // No token: only how to bring one.
    let bare = party.client.get("//oauth2/userinfo").await;
    assert_eq!(bare.status, 401);
    assert_eq!(bare.header("www-authenticate"), "Bearer realm=\"renzheng\"");
    // Its time.
    party.userinfo(&good).await.ok(200);
    server.clock.advance(601);
    assert_eq!(party.userinfo(&good).await.status, 401);
}

// A48, A49
#[tokio::test(flavor = "multi_thread")]
async fn introspection_and_revocation_are_for_ones_own_tokens() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let other = RelyingParty::register(&server).await;
    let public = RelyingParty::with(&server, |new| {
        new.auth_method = Some(renzheng::oidc::client::AuthMethod::None);
    })
    .await;
    let person = Person::registered(&server, &phone(1)).await;
    let tokens = party.sign_in(&person, "openid profile").await;
    let (access, refresh) = (
        text(&tokens, "access_token"),
        text(&tokens, "refresh_token"),
    );

    let shown = party
        .post("/oauth2/introspect", &[("token", &access)])
        .await
        .ok(200);
    assert_eq!(shown["active"], true);
    assert_eq!(shown["scope"], "openid profile");
    assert_eq!(shown["client_id"], party.id);
    assert_eq!(shown["token_type"], "Bearer");
    assert!(shown.get("grant").is_none());
    let shown = party
        .post("/oauth2/introspect", &[("token", &refresh)])
        .await
        .ok(200);
    assert_eq!(shown["active"], true);
    for (by, token) in [
        (&other, access.as_str()),
        (&other, refresh.as_str()),
        (&party, "nonsense"),
        (&party, tokens["id_token"].as_str().expect("a token")),
    ] {
        let shown = by
            .post("/oauth2/introspect", &[("token", token)])
            .await
            .ok(200);
        assert_eq!(shown, json!({"active": false}));
    }
    let stranger = party
        .client
        .form("/oauth2/introspect", &[("token", &access)])
        .await;
    assert_eq!(stranger.ok(401)["error"], "invalid_client");
    assert!(stranger.header("www-authenticate").starts_with("Basic"));
    let open = public
        .post("/oauth2/introspect", &[("token", &access)])
        .await;
    assert_eq!(open.status, 401);

    // Others' are left alone, unknown ones are no error.
    for (by, token) in [(&other, &access), (&other, &refresh)] {
        assert_eq!(
            by.post("/oauth2/revoke", &[("token", token)]).await.status,
            200
        );
    }
    assert_eq!(
        party
            .post("/oauth2/revoke", &[("token", "nonsense")])
            .await
            .status,
        200
    );
    party.userinfo(&access).await.ok(200);
    let stranger = party
        .client
        .form("/oauth2/revoke", &[("token", &access)])
        .await;
    assert_eq!(stranger.status, 401);
    // An access token by itself.
    assert_eq!(
        party
            .post("/oauth2/revoke", &[("token", &access)])
            .await
            .status,
        200
    );
    assert_eq!(party.userinfo(&access).await.status, 401);
    let shown = party
        .post("/oauth2/introspect", &[("token", &access)])
        .await
        .ok(200);
    assert_eq!(shown, json!({"active": false}));
    // A refresh token with all that came of it.
    let next = party.refresh(&refresh).await.ok(200);
    let fields = [
        ("token", next["refresh_token"].as_str().expect("a token")),
        ("token_type_hint", "refresh_token"),
    ];
    assert_eq!(party.post("/oauth2/revoke", &fields).await.status, 200);
    assert_eq!(
        party.userinfo(&text(&next, "access_token")).await.status,
        401
    );
    assert_eq!(
        party.refresh(&text(&next, "refresh_token")).await.status,
        400
    );
}
