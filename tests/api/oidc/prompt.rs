//! How recent the sign-in must be, and whose (conformance modules 17 to 21 and 23).

use renzheng::{entity::session, session::store as sessions};
use renzheng_tests::{Person, RelyingParty, TestServer, phone, relying_party::returned};
use sea_orm::EntityTrait;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn prompt_17_login_asks_again_and_18_19_none_never_asks() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let mut silent = party.request("openid");
    silent.insert("prompt", "none".into());
    let stranger = Person::stranger(&server);
    let answer = stranger.arrive(&silent).await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "login_required"
    );

    let person = Person::registered(&server, &phone(1)).await;
    let answer = person.arrive(&silent).await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "consent_required"
    );
    let first = party.sign_in(&person, "openid").await;
    let (_, first) = party
        .verify(first["id_token"].as_str().expect("a token"))
        .await;
    server.clock.advance(10);
    let answer = person.arrive(&silent).await;
    let back = returned(answer.header("location"));
    let again = party.redeem(&back["code"]).await.ok(200);
    let (_, again) = party
        .verify(again["id_token"].as_str().expect("a token"))
        .await;
    assert_eq!(again["sub"], first["sub"]);
    assert_eq!(again["auth_time"], first["auth_time"]);
    assert_eq!(again["sid"], first["sid"]);

    // 17: only another sign-in will do, in the same browser.
    let mut login = party.request("openid");
    login.insert("prompt", "login".into());
    let arrived = person.arrive(&login).await;
    assert_eq!(person.asked(&arrived).await["step"], "sign-in");
    let refused = person.decide(&arrived, json!({"allow": true})).await;
    refused.problem(403, "sign-in-required");
    let anew = person.sign_in(&phone(1)).await;
    assert_eq!(anew.asked(&arrived).await["step"], "ready");
    let answer = anew.decide(&arrived, json!({"allow": true})).await.ok(200);
    let back = returned(answer["redirect_url"].as_str().expect("a URL"));
    let tokens = party.redeem(&back["code"]).await.ok(200);
    let (_, later) = party
        .verify(tokens["id_token"].as_str().expect("a token"))
        .await;
    assert!(later["auth_time"].as_i64() >= Some(first["auth_time"].as_i64().unwrap_or(0) + 10));
    assert_eq!(later["amr"], json!(["pwd"]));
    assert_eq!(later["sid"], first["sid"], "the same session, gone on");
    // The session before is over (ASVS 7.2.4).
    person
        .browser
        .get("/me")
        .await
        .problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn login_hint_24_is_for_whoever_is_to_sign_in() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let stranger = Person::stranger(&server);
    for (hint, expected) in [
        ("+86 139-0000-0001", "#login_hint=13900000001"),
        ("nobody@example.org", ""),
        ("13900000001\r\nx: y", ""),
        ("", ""),
    ] {
        let mut request = party.request("openid");
        request.insert("login_hint", hint.into());
        let arrived = stranger.arrive(&request).await;
        let location = arrived.header("location");
        let fragment = location.find('#').map_or("", |at| &location[at..]);
        assert_eq!(fragment, expected, "{hint}");
    }
    // Somebody is signed in: nothing to fill in.
    let person = Person::registered(&server, &phone(1)).await;
    let mut request = party.request("openid");
    request.insert("login_hint", phone(2));
    let arrived = person.arrive(&request).await;
    assert!(!arrived.header("location").contains('#'));
    assert_eq!(person.asked(&arrived).await["step"], "consent");
}

#[tokio::test(flavor = "multi_thread")]
async fn max_age_20_21_is_kept_to() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    party.sign_in(&person, "openid").await;
    server.clock.advance(20);
    let mut request = party.request("openid");
    request.insert("max_age", "10000".into());
    let back = person.agree(&request).await;
    let tokens = party.redeem(&back["code"]).await.ok(200);
    let (_, claims) = party
        .verify(tokens["id_token"].as_str().expect("a token"))
        .await;
    let age = server.clock.now().timestamp() - claims["auth_time"].as_i64().expect("a time");
    assert!((20..60).contains(&age), "{age}");

    request.insert("max_age", "1".into());
    let arrived = person.arrive(&request).await;
    assert_eq!(person.asked(&arrived).await["step"], "sign-in");
    let anew = person.sign_in(&phone(1)).await;
    // However long the person then takes to decide.
    server.clock.advance(30);
    assert_eq!(anew.asked(&arrived).await["step"], "ready");
    request.insert("prompt", "none".into());
    let answer = anew.arrive(&request).await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "login_required"
    );
    request.insert("max_age", "-1".into());
    let answer = anew.arrive(&request).await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "invalid_request"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn id_token_hint_23_names_who_must_be_there() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let tokens = party.sign_in(&person, "openid").await;
    let hint = tokens["id_token"].as_str().expect("a token");
    let mut request = party.request("openid");
    request.insert("prompt", "none".into());
    request.insert("id_token_hint", hint.into());
    let answer = person.arrive(&request).await;
    assert!(returned(answer.header("location")).contains_key("code"));
    // Expired is no matter; another person is.
    server.clock.advance(1200);
    let answer = person.arrive(&request).await;
    assert!(returned(answer.header("location")).contains_key("code"));
    let other = Person::registered(&server, &phone(2)).await;
    party.sign_in(&other, "openid").await;
    let answer = other.arrive(&request).await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "login_required"
    );
    for bad in [
        tokens["access_token"].as_str().expect("a token"),
        "nonsense",
    ] {
        request.insert("id_token_hint", bad.into());
        let answer = person.arrive(&request).await;
        assert_eq!(
            returned(answer.header("location"))["error"],
            "invalid_request"
        );
    }
}

/// OpenID Connect Core §3.1.2.1: the same as `prompt=login`, however short ago the sign-in was.
#[tokio::test(flavor = "multi_thread")]
async fn max_age_of_nothing_asks_again() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    party.sign_in(&person, "openid").await;
    let mut request = party.request("openid");
    request.insert("max_age", "0".into());
    let just_now = person.sign_in(&phone(1)).await;
    let arrived = just_now.arrive(&request).await;
    assert_eq!(just_now.asked(&arrived).await["step"], "sign-in");
    let anew = just_now.sign_in(&phone(1)).await;
    assert_eq!(anew.asked(&arrived).await["step"], "ready");
}

/// A node may believe in a session for a second after it has ended on another.
// A31, D13
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_has_just_ended_elsewhere_is_none() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    party.sign_in(&person, "openid").await;
    let arrived = person.arrive(&party.request("openid profile")).await;
    person.asked(&arrived).await;
    let app = server.app();
    let session = session::Entity::find().one(app.database.read()).await;
    let session = session.expect("sessions").expect("a session");
    sessions::end(
        app.database.write(),
        session.id,
        "signed-out",
        app.clock.now(),
    )
    .await
    .expect("ended");
    // Nothing has told this node's memory.
    let mut silent = party.request("openid");
    silent.insert("prompt", "none".into());
    let answer = person.arrive(&silent).await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "login_required"
    );
    let decision = json!({"allow": true, "scopes": ["profile"]});
    let refused = person.decide(&arrived, decision).await;
    assert!(
        [401, 403].contains(&refused.status.as_u16()),
        "{}",
        refused.status
    );
}
