//! `/admin/clients`: their webhooks.

use futures_util::future::join_all;
use renzheng_tests::{
    Client, Listener, TestServer, phone,
    relying_party::{Person, RelyingParty},
};
use serde_json::{Value, json};

use super::{
    NOBODY,
    clients::{details, new, party},
    operator, text,
};

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
