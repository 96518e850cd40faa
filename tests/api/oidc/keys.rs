//! Signing keys: published, rotated with overlap, and taken away.

use chrono::TimeDelta;
use renzheng::crypto::signing::rotate;
use renzheng_tests::{Person, RelyingParty, TestServer, phone};

// A47, A67, D19
#[tokio::test(flavor = "multi_thread")]
async fn keys_are_rotated_without_a_token_failing() {
    let server =
        TestServer::one(|config| config.limits = renzheng::config::LimitProfile::Relaxed).await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let app = server.app();
    let tokens = party.sign_in(&person, "openid").await;
    let access = tokens["access_token"].as_str().expect("a token");
    let (before, _) = party.verify(access).await;
    server.clock.advance(1);
    rotate::rotate(
        app.database.write(),
        &app.vault,
        &app.clock,
        TimeDelta::minutes(15),
    )
    .await
    .expect("rotated");
    app.signing.reload().await.expect("read");
    let jwks = party.client.get("//oauth2/jwks").await;
    assert!(jwks.header("cache-control").contains("max-age=300"));
    assert_eq!(jwks.ok(200)["keys"].as_array().map(Vec::len), Some(2));
    // Published, not yet used; then used, the old one still good.
    let tokens = party.sign_in(&person, "openid").await;
    let (same, _) = party
        .verify(tokens["id_token"].as_str().expect("a token"))
        .await;
    assert_eq!(same["kid"], before["kid"]);
    party.userinfo(access).await.ok(200);
    server.clock.advance(15 * 60);
    let tokens = party.sign_in(&person, "openid").await;
    let (after, _) = party
        .verify(tokens["id_token"].as_str().expect("a token"))
        .await;
    assert_ne!(after["kid"], before["kid"]);
    let fresh = tokens["access_token"].as_str().expect("a token");
    party.userinfo(fresh).await.ok(200);
    person.browser.get("/me").await.ok(200);

    // On schedule, and the old ones go after a month.
    server.clock.advance(91 * 24 * 3600);
    renzheng::job::keys::run(app).await.expect("rotated");
    renzheng::job::purge::run(app).await.expect("purged");
    renzheng::job::keys::run(app).await.expect("read");
    let jwks = party.client.get("//oauth2/jwks").await.ok(200);
    let kids = jwks["keys"].to_string();
    assert!(!kids.contains(before["kid"].as_str().expect("a kid")));
    assert_eq!(jwks["keys"].as_array().map(Vec::len), Some(2));
}
