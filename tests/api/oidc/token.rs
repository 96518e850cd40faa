//! What tokens are given for, and when no longer.

use futures_util::future::join_all;
use renzheng_tests::{
    Person, RelyingParty, TestServer, phone,
    relying_party::{REDIRECT_URI, VERIFIER, challenge, returned},
};
use serde_json::Value;

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
