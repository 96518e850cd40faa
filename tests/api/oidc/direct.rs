//! What applications ask for themselves: people's levels, and whose code they were shown.

use futures_util::future::join_all;
use renzheng_tests::{Client, Person, RelyingParty, TestServer, phone, relying_party::direct};
use reqwest::Method;
use serde_json::{Value, json};

async fn level(party: &RelyingParty, sub: &str) -> renzheng_tests::Answer {
    let itself = party.itself("levels:read").await;
    itself.get(&format!("/subjects/{sub}/level")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_level_of_a_person_who_agreed_is_told_and_seen_by_them() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::with(&server, direct).await;
    let person = Person::registered(&server, &phone(1)).await;
    let sub = party.subject(&person).await;
    let told = level(&party, &sub).await;
    assert_eq!(told.header("cache-control"), "no-store");
    let none = json!({"sub": sub, "level": 0, "acr": "urn:renzheng:level:0", "methods": []});
    assert_eq!(told.ok(200), none);

    let person = person.verified(3).await;
    let told = level(&party, &sub).await.ok(200);
    assert_eq!(told["level"], 1);
    assert_eq!(told["acr"], "urn:renzheng:level:1");
    assert_eq!(told["methods"][0]["method"], "id-card");
    assert_eq!(told["methods"][0]["level"], 1);
    assert!(told["methods"][0]["verified_at"].is_string());

    // Nothing else of the person; and they see it.
    let citizen = person.browser.citizen(3).await;
    let name = citizen["name"].as_str().expect("a name");
    assert!(!told.to_string().contains(name));
    let read = person.browser.get("/me/disclosures").await.ok(200);
    let items = read["items"].as_array().expect("items");
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["client_id"], party.id);
    assert_eq!(items[0]["data"][0]["scope"], "openid");
    assert_eq!(items[0]["data"][0]["title"], "身份标识和实名等级");
}

// A56, C18
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_is_told_of() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::with(&server, direct).await;
    let other = RelyingParty::with(&server, |new| {
        direct(new);
        new.redirect_uris = vec!["https://other.example/cb".into()];
    })
    .await;
    let (one, two) = (
        Person::registered(&server, &phone(1)).await,
        Person::registered(&server, &phone(2)).await,
    );
    let sub = party.subject(&one).await;
    let elsewhere = other.subject(&two).await;
    let id = one.browser.get("/me").await.ok(200)["id"].to_string();
    for unknown in [
        elsewhere.as_str(),
        id.trim_matches('"'),
        "x",
        "%00",
        "..",
        &sub[1..],
        &"A".repeat(43),
    ] {
        level(&party, unknown).await.problem(404, "not-found");
    }
    level(&other, &sub).await.problem(404, "not-found");

    // Taken back.
    level(&party, &sub).await.ok(200);
    let consent = format!("/me/consents/{}", party.id);
    one.browser.delete(&consent).await.ok(204);
    level(&party, &sub).await.problem(404, "not-found");
    // About to leave.
    level(&other, &elsewhere).await.ok(200);
    server.clock.advance(61);
    let proved = two.browser.stepped_up(&phone(2), "close", 2).await;
    proved.delete("/me").await.ok(202);
    level(&other, &elsewhere).await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_application_with_the_scope_may_ask() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::with(&server, direct).await;
    let person = Person::registered(&server, &phone(1)).await;
    let tokens = party.sign_in(&person, "openid profile").await;
    let of_the_person = server
        .client()
        .bearer(tokens["access_token"].as_str().expect("a token"));
    let citizen = server.client().registered(&phone(2)).await;
    let id = "01931b6e-9d60-7a43-8c1f-2f4b6a7d9e03";
    let redeliver = format!("/webhook-deliveries/{id}/redeliver");
    for (method, path, scope) in [
        (Method::GET, "/subjects/x/level", "levels:read"),
        (Method::POST, "/identity-codes/check", "codes:check"),
        (Method::GET, "/webhook-deliveries", "webhooks"),
        (Method::POST, redeliver.as_str(), "webhooks"),
    ] {
        let call = |who: Client| {
            let method = method.clone();
            async move { who.send(method, path, Some(json!({"code": "1"}))).await }
        };
        for stranger in [
            server.client(),
            citizen.clone(),
            server.client().with("authorization", "Basic eDp5"),
            server.client().bearer("nonsense"),
        ] {
            call(stranger).await.problem(401, "unauthenticated");
        }
        call(of_the_person.clone())
            .await
            .problem(403, "insufficient-scope");
        for another in ["levels:read", "codes:check", "webhooks"] {
            let answer = call(party.itself(another).await).await;
            if another == scope {
                assert!([200, 404, 422].contains(&answer.status.as_u16()), "{path}");
            } else {
                answer.problem(403, "insufficient-scope");
            }
        }
        let itself = party.itself(scope).await;
        party.switch(&server, false).await;
        call(itself).await.problem(401, "unauthenticated");
        party.switch(&server, true).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_for_one_look_of_one_application() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::with(&server, direct).await;
    let other = RelyingParty::with(&server, direct).await;
    let person = Person::registered(&server, &phone(1))
        .await
        .verified(4)
        .await;
    let path = format!("/me/consents/{}/identity-codes", party.id);
    // Nothing to show to whom one has not agreed to.
    let refused = person.browser.post(&path, Value::Null).await;
    refused.problem(404, "not-found");
    let unknown = "/me/consents/app-unknown/identity-codes";
    let refused = person.browser.post(unknown, Value::Null).await;
    refused.problem(404, "not-found");

    let sub = party.subject(&person).await;
    other.subject(&person).await;
    let make = || async {
        let made = person.browser.post(&path, Value::Null).await.ok(201);
        assert_eq!(made["expires_in"], 300);
        assert!(made["qr"].as_str().expect("a picture").contains("<svg"));
        made["code"].as_str().expect("a code").to_string()
    };
    let check = |party: &RelyingParty, code: &str| {
        let (party, body) = (party.clone(), json!({"code": code}));
        async move {
            let itself = party.itself("codes:check").await;
            itself.post("/identity-codes/check", body).await
        }
    };
    let code = make().await;
    check(&other, &code)
        .await
        .problem(422, "identity-code-invalid");
    let spaced = format!("{} {}", &code[..4], &code[4..]);
    let told = check(&party, &spaced).await.ok(200);
    assert_eq!(told["sub"], sub);
    assert_eq!(told["level"], 1);
    check(&party, &code)
        .await
        .problem(422, "identity-code-invalid");

    // A newer one voids it; its time; what was agreed to is taken back.
    let old = make().await;
    let new = make().await;
    check(&party, &old)
        .await
        .problem(422, "identity-code-invalid");
    check(&party, &new).await.ok(200);
    let late = make().await;
    server.clock.advance(301);
    check(&party, &late)
        .await
        .problem(422, "identity-code-invalid");
    let code = make().await;
    let consent = format!("/me/consents/{}", party.id);
    person.browser.delete(&consent).await.ok(204);
    check(&party, &code)
        .await
        .problem(422, "identity-code-invalid");
    let bad = check(&party, "1234567a").await;
    bad.problem(422, "invalid-input");
    assert_eq!(
        bad.field_codes(),
        [("code".into(), "identity-code-invalid".into())]
    );
    let activity = person.browser.get("/me/activity").await.ok(200);
    assert!(
        activity
            .to_string()
            .contains("获取身份码，出示给：办事预约")
    );
    assert!(!activity.to_string().contains(&new));
}

// C13
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_check_a_code_at_once_one_is_told() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::with(&server, direct).await;
    let person = Person::registered(&server, &phone(1)).await;
    party.subject(&person).await;
    let path = format!("/me/consents/{}/identity-codes", party.id);
    let made = person.browser.post(&path, Value::Null).await.ok(201);
    let itself = party.itself("codes:check").await;
    let body = json!({"code": made["code"]});
    let all = (0..20).map(|_| itself.post("/identity-codes/check", body.clone()));
    let told = join_all(all).await;
    let told = told.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(told, 1);
}

// A61
#[tokio::test(flavor = "multi_thread")]
async fn guessing_asking_and_making_have_limits() {
    let server = TestServer::start().await;
    let party = RelyingParty::with(&server, direct).await;
    let other = RelyingParty::with(&server, direct).await;
    let person = Person::registered(&server, &phone(1)).await;
    let sub = party.subject(&person).await;
    let path = format!("/me/consents/{}/identity-codes", party.id);
    let make = || person.browser.post(&path, Value::Null);
    let code = make().await.ok(201)["code"].clone();
    let itself = party.itself("codes:check").await;
    // Thirty wrong ones; the right one comes too late then.
    for _ in 0..30 {
        let answer = itself
            .post("/identity-codes/check", json!({"code": "00000000"}))
            .await;
        answer.problem(422, "identity-code-invalid");
        server.clock.advance(1);
    }
    let late = itself
        .post("/identity-codes/check", json!({"code": code}))
        .await;
    late.problem(429, "rate-limited");
    // Right ones do not count, and one application does not use up another's tries.
    let another = other.itself("codes:check").await;
    let answer = another
        .post("/identity-codes/check", json!({"code": "00000000"}))
        .await;
    answer.problem(422, "identity-code-invalid");
    for _ in 0..19 {
        make().await.ok(201);
    }
    make().await.problem(429, "rate-limited");

    let itself = party.itself("levels:read").await;
    let level = format!("/subjects/{sub}/level");
    for _ in 0..60 {
        itself.get(&level).await.ok(200);
        server.clock.advance(1);
    }
    let answer = itself.get(&level).await;
    answer.problem(429, "rate-limited");
    assert!(!answer.header("retry-after").is_empty());

    // Whatever it asks.
    let itself = party.itself("webhooks").await;
    let id = "01931b6e-9d60-7a43-8c1f-2f4b6a7d9e03";
    for path in [
        "/webhook-deliveries".to_string(),
        format!("/webhook-deliveries/{id}/redeliver"),
    ] {
        let method = match path.ends_with("redeliver") {
            true => Method::POST,
            false => Method::GET,
        };
        let all = (0..120).map(|_| itself.send(method.clone(), &path, None));
        let all = join_all(all).await;
        let limited: Vec<_> = all.iter().filter(|answer| answer.status == 429).collect();
        assert!(!limited.is_empty(), "{path}");
        limited[0].problem(429, "rate-limited");
    }
}
