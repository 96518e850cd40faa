//! What a person agrees to, level by level and datum by datum, and taking it back.

use renzheng::oidc::client::AuthMethod;
use renzheng_tests::{
    Person, RelyingParty, TestServer, phone,
    relying_party::{direct, returned},
};
use serde_json::{Value, json};

fn token(tokens: &Value) -> &str {
    tokens["access_token"].as_str().expect("a token")
}

// A54, C33
#[tokio::test(flavor = "multi_thread")]
async fn the_person_sees_who_asks_for_what_and_decides_item_by_item() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::with(&server, |new| {
        new.name = "<b>预约</b>".into();
        new.purposes
            .insert("phone".into(), "短信通知预约结果".into());
    })
    .await;
    let person = Person::registered(&server, &phone(1))
        .await
        .verified(3)
        .await;
    let arrived = person
        .arrive(&party.request("openid profile phone identity"))
        .await;
    let asked = person.asked(&arrived).await;
    assert_eq!(asked["step"], "consent");
    assert_eq!(asked["application"]["name"], "<b>预约</b>");
    assert_eq!(asked["account"], "139****0001");
    let items = asked["items"].as_array().expect("items");
    let item = |scope: &str| {
        items
            .iter()
            .find(|item| item["scope"] == scope)
            .expect("an item")
            .clone()
    };
    assert_eq!(item("phone")["purpose"], "短信通知预约结果");
    assert_eq!(item("phone")["values"][0]["value"], "139****0001");
    assert_eq!(item("phone")["separate"], false);
    assert_eq!(item("identity")["separate"], true);
    assert_eq!(item("openid")["required"], true);
    let text = asked.to_string();
    let citizen = person.browser.citizen(3).await;
    assert!(
        !text.contains(citizen["id_number"].as_str().expect("a number")),
        "masked"
    );

    // The sensitive one is left out.
    let answer = person
        .decide(
            &arrived,
            json!({"allow": true, "scopes": ["profile", "phone", "nonsense", "email"]}),
        )
        .await
        .ok(200);
    let back = returned(answer["redirect_url"].as_str().expect("a URL"));
    let tokens = party.redeem(&back["code"]).await.ok(200);
    assert_eq!(tokens["scope"], "openid profile phone");
    let info = party.userinfo(token(&tokens)).await.ok(200);
    assert_eq!(info["phone_number"], "+8613900000001");
    assert!(info.get("verified_claims").is_none());
    // A decision is taken once.
    let twice = person.decide(&arrived, json!({"allow": true})).await;
    twice.problem(410, "authorization-expired");

    // Remembered, the no too; asked again only when told to.
    let again = person
        .arrive(&party.request("openid profile phone identity"))
        .await;
    let back = returned(again.header("location"));
    assert_eq!(
        party.redeem(&back["code"]).await.ok(200)["scope"],
        "openid profile phone"
    );
    let more = person.arrive(&party.request("openid email")).await;
    assert_eq!(
        person.asked(&more).await["step"],
        "consent",
        "more than before"
    );
    let mut request = party.request("openid identity");
    request.insert("prompt", "consent".into());
    let arrived = person.arrive(&request).await;
    let answer = person
        .decide(&arrived, json!({"allow": true, "scopes": ["identity"]}))
        .await
        .ok(200);
    let back = returned(answer["redirect_url"].as_str().expect("a URL"));
    let tokens = party.redeem(&back["code"]).await.ok(200);
    let info = party.userinfo(token(&tokens)).await.ok(200);
    let verified = &info["verified_claims"];
    assert_eq!(verified["claims"]["name"], citizen["name"]);
    assert_eq!(verified["claims"]["id_number"], citizen["id_number"]);
    assert_eq!(
        verified["verification"]["assurance_level"],
        "urn:renzheng:level:1"
    );
    let evidence = &verified["verification"]["evidence"][0];
    assert_eq!(evidence["type"], "electronic_record");
    assert_eq!(evidence["method"], "id-card");
    assert!(
        evidence["time"]
            .as_str()
            .is_some_and(|time| time.ends_with('Z'))
    );
    assert_eq!(info["level"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_is_told_to_the_application() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let arrived = person.arrive(&party.request("openid phone")).await;
    let answer = person
        .decide(&arrived, json!({"allow": false}))
        .await
        .ok(200);
    let back = returned(answer["redirect_url"].as_str().expect("a URL"));
    assert_eq!(back["error"], "access_denied");
    assert_eq!(back["state"], "st&te=1");
    assert_eq!(
        person.browser.get("/me/consents").await.ok(200)["items"],
        json!([])
    );
    let path = "/me/authorizations/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let gone = person.browser.get(path).await;
    gone.problem(410, "authorization-expired");
    let nothing = person.browser.get("/me/authorizations/nonsense").await;
    nothing.problem(404, "not-found");
    let body = json!({"allow": true});
    let nothing = person
        .browser
        .post("/me/authorizations/nonsense/decision", body)
        .await;
    nothing.problem(404, "not-found");
    // Waiting ends.
    let arrived = person.arrive(&party.request("openid phone")).await;
    server.clock.advance(3601);
    let late = person
        .sign_in(&phone(1))
        .await
        .decide(&arrived, json!({"allow": true}))
        .await;
    late.problem(410, "authorization-expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_too_low_is_raised_inside_the_request() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let strict = RelyingParty::with(&server, |new| new.min_level = 1).await;
    let person = Person::registered(&server, &phone(1)).await;
    let essential = json!({"id_token": {"acr": {"essential": true, "values": ["urn:renzheng:level:2", "urn:renzheng:level:1"]}}});
    let mut by_claims = party.request("openid");
    by_claims.insert("claims", essential.to_string());
    let mut by_acr = party.request("openid");
    by_acr.insert("acr_values", "urn:renzheng:level:1".into());
    let requests = [
        by_claims,
        by_acr,
        strict.request("openid"),
        party.request("openid identity"),
    ];
    let mut waiting = Vec::new();
    for request in &requests {
        let arrived = person.arrive(request).await;
        let asked = person.asked(&arrived).await;
        assert_eq!(asked["step"], "level", "{asked}");
        assert_eq!(
            (&asked["level"], &asked["needed_level"]),
            (&json!(0), &json!(1))
        );
        let early = person
            .decide(&arrived, json!({"allow": true, "scopes": []}))
            .await;
        early.problem(403, "level-too-low");
        let mut silent = request.clone();
        silent.insert("prompt", "none".into());
        let answer = person.arrive(&silent).await;
        assert_eq!(
            returned(answer.header("location"))["error"],
            "interaction_required"
        );
        waiting.push(arrived);
    }
    let person = person.verified(4).await;
    for arrived in &waiting {
        assert_eq!(person.asked(arrived).await["step"], "consent");
    }
    let answer = person
        .decide(&waiting[1], json!({"allow": true, "scopes": []}))
        .await
        .ok(200);
    let back = returned(answer["redirect_url"].as_str().expect("a URL"));
    let tokens = party.redeem(&back["code"]).await.ok(200);
    let (_, claims) = party
        .verify(tokens["id_token"].as_str().expect("a token"))
        .await;
    assert_eq!(claims["acr"], "urn:renzheng:level:1");
    assert_eq!(claims["level"], 1);
}

// A54
#[tokio::test(flavor = "multi_thread")]
async fn consents_are_listed_with_who_read_what_and_taken_back() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let other = Person::registered(&server, &phone(2)).await;
    let tokens = party.sign_in(&person, "openid phone offline_access").await;
    let consents = person.browser.get("/me/consents").await.ok(200);
    let consent = &consents["items"][0];
    assert_eq!(consent["application"]["id"], party.id);
    assert_eq!(consent["scopes"][0]["scope"], "phone");
    assert!(consent.get("last_read_at").is_none_or(Value::is_null));
    party.userinfo(token(&tokens)).await.ok(200);
    server.clock.advance(5);
    party.userinfo(token(&tokens)).await.ok(200);
    let read = person.browser.get("/me/disclosures").await.ok(200);
    let read = read["items"].as_array().expect("items");
    assert_eq!(read.len(), 2);
    assert_eq!(
        read[0]["data"],
        json!([{"scope": "phone", "title": "手机号码"}])
    );
    assert_eq!(read[0]["client_id"], party.id);
    let listed = person.browser.get("/me/consents").await.ok(200);
    assert!(listed["items"][0]["last_read_at"].is_string());
    let bad = person.browser.get("/me/disclosures?cursor=x").await;
    bad.problem(422, "cursor-invalid");

    // One's own only.
    assert_eq!(
        other.browser.get("/me/disclosures").await.ok(200)["items"],
        json!([])
    );
    let path = format!("/me/consents/{}", party.id);
    other.browser.delete(&path).await.problem(404, "not-found");
    person
        .browser
        .delete("/me/consents/app-unknown")
        .await
        .problem(404, "not-found");
    person.browser.delete(&path).await.ok(204);
    person.browser.delete(&path).await.problem(404, "not-found");
    assert_eq!(party.userinfo(token(&tokens)).await.status, 401);
    let refresh = tokens["refresh_token"].as_str().expect("a token");
    assert_eq!(
        party.refresh(refresh).await.ok(400)["error"],
        "invalid_grant"
    );
    let arrived = person.arrive(&party.request("openid phone")).await;
    assert_eq!(
        person.asked(&arrived).await["step"],
        "consent",
        "asked anew"
    );
    let export = person.browser.get("/me/export").await.ok(200);
    assert_eq!(
        export["applications"]["disclosures"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

// A56, C18
#[tokio::test(flavor = "multi_thread")]
async fn another_persons_request_is_decided_for_oneself_only() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let (one, two) = (
        Person::registered(&server, &phone(1)).await,
        Person::registered(&server, &phone(2)).await,
    );
    let arrived = one.arrive(&party.request("openid phone")).await;
    let stranger = Person::stranger(&server);
    let id = renzheng_tests::relying_party::authorization_id(&arrived);
    let answer = stranger
        .browser
        .get(&format!("/me/authorizations/{id}"))
        .await;
    answer.problem(401, "unauthenticated");
    let answer = two
        .decide(&arrived, json!({"allow": true, "scopes": ["phone"]}))
        .await
        .ok(200);
    let back = returned(answer["redirect_url"].as_str().expect("a URL"));
    let tokens = party.redeem(&back["code"]).await.ok(200);
    let info = party.userinfo(token(&tokens)).await.ok(200);
    assert_eq!(
        info["phone_number"], "+8613900000002",
        "who decided is who is told about"
    );
}

/// Whoever can be taken for another is not waved through on that one's account (RFC 8252 §8.6, ASVS 10.7.1).
// A54
#[tokio::test(flavor = "multi_thread")]
async fn programs_that_cannot_show_who_they_are_ask_every_time() {
    let server = TestServer::relaxed().await;
    let person = Person::registered(&server, &phone(1)).await;
    for (uri, public, asks) in [
        ("http://127.0.0.1/cb", true, true),
        ("cn.example.app:/cb", true, true),
        ("https://app.example/cb", true, false),
        ("http://127.0.0.1/cb", false, false),
    ] {
        let party = RelyingParty::with(&server, |new| {
            new.redirect_uris = vec![uri.into()];
            if public {
                new.auth_method = Some(AuthMethod::None);
            }
        })
        .await;
        let request = party.request("openid profile");
        person.agree(&request).await;
        let arrived = person.arrive(&request).await;
        let location = arrived.header("location").to_string();
        let mut silent = request.clone();
        silent.insert("prompt", "none".into());
        let answer = person.arrive(&silent).await;
        let back = returned(answer.header("location"));
        if asks {
            assert_eq!(person.asked(&arrived).await["step"], "consent", "{uri}");
            assert_eq!(back["error"], "consent_required", "{uri}");
            // A yes is a yes each time.
            let decision = json!({"allow": true, "scopes": ["profile"]});
            let answer = person.decide(&arrived, decision).await.ok(200);
            let back = returned(answer["redirect_url"].as_str().expect("a URL"));
            party.redeem(&back["code"]).await.ok(200);
        } else {
            assert!(returned(&location).contains_key("code"), "{uri}");
            assert!(back.contains_key("code"), "{uri}");
        }
    }
}

/// An operator takes scopes from an application: what people agreed to before gives it no more.
// C31
#[tokio::test(flavor = "multi_thread")]
async fn what_an_application_may_no_longer_ask_for_it_no_longer_gets() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::with(&server, direct).await;
    let person = Person::registered(&server, &phone(1)).await;
    let mut request = party.request("openid profile phone");
    let claims = json!({"userinfo": {"phone_number": null}, "id_token": {"phone_number": null}});
    request.insert("claims", claims.to_string());
    let back = person.agree(&request).await;
    let tokens = party.redeem(&back["code"]).await.ok(200);
    let access = token(&tokens);
    let told = party.userinfo(access).await.ok(200);
    assert_eq!(told["phone_number"], "+8613900000001");
    let itself = party.itself("levels:read webhooks").await;
    itself.get("/webhook-deliveries").await.ok(200);

    let operator = server.client().staff("operator").await;
    let path = format!("/admin/clients/{}", party.id);
    let mut details = operator.get(&path).await.ok(200)["details"].clone();
    details["scopes"] = json!(["openid", "profile", "levels:read"]);
    operator.put(&path, details).await.ok(200);
    let told = party.userinfo(access).await.ok(200);
    assert_eq!(told["nickname"], "小明");
    assert!(told.get("phone_number").is_none(), "{told}");
    let refused = itself.get("/webhook-deliveries").await;
    refused.problem(403, "insufficient-scope");
    let refresh = tokens["refresh_token"].as_str().expect("a token");
    let renewed = party.refresh(refresh).await.ok(200);
    assert_eq!(renewed["scope"], "openid profile");
    let id_token = renewed["id_token"].as_str().expect("a token");
    let (_, id_token) = party.verify(id_token).await;
    assert!(id_token.get("phone_number").is_none(), "{id_token}");
}
