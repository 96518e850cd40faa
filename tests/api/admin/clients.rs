//! `/admin/clients`

use futures_util::future::join_all;
use renzheng_tests::{
    Client, Listener, TestServer, phone,
    relying_party::{Person, REDIRECT_URI, RelyingParty},
};
use serde_json::{Value, json};

use super::{NOBODY, operator, text};

fn details() -> Value {
    json!({
        "name": "办事预约",
        "redirect_uris": [REDIRECT_URI],
        "scopes": ["openid", "profile", "offline_access"],
        "grant_types": ["authorization_code", "refresh_token"],
        "purposes": {"profile": "显示称呼"},
    })
}

fn new() -> Value {
    json!({
        "auth_method": "client_secret",
        "subject_type": "pairwise",
        "signing_alg": "ES256",
        "details": details(),
    })
}

fn party(server: &TestServer, id: &str, secret: String) -> RelyingParty {
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

/// An application with a webhook, from the console's API; its party and its webhook's secret.
async fn listening(operator: &Client, server: &TestServer, url: &str) -> RelyingParty {
    let mut wanted = new();
    wanted["details"]["webhook_uri"] = url.into();
    let made = operator.post("/admin/clients", wanted).await.ok(201);
    assert_eq!(made["client"]["details"]["webhook_uri"], url);
    assert!(made["client"].get("webhook_secret").is_none());
    let id = text(&made["client"]["id"]);
    RelyingParty {
        webhook_secret: Some(text(&made["webhook_secret"])),
        ..party(server, &id, text(&made["secret"]))
    }
}

// A62
#[tokio::test(flavor = "multi_thread")]
async fn operators_see_what_an_application_was_told_and_tell_it_again() {
    let server = TestServer::relaxed().await;
    let operator = operator(&server).await;
    let listener = Listener::start(&[410, 200]).await;
    let one = listening(&operator, &server, &listener.url).await;
    let other = listening(&operator, &server, &listener.url).await;
    let person = Person::registered(&server, &phone(1)).await;
    one.subject(&person).await;
    person.verified(3).await;
    listener.heard(1).await;
    let path = |party: &RelyingParty| format!("/admin/clients/{}/webhook-deliveries", party.id);
    let settled = |status: &'static str| {
        let (operator, path) = (operator.clone(), path(&one));
        async move {
            let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
            for _ in 0..400 {
                looks.tick().await;
                let listed = operator.get(&path).await.ok(200);
                let first = &listed["items"][0];
                if first["status"] == status && first["last_answer"].is_string() {
                    return first.clone();
                }
            }
            panic!("not {status}");
        }
    };
    let refused = settled("refused").await;
    assert_eq!(refused["event"], "level.changed");
    assert_eq!(refused["last_answer"], "410 Gone");
    let again = format!("{}/{}/redeliver", path(&one), text(&refused["id"]));
    let accepted = operator.post(&again, Value::Null).await.ok(202);
    assert_eq!(accepted["id"], refused["id"]);
    listener.heard(2).await;
    let done = settled("delivered").await;
    assert_eq!((&done["id"], &done["tries"]), (&refused["id"], &json!(1)));

    // Of this application only.
    let listed = operator.get(&path(&other)).await.ok(200);
    assert_eq!(listed["items"], json!([]));
    for id in [text(&done["id"]), NOBODY.into(), "x".into()] {
        let theirs = format!("{}/{id}/redeliver", path(&other));
        operator
            .post(&theirs, Value::Null)
            .await
            .problem(404, "not-found");
    }
    let first = text(&done["id"]);
    for (query, found) in [
        ("status=delivered".to_string(), 1),
        ("status=dead".into(), 0),
        (format!("cursor={first}"), 0),
    ] {
        let listed = operator
            .get(&format!("{}?{query}", path(&one)))
            .await
            .ok(200);
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(found));
    }
    operator
        .get(&format!("{}?cursor=x", path(&one)))
        .await
        .problem(422, "cursor-invalid");
    assert_eq!(noted(&operator, "client.redeliver", &one.id).await, 1);
}

/// How often something was done to an application, by an operator.
async fn noted(operator: &Client, action: &str, id: &str) -> usize {
    let trail = operator
        .get(&format!("/admin/audit-events?action={action}"))
        .await
        .ok(200);
    let events = trail["items"].as_array().expect("events").iter();
    events
        .filter(|event| event["detail"]["client"] == id)
        .inspect(|event| assert!(text(&event["actor"]).starts_with("staff:"), "{event}"))
        .count()
}

// C31, A62
#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_set_moved_given_another_secret_and_taken_away() {
    let server = TestServer::relaxed().await;
    let operator = operator(&server).await;
    let made = operator.post("/admin/clients", new()).await.ok(201);
    assert!(made.get("webhook_secret").is_none());
    let id = text(&made["client"]["id"]);
    let path = format!("/admin/clients/{id}");
    let renew = format!("{path}/webhook-secret");
    operator
        .post(&renew, Value::Null)
        .await
        .problem(409, "no-webhook");

    let with = |uri: Value| {
        let mut changed = details();
        changed["webhook_uri"] = uri;
        changed
    };
    let first = with("https://app.example/hook".into());
    let set = operator.put(&path, first.clone()).await.ok(200);
    let secret = text(&set["webhook_secret"]);
    assert!(secret.starts_with("whsec_"));
    // Shown this once, and kept where it is moved.
    let moved = with("https://app.example/other".into());
    for details in [first, moved.clone()] {
        let changed = operator.put(&path, details).await.ok(200);
        assert!(changed.get("webhook_secret").is_none());
    }
    let shown = operator.get(&path).await.ok(200);
    assert_eq!(shown["details"]["webhook_uri"], moved["webhook_uri"]);
    assert!(!shown.to_string().contains("whsec_"));

    let renewed = operator.post(&renew, Value::Null).await.ok(201);
    assert!(text(&renewed["secret"]).starts_with("whsec_"));
    assert_ne!(renewed["secret"], secret.as_str());
    let trail = operator.get("/admin/audit-events").await.ok(200);
    assert!(!trail.to_string().contains("whsec_"));

    // A change without one takes it away; the next one has another secret.
    let gone = operator.put(&path, details()).await.ok(200);
    assert!(gone["details"].get("webhook_uri").is_none());
    let anew = operator.put(&path, moved).await.ok(200);
    assert_ne!(text(&anew["webhook_secret"]), secret);
    assert_eq!(noted(&operator, "client.webhook-secret", &id).await, 1);
    assert_eq!(noted(&operator, "client.change", &id).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_set_by_several_at_once_has_one_secret() {
    let server = TestServer::relaxed().await;
    let operator = operator(&server).await;
    let made = operator.post("/admin/clients", new()).await.ok(201);
    let path = format!("/admin/clients/{}", text(&made["client"]["id"]));
    let mut wanted = details();
    wanted["webhook_uri"] = "https://app.example/hook".into();
    let set = join_all((0..8).map(|_| operator.put(&path, wanted.clone()))).await;
    let given = set
        .iter()
        .filter(|answer| answer.ok(200).get("webhook_secret").is_some());
    assert_eq!(given.count(), 1);
    let renew = format!("{path}/webhook-secret");
    let renewed = join_all((0..8).map(|_| operator.post(&renew, Value::Null))).await;
    let mut secrets: Vec<String> = renewed
        .iter()
        .map(|answer| text(&answer.ok(201)["secret"]))
        .collect();
    secrets.sort();
    secrets.dedup();
    assert_eq!(secrets.len(), 8);
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
