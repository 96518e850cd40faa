//! `/admin/clients`

use renzheng_tests::{
    TestServer, phone,
    relying_party::{Person, REDIRECT_URI, RelyingParty},
};
use serde_json::{Value, json};

use super::{operator, text};

pub fn details() -> Value {
    json!({
        "name": "办事预约",
        "redirect_uris": [REDIRECT_URI],
        "scopes": ["openid", "profile", "offline_access"],
        "grant_types": ["authorization_code", "refresh_token"],
        "purposes": {"profile": "显示称呼"},
    })
}

pub fn new() -> Value {
    json!({
        "auth_method": "client_secret",
        "subject_type": "pairwise",
        "signing_alg": "ES256",
        "details": details(),
    })
}

pub fn party(server: &TestServer, id: &str, secret: String) -> RelyingParty {
    RelyingParty {
        id: id.into(),
        secret: Some(secret),
        webhook_secret: None,
        redirect_uri: REDIRECT_URI.into(),
        client: server.client(),
        issuer: server.app().public_url.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_registered_works_is_changed_and_stopped_at_once() {
    let server = TestServer::relaxed().await;
    let operator = operator(&server).await;
    let made = operator.post("/admin/clients", new()).await.ok(201);
    let (client, secret) = (&made["client"], text(&made["secret"]));
    let id = text(&client["id"]);
    let path = format!("/admin/clients/{id}");
    assert_eq!(client["sector"], "app.example");
    let shown = operator.get(&path).await.ok(200);
    assert_eq!(shown, *client);
    assert!(!shown.to_string().contains(&secret));
    let all = operator.get("/admin/clients").await.ok(200);
    assert_eq!(all["items"][0]["id"], id.as_str());

    let party = party(&server, &id, secret);
    let person = Person::registered(&server, &phone(1)).await;
    let tokens = party
        .sign_in(&person, "openid profile offline_access")
        .await;
    party.userinfo(&text(&tokens["access_token"])).await.ok(200);

    // Both secrets are taken for a day.
    let renewed = operator
        .post(&format!("{path}/secret"), Value::Null)
        .await
        .ok(201);
    let newer = RelyingParty {
        secret: Some(text(&renewed["secret"])),
        ..party.clone()
    };
    for party in [&party, &newer] {
        let answer = party.refresh("x").await;
        assert_eq!(answer.ok(400)["error"], "invalid_grant");
    }
    let shown = operator.get(&path).await.ok(200);
    assert_eq!(shown["old_secret_until"], renewed["old_secret_until"]);

    let mut changed = details();
    changed["name"] = "预约服务".into();
    changed["min_level"] = 2.into();
    let shown = operator.put(&path, changed).await.ok(200);
    assert_eq!(shown["details"]["name"], "预约服务");
    assert_eq!(shown["details"]["min_level"], 2);

    let off = operator
        .post(&format!("{path}/disable"), Value::Null)
        .await
        .ok(200);
    assert!(off["disabled_at"].is_string());
    let access = text(&tokens["access_token"]);
    assert_eq!(party.userinfo(&access).await.status, 401);
    let refused = newer.refresh(&text(&tokens["refresh_token"])).await;
    assert_eq!(refused.ok(401)["error"], "invalid_client");
    assert_eq!(person.arrive(&party.request("openid")).await.status, 400);
    let on = operator
        .post(&format!("{path}/enable"), Value::Null)
        .await
        .ok(200);
    assert!(on.get("disabled_at").is_none());
    let renewed = newer.refresh(&text(&tokens["refresh_token"])).await;
    renewed.ok(200);

    let trail = operator.get("/admin/audit-events").await.ok(200);
    for action in ["add", "secret", "change", "disable", "enable"] {
        let action = format!("client.{action}");
        let events = trail["items"].as_array().expect("events");
        let event = events.iter().find(|event| event["action"] == *action);
        assert_eq!(event.expect("an event")["detail"]["client"], id.as_str());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_in_order_is_named() {
    let server = TestServer::relaxed().await;
    let operator = operator(&server).await;
    let made = operator.post("/admin/clients", new()).await.ok(201);
    let path = format!("/admin/clients/{}", text(&made["client"]["id"]));
    for (field, value, code) in [
        ("name", json!(" "), "client-name-invalid"),
        ("redirect_uris", json!([]), "required"),
        (
            "redirect_uris",
            json!(["http://app.example/x"]),
            "redirect-uri-invalid",
        ),
        (
            "redirect_uris",
            json!(["javascript:alert(1)"]),
            "redirect-uri-invalid",
        ),
        (
            "post_logout_redirect_uris",
            json!(["/x"]),
            "redirect-uri-invalid",
        ),
        ("scopes", json!(["a b"]), "scope-invalid"),
        ("purposes", json!({"phone": "x"}), "purpose-invalid"),
        ("min_level", json!(4), "level-invalid"),
        (
            "origins",
            json!(["https://app.example/x"]),
            "origin-invalid",
        ),
        ("home_uri", json!("ftp://app.example"), "web-uri-invalid"),
        (
            "home_uri",
            json!("https://app.example/\0"),
            "web-uri-invalid",
        ),
        ("policy_uri", json!("x"), "web-uri-invalid"),
        (
            "backchannel_logout_uri",
            json!("http://app.example"),
            "web-uri-invalid",
        ),
        (
            "webhook_uri",
            json!("http://app.example/hook"),
            "web-uri-invalid",
        ),
        ("keys", json!({"jwks": "{}"}), "client-keys-invalid"),
    ] {
        let mut wrong = details();
        wrong[field] = value;
        let whole = json!({
            "auth_method": "client_secret",
            "subject_type": "pairwise",
            "signing_alg": "ES256",
            "details": wrong.clone(),
        });
        for answer in [
            operator.post("/admin/clients", whole).await,
            operator.put(&path, wrong).await,
        ] {
            answer.problem(422, "invalid-input");
            assert_eq!(answer.field_codes(), [(field.into(), code.into())]);
        }
    }
    let mut scattered = new();
    scattered["details"]["redirect_uris"] = json!(["https://a.example/cb", "https://b.example/cb"]);
    let refused = operator.post("/admin/clients", scattered.clone()).await;
    assert_eq!(refused.field_codes()[0].0, "sector");
    scattered["sector"] = "a.example".into();
    operator.post("/admin/clients", scattered).await.ok(201);
    let mut public = new();
    public["auth_method"] = "none".into();
    public["details"]["grant_types"] = json!(["client_credentials"]);
    let refused = operator.post("/admin/clients", public.clone()).await;
    assert_eq!(refused.field_codes()[0].1, "public-client");

    public["details"]["grant_types"] = json!(["authorization_code"]);
    let made = operator.post("/admin/clients", public).await.ok(201);
    assert!(made.get("secret").is_none());
    let path = format!("/admin/clients/{}/secret", text(&made["client"]["id"]));
    operator
        .post(&path, Value::Null)
        .await
        .problem(409, "no-secret");

    for id in ["app-unknown", "%00", "a%2Fb"] {
        let path = format!("/admin/clients/{id}");
        operator.get(&path).await.problem(404, "not-found");
        operator
            .put(&path, details())
            .await
            .problem(404, "not-found");
        operator
            .get(&format!("{path}/webhook-deliveries"))
            .await
            .problem(404, "not-found");
        for act in ["secret", "webhook-secret", "disable", "enable"] {
            operator
                .post(&format!("{path}/{act}"), Value::Null)
                .await
                .problem(404, "not-found");
        }
    }
}

/// Whoever changes an application looked at it before somebody else stopped it, or gave it another secret.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_undoes_nothing_that_happens_at_once() {
    let server = TestServer::relaxed().await;
    let operator = operator(&server).await;
    let made = operator.post("/admin/clients", new()).await.ok(201);
    let path = format!("/admin/clients/{}", text(&made["client"]["id"]));
    let (enable, disable) = (format!("{path}/enable"), format!("{path}/disable"));
    let secret = format!("{path}/secret");
    let id = text(&made["client"]["id"]);
    for _ in 0..20 {
        operator.post(&enable, Value::Null).await.ok(200);
        let (changed, disabled, renewed) = tokio::join!(
            operator.put(&path, details()),
            operator.post(&disable, Value::Null),
            operator.post(&secret, Value::Null),
        );
        changed.ok(200);
        disabled.ok(200);
        let renewed = text(&renewed.ok(201)["secret"]);
        let shown = operator.get(&path).await.ok(200);
        assert!(shown["disabled_at"].is_string(), "{shown}");
        operator.post(&enable, Value::Null).await.ok(200);
        let party = party(&server, &id, renewed);
        let answer = party.refresh("x").await;
        assert_eq!(answer.ok(400)["error"], "invalid_grant");
    }
}
