//! Refresh tokens: rotation, and the family that a replay ends (conformance module 37).

use futures_util::future::join_all;
use renzheng_tests::{Person, RelyingParty, TestServer, phone};
use serde_json::Value;

fn text(tokens: &Value, name: &str) -> String {
    tokens[name].as_str().expect("a token").to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn refresh_37_gives_an_id_token_of_the_same_person() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let other = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let mut request = party.request("openid profile offline_access");
    request.insert("prompt", "consent".into());
    let back = person.agree(&request).await;
    let first = party.redeem(&back["code"]).await.ok(200);
    server.clock.advance(2);
    let refresh = first["refresh_token"].as_str().expect("a token");
    let stolen = other.refresh(refresh).await;
    assert_eq!(stolen.ok(400)["error"], "invalid_grant");
    let answer = party.refresh(refresh).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let second = answer.ok(200);
    let (_, before) = party
        .verify(first["id_token"].as_str().expect("a token"))
        .await;
    let (_, after) = party
        .verify(second["id_token"].as_str().expect("a token"))
        .await;
    for same in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert!(after["iat"].as_i64() > before["iat"].as_i64());
    assert!(after.get("nonce").is_none());
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    let narrowed = party
        .post(
            "/oauth2/token",
            &[
                ("grant_type", "refresh_token"),
                (
                    "refresh_token",
                    second["refresh_token"].as_str().expect("a token"),
                ),
                ("scope", "openid"),
            ],
        )
        .await
        .ok(200);
    assert_eq!(narrowed["scope"], "openid");
    let widened = party
        .post(
            "/oauth2/token",
            &[
                ("grant_type", "refresh_token"),
                (
                    "refresh_token",
                    narrowed["refresh_token"].as_str().expect("a token"),
                ),
                ("scope", "openid phone"),
            ],
        )
        .await;
    assert_eq!(widened.ok(400)["error"], "invalid_scope");
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
