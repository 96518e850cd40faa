//! What an application is told of the person (conformance modules 9 to 16, 22, 24 to 27 and 33 to 36).

use renzheng_tests::{Person, RelyingParty, TestServer, phone, relying_party::returned};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn scopes_09_to_14_and_parameters_15_16_22_24_25_26() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let address = json!({
        "recipient": "张三", "phone": phone(1), "region_code": "350102", "detail": "五四路 1 号", "postal_code": "350001",
    });
    person.browser.post("/me/addresses", address).await.ok(201);

    let info = |tokens: Value| {
        let party = party.clone();
        async move {
            let token = tokens["access_token"]
                .as_str()
                .expect("a token")
                .to_string();
            party.userinfo(&token).await.ok(200)
        }
    };
    let profile = info(party.sign_in(&person, "openid profile").await).await;
    assert_eq!(profile["name"], "小明");
    assert_eq!(profile["locale"], "zh-CN");
    assert!(profile.get("phone_number").is_none());

    // 14: another order of scopes and parameters, 22: an unknown parameter, 24 to 26: hints, 15 and 16: display.
    let mut request = party.request("address phone openid nonsense email profile");
    for (name, value) in [
        ("aaa", "foobar"),
        ("extra", "foobar"),
        ("login_hint", "13900000001"),
        ("ui_locales", "se en"),
        ("claims_locales", "zh"),
        ("display", "popup"),
    ] {
        request.insert(name, value.into());
    }
    let back = person.agree(&request).await;
    let tokens = party.redeem(&back["code"]).await.ok(200);
    assert_eq!(tokens["scope"], "openid profile phone email address");
    let all = info(tokens).await;
    assert_eq!(all["phone_number"], "+8613900000001");
    assert_eq!(all["phone_number_verified"], true);
    assert!(all.get("email").is_none(), "none is bound");
    assert_eq!(all["address"]["region"], "福建省");
    assert_eq!(all["address"]["postal_code"], "350001");
    assert_eq!(all["address"]["country"], "CN");
}

/// A person of level 1; the values are what an application can live with.
#[tokio::test(flavor = "multi_thread")]
async fn an_essential_acr_is_one_of_those_asked_for() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1))
        .await
        .verified(3)
        .await;
    for (essential, values, told) in [
        (true, vec![0], 0),
        (true, vec![0, 2], 0),
        (true, vec![1, 0], 1),
        (false, vec![0], 1),
    ] {
        let values: Vec<String> = values
            .iter()
            .map(|level| format!("urn:renzheng:level:{level}"))
            .collect();
        let claims = json!({"id_token": {"acr": {"essential": essential, "values": values}}});
        let mut request = party.request("openid");
        request.insert("claims", claims.to_string());
        let back = person.agree(&request).await;
        let tokens = party.redeem(&back["code"]).await.ok(200);
        let id_token = tokens["id_token"].as_str().expect("a token");
        let (_, id_token) = party.verify(id_token).await;
        assert_eq!(id_token["acr"], format!("urn:renzheng:level:{told}"));
        assert_eq!(id_token["level"], 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn acr_values_27_claims_essential_35_and_unsupported_33_34_36() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let mut request = party.request("openid");
    request.insert(
        "acr_values",
        "urn:renzheng:level:0 urn:renzheng:level:1".into(),
    );
    let claims = json!({"userinfo": {"name": {"essential": true}, "nonsense": null}, "id_token": {"nickname": null}});
    request.insert("claims", claims.to_string());
    let back = person.agree(&request).await;
    let tokens = party.redeem(&back["code"]).await.ok(200);
    let (_, id_token) = party
        .verify(tokens["id_token"].as_str().expect("a token"))
        .await;
    assert_eq!(id_token["acr"], "urn:renzheng:level:0");
    assert_eq!(id_token["nickname"], "小明");
    assert!(id_token.get("name").is_none());
    let info = party
        .userinfo(tokens["access_token"].as_str().expect("a token"))
        .await
        .ok(200);
    assert_eq!(info["name"], "小明");
    assert!(info.get("nickname").is_none(), "only what was asked for");

    for (name, error) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        let mut request = party.request("openid");
        request.insert(name, "eyJhbGciOiJub25lIn0.e30.".into());
        let answer = person.arrive(&request).await;
        assert_eq!(returned(answer.header("location"))["error"], error);
    }
    request.insert("claims", "[]".into());
    let answer = person.arrive(&request).await;
    assert_eq!(
        returned(answer.header("location"))["error"],
        "invalid_request"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn scope_email_10_and_scope_all_13_with_display_page_15() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let able = person.browser.stepped_up(&phone(1), "email", 2).await;
    let captcha = able.solved_captcha().await;
    let body = json!({"email": "zhang.san@example.org", "captcha": captcha});
    able.put("/me/email", body).await.ok(202);
    let mails = able.mails("zhang.san@example.org", 1).await;
    let link = mails[0]["links"][0].as_str().expect("a link");
    let token = link.split('#').nth(1).expect("a token");
    let bound = able.post("/email-activations", json!({"token": token}));
    bound.await.ok(200);
    let mut request = party.request("openid profile email address phone");
    request.insert("display", "page".into());
    let back = person.agree(&request).await;
    let tokens = party.redeem(&back["code"]).await.ok(200);
    assert_eq!(tokens["scope"], "openid profile phone email address");
    let token = tokens["access_token"].as_str().expect("a token");
    let all = party.userinfo(token).await.ok(200);
    assert_eq!(all["email"], "zhang.san@example.org");
    assert_eq!(all["email_verified"], true);
    assert_eq!(all["phone_number_verified"], true);
    assert_eq!(all["name"], "小明");
    assert!(all.get("address").is_none(), "none is kept");
}

/// OpenID Connect Core §5.5.1: what must be so and cannot be is an error, never an answer that is not so.
#[tokio::test(flavor = "multi_thread")]
async fn claims_that_must_have_a_value_are_kept_to_or_refused() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::register(&server).await;
    let person = Person::registered(&server, &phone(1)).await;
    let sub = party.subject(&person).await;
    let ended = |claims: Value| {
        let (person, mut request) = (person.clone(), party.request("openid"));
        request.insert("claims", claims.to_string());
        request.insert("prompt", "none".into());
        async move {
            let answer = person.arrive(&request).await;
            let back = returned(answer.header("location"));
            back.get("error").cloned().unwrap_or_else(|| "none".into())
        }
    };
    let unmet = "unmet_authentication_requirements";
    let acr = |acr: Value| json!({"id_token": {"acr": acr}});
    for (claims, error) in [
        (
            acr(json!({"essential": true, "values": ["urn:example:gold"]})),
            unmet,
        ),
        (
            acr(json!({"essential": true, "value": "urn:renzheng:level:9"})),
            unmet,
        ),
        // One of them can be met, any will do if it need not be, and none is named.
        (
            acr(json!({"essential": true, "values": ["urn:example:gold", "urn:renzheng:level:0"]})),
            "none",
        ),
        (acr(json!({"values": ["urn:example:gold"]})), "none"),
        (acr(json!({"essential": true})), "none"),
        (json!({"id_token": {"sub": {"value": sub}}}), "none"),
        (json!({"id_token": {"sub": {"values": [sub]}}}), "none"),
        (json!({"userinfo": {"sub": {"value": sub}}}), "none"),
        (json!({"id_token": {"sub": {"essential": true}}}), "none"),
        (
            json!({"id_token": {"sub": {"value": "another"}}}),
            "login_required",
        ),
        (
            json!({"id_token": {"sub": {"values": ["another"]}}}),
            "login_required",
        ),
        (
            json!({"userinfo": {"sub": {"value": "another"}}}),
            "login_required",
        ),
        (
            json!({"id_token": {"sub": {"values": [sub, "another"]}}}),
            "invalid_request",
        ),
        (
            json!({"id_token": {"sub": {"value": 7}}}),
            "invalid_request",
        ),
        (
            json!({"id_token": {"sub": {"value": sub}}, "userinfo": {"sub": {"value": "another"}}}),
            "invalid_request",
        ),
    ] {
        assert_eq!(ended(claims.clone()).await, error, "{claims}");
    }
}
