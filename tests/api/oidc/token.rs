//! What tokens are given for, and when no longer.

use futures_util::future::join_all;
use renzheng_tests::{
    Person, RelyingParty, TestServer, phone,
    relying_party::{REDIRECT_URI, VERIFIER, challenge, returned},
};
use serde_json::{Value, json};

fn text(tokens: &Value, name: &str) -> String {
    tokens[name].as_str().expect("a token").to_string()
}

// A40
#[tokio::test(flavor = "multi_thread")]
async fn codereuse_28_29_is_refused_and_ends_what_the_code_gave() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let back = person.agree(&party.request("openid")).await;
    let tokens = party.redeem(&back["code"]).await.ok(200);
    party.userinfo(&text(&tokens, "access_token")).await.ok(200);
    server.clock.advance(30);
    let again = party.redeem(&back["code"]).await;
    assert_eq!(again.ok(400)["error"], "invalid_grant");
    let info = party.userinfo(&text(&tokens, "access_token")).await;
    assert_eq!(info.ok(401)["error"], "invalid_token");
    let refresh = party.refresh(&text(&tokens, "refresh_token")).await;
    assert_eq!(refresh.ok(400)["error"], "invalid_grant");

    // After its minute.
    let back = person.agree(&party.request("openid")).await;
    server.clock.advance(61);
    let late = party.redeem(&back["code"]).await;
    assert_eq!(late.ok(400)["error"], "invalid_grant");
}

// A40, C13
#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_redemptions_one_wins() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let back = person.agree(&party.request("openid")).await;
    let all = join_all((0..50).map(|_| party.redeem(&back["code"]))).await;
    let won = all.iter().filter(|answer| answer.status == 200).count();
    // A replay that comes before the winner has its tokens may leave none.
    assert!(won <= 1, "{won}");
    for answer in all.iter().filter(|answer| answer.status != 200) {
        assert_eq!(answer.ok(400)["error"], "invalid_grant");
    }
}

// A40, C31
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_for_its_client_and_its_redirect_uri() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::with(&server, |new| {
        new.redirect_uris.push("https://app.example/other".into());
    })
    .await;
    let other = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let back = person.agree(&party.request("openid")).await;
    let stolen = other.redeem(&back["code"]).await;
    assert_eq!(stolen.ok(400)["error"], "invalid_grant");
    // Trying it elsewhere does not use it up.
    party.redeem(&back["code"]).await.ok(200);
    let back = person.agree(&party.request("openid")).await;
    let elsewhere = RelyingParty {
        redirect_uri: "https://app.example/other".into(),
        ..party.clone()
    };
    let answer = elsewhere.redeem(&back["code"]).await;
    assert_eq!(answer.ok(400)["error"], "invalid_grant");
    assert_eq!(
        party.redeem("nonsense").await.ok(400)["error"],
        "invalid_grant"
    );
}

// A41
#[tokio::test(flavor = "multi_thread")]
async fn pkce_38_cannot_be_talked_down() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let lax = RelyingParty::with(&server, |new| new.without_pkce = true).await;
    let person = Person::registered(&server, &phone(1)).await;
    for (challenge, method) in [
        (None, None),
        (Some(challenge(VERIFIER)), None),
        (Some(challenge(VERIFIER)), Some("plain")),
        (Some(VERIFIER.to_string()), Some("plain")),
        (None, Some("S256")),
        (Some("short".into()), Some("S256")),
        (Some("!".repeat(43)), Some("S256")),
        (Some(challenge(VERIFIER)), Some("s256")),
    ] {
        let mut request = party.request("openid");
        request.remove("code_challenge");
        request.remove("code_challenge_method");
        request.extend(challenge.map(|challenge| ("code_challenge", challenge)));
        request.extend(method.map(|method| ("code_challenge_method", method.to_string())));
        let answer = person.arrive(&request).await;
        let back = returned(answer.header("location"));
        assert_eq!(back["error"], "invalid_request", "{request:?}");
    }

    let redeem = |party: RelyingParty, code: String, verifier: Option<&'static str>| async move {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", REDIRECT_URI),
        ];
        fields.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        party.post("/oauth2/token", &fields).await
    };
    for verifier in [
        None,
        Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        Some("short"),
        Some("ebjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ] {
        let back = person.agree(&party.request("openid")).await;
        let answer = redeem(party.clone(), back["code"].clone(), verifier).await;
        assert_eq!(answer.ok(400)["error"], "invalid_grant", "{verifier:?}");
    }
    // Without a challenge no verifier: else an attacker's request could stand in for a protected one.
    let mut request = lax.request("openid");
    request.remove("code_challenge");
    request.remove("code_challenge_method");
    let back = person.agree(&request).await;
    let answer = redeem(lax.clone(), back["code"].clone(), Some(VERIFIER)).await;
    assert_eq!(answer.ok(400)["error"], "invalid_grant");
    let back = person.agree(&request).await;
    redeem(lax.clone(), back["code"].clone(), None)
        .await
        .ok(200);
    let back = person.agree(&lax.request("openid")).await;
    redeem(lax, back["code"].clone(), Some(VERIFIER))
        .await
        .ok(200);
}

// A43, C13, C14
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_comes_twice_ends_its_family() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let first = party.sign_in(&person, "openid offline_access").await;
    let second = party.refresh(&text(&first, "refresh_token")).await.ok(200);
    let replay = party.refresh(&text(&first, "refresh_token")).await;
    assert_eq!(replay.ok(400)["error"], "invalid_grant");
    let heir = party.refresh(&text(&second, "refresh_token")).await;
    assert_eq!(heir.ok(400)["error"], "invalid_grant");
    let info = party.userinfo(&text(&second, "access_token")).await;
    assert_eq!(info.status, 401);
    let activity = person.browser.get("/me/activity").await.ok(200);
    assert!(
        activity.to_string().contains("application.end"),
        "{activity}"
    );

    // Of many at once one wins, and the family ends.
    let tokens = party.sign_in(&person, "openid offline_access").await;
    let refresh = text(&tokens, "refresh_token");
    let all = join_all((0..20).map(|_| party.refresh(&refresh))).await;
    let won: Vec<_> = all.iter().filter(|answer| answer.status == 200).collect();
    assert!(won.len() <= 1, "{}", won.len());
    for winner in won {
        let next = party.refresh(&text(&winner.json(), "refresh_token")).await;
        assert_eq!(next.ok(400)["error"], "invalid_grant");
    }
    // Made up, or another family's: nothing happens.
    let tokens = party.sign_in(&person, "openid offline_access").await;
    for other in ["nonsense", "AAAA", &text(&tokens, "access_token")] {
        assert_eq!(party.refresh(other).await.ok(400)["error"], "invalid_grant");
    }
    party.refresh(&text(&tokens, "refresh_token")).await.ok(200);
}

// A43
#[tokio::test(flavor = "multi_thread")]
async fn refresh_tokens_end_after_thirty_days_whatever_is_done() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let mut tokens = party.sign_in(&person, "openid offline_access").await;
    for _ in 0..2 {
        server.clock.advance(14 * 24 * 3600);
        tokens = party.refresh(&text(&tokens, "refresh_token")).await.ok(200);
    }
    server.clock.advance(3 * 24 * 3600);
    let late = party.refresh(&text(&tokens, "refresh_token")).await;
    assert_eq!(late.ok(400)["error"], "invalid_grant");
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
    let app = server.app();
    renzheng::oidc::registration::set_disabled(&app.database, &app.clock, &party.id, true)
        .await
        .expect("disabled");
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
