//! Webhooks: applications are told of what happens to people who have agreed to them.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use renzheng::{
    account::closing,
    oidc::webhook::{endpoint, send},
    provider::hmac_sha256,
    verification::lapse,
};
use renzheng_tests::{Listener, Person, RelyingParty, TestServer, phone, relying_party::direct};
use renzheng_types::verification::Method;
use serde_json::{Value, json};

/// Signs people in, and listens.
async fn listening(server: &TestServer, listener: &Listener) -> RelyingParty {
    RelyingParty::with(server, |new| {
        direct(new);
        new.webhook_uri = Some(listener.url.clone());
    })
    .await
}

/// What an application was told: headers in lower case, and the body.
struct Told {
    headers: BTreeMap<String, String>,
    body: String,
}

impl Told {
    fn read(request: &str) -> Self {
        let (head, body) = request.split_once("\r\n\r\n").expect("a request");
        let headers = head.lines().filter_map(|line| line.split_once(": "));
        Self {
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value.into()))
                .collect(),
            body: body.into(),
        }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Whether it is signed with a secret.
    fn is_signed_with(&self, secret: &str) -> bool {
        let key = secret.strip_prefix("whsec_").expect("a secret");
        let key = BASE64_STANDARD.decode(key).expect("base64");
        assert_eq!(key.len(), 32);
        let (id, at) = (
            &self.headers["webhook-id"],
            &self.headers["webhook-timestamp"],
        );
        let signed = hmac_sha256(&key, format!("{id}.{at}.{}", self.body).as_bytes());
        let expected = format!("v1,{}", BASE64_STANDARD.encode(signed));
        self.headers["webhook-signature"]
            .split(' ')
            .any(|one| one == expected)
    }
}

async fn deliveries(party: &RelyingParty) -> Vec<Value> {
    let itself = party.itself("webhooks").await;
    let listed = itself.get("/webhook-deliveries").await.ok(200);
    listed["items"].as_array().expect("items").clone()
}

/// Once the newest delivery has this status.
async fn settled(party: &RelyingParty, status: &str) -> Value {
    let itself = party.itself("webhooks").await;
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
    for _ in 0..400 {
        looks.tick().await;
        let listed = itself.get("/webhook-deliveries").await.ok(200);
        if listed["items"][0]["status"] == status {
            return listed["items"][0].clone();
        }
    }
    panic!("not {status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_level_is_told_signed_to_those_agreed_to() {
    let server = TestServer::relaxed().await;
    let (one, two) = (Listener::start(&[204]).await, Listener::start(&[200]).await);
    let party = listening(&server, &one).await;
    let unknown = listening(&server, &two).await;
    let person = Person::registered(&server, &phone(1)).await;
    let sub = party.subject(&person).await;
    person.verified(3).await;
    let told = Told::read(&one.heard(1).await[0]);
    let secret = party.webhook_secret.as_deref().expect("a secret");
    assert!(told.is_signed_with(secret));
    assert!(!told.is_signed_with(unknown.webhook_secret.as_deref().expect("a secret")));
    assert_eq!(told.headers["content-type"], "application/json");
    let at: i64 = told.headers["webhook-timestamp"].parse().expect("a time");
    assert!((server.clock.now().timestamp() - at).abs() <= 5);
    let body = told.json();
    assert_eq!(body["type"], "level.changed");
    assert!(body["timestamp"].is_string());
    assert_eq!(
        body["data"],
        json!({"level": 1, "acr": "urn:renzheng:level:1", "sub": sub})
    );
    let delivery = settled(&party, "delivered").await;
    assert_eq!(delivery["id"], told.headers["webhook-id"]);
    assert_eq!(delivery["body"], told.body);
    assert_eq!(delivery["last_answer"], "204 No Content");
    assert_eq!(delivery["tries"], 1);
    assert!(delivery.get("next_try_at").is_none());
    // The other was not agreed to.
    send::run(server.app()).await.expect("nothing left");
    assert_eq!((one.count(), two.count()), (1, 0));
    assert_eq!(deliveries(&unknown).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_that_lapses_is_told_too() {
    let server = TestServer::with(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.verification.valid_days.insert(Method::IdCard, 30);
    })
    .await;
    let listener = Listener::start(&[200]).await;
    let party = listening(&server, &listener).await;
    let person = Person::registered(&server, &phone(1)).await;
    party.subject(&person).await;
    person.verified(3).await;
    listener.heard(1).await;
    lapse::run(server.app()).await.expect("nothing yet");
    server.clock.advance(30 * 24 * 3600 + 1);
    lapse::run(server.app()).await.expect("told");
    lapse::run(server.app()).await.expect("once");
    let told = Told::read(&listener.heard(2).await[1]).json();
    assert_eq!(told["type"], "level.changed");
    assert_eq!(told["data"]["level"], 0);
    assert_eq!(deliveries(&party).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_account_is_told_when_it_is_gone_for_good() {
    let server = TestServer::relaxed().await;
    let listener = Listener::start(&[200]).await;
    let party = listening(&server, &listener).await;
    let person = Person::registered(&server, &phone(1)).await;
    let sub = party.subject(&person).await;
    server.clock.advance(61);
    let proved = person.browser.stepped_up(&phone(1), "close", 2).await;
    proved.delete("/me").await.ok(202);
    closing::run(server.app()).await.expect("nobody's day");
    assert_eq!(deliveries(&party).await.len(), 0);
    server.clock.advance(15 * 24 * 3600 + 1);
    closing::run(server.app()).await.expect("erased");
    closing::run(server.app()).await.expect("nobody left");
    let told = Told::read(&listener.heard(1).await[0]).json();
    assert_eq!(told["type"], "account.closed");
    assert_eq!(told["data"], json!({"sub": sub}));
    assert_eq!(deliveries(&party).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_is_sent_again_by_itself_and_by_hand() {
    let server = TestServer::relaxed().await;
    let flaky = Listener::start(&[500, 404, 200]).await;
    let party = listening(&server, &flaky).await;
    let other = RelyingParty::with(&server, direct).await;
    let person = Person::registered(&server, &phone(1)).await;
    party.subject(&person).await;
    person.verified(3).await;
    flaky.heard(1).await;
    server.clock.advance(3);
    flaky.heard(2).await;
    server.clock.advance(5);
    let heard = flaky.heard(3).await;
    let done = settled(&party, "delivered").await;
    assert_eq!(done["tries"], 3);
    let told: Vec<Told> = heard.iter().map(|request| Told::read(request)).collect();
    let secret = party.webhook_secret.as_deref().expect("a secret");
    assert!(told.iter().all(|one| one.is_signed_with(secret)));
    assert_eq!(told[0].headers["webhook-id"], told[2].headers["webhook-id"]);
    assert_ne!(
        told[0].headers["webhook-timestamp"],
        told[2].headers["webhook-timestamp"]
    );

    // By hand: its own only.
    let path = format!(
        "/webhook-deliveries/{}/redeliver",
        done["id"].as_str().expect("an id")
    );
    let theirs = other
        .itself("webhooks")
        .await
        .post(&path, Value::Null)
        .await;
    theirs.problem(404, "not-found");
    let itself = party.itself("webhooks").await;
    let no_id = itself
        .post("/webhook-deliveries/x/redeliver", Value::Null)
        .await;
    no_id.problem(404, "not-found");
    let again = itself.post(&path, Value::Null).await.ok(202);
    assert_eq!(again["status"], "pending");
    let last = Told::read(&flaky.heard(4).await[3]);
    assert_eq!(last.headers["webhook-id"], told[0].headers["webhook-id"]);
    settled(&party, "delivered").await;

    let bad = itself.get("/webhook-deliveries?cursor=x").await;
    bad.problem(422, "cursor-invalid");
    let none = itself.get("/webhook-deliveries?status=dead").await.ok(200);
    assert_eq!(none["items"], json!([]));
    let malformed = itself.get("/webhook-deliveries?status=nonsense").await;
    malformed.problem(400, "malformed-request");
    let first = done["id"].as_str().expect("an id");
    let older = itself
        .get(&format!("/webhook-deliveries?cursor={first}"))
        .await
        .ok(200);
    assert_eq!(older["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_gone_or_never_answers_is_given_up() {
    let server = TestServer::relaxed().await;
    let (gone, down) = (Listener::start(&[410]).await, Listener::start(&[503]).await);
    let (one, two) = (
        listening(&server, &gone).await,
        listening(&server, &down).await,
    );
    let person = Person::registered(&server, &phone(1)).await;
    one.subject(&person).await;
    two.subject(&person).await;
    person.verified(3).await;
    gone.heard(1).await;
    down.heard(1).await;
    let refused = settled(&one, "refused").await;
    assert_eq!(refused["last_answer"], "410 Gone");
    // Three days are over.
    server.clock.advance(3 * 24 * 3600);
    down.heard(2).await;
    let dead = settled(&two, "dead").await;
    assert_eq!(dead["last_answer"], "503 Service Unavailable");
    server.clock.advance(24 * 3600);
    send::run(server.app()).await.expect("nothing due");
    assert_eq!((gone.count(), down.count()), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_replaced_with_overlap_and_endpoints_taken_away() {
    let server = TestServer::relaxed().await;
    let listener = Listener::start(&[200]).await;
    let party = listening(&server, &listener).await;
    let person = Person::registered(&server, &phone(1)).await;
    party.subject(&person).await;
    let (database, vault, clock) = {
        let app = server.app();
        (&app.database, &app.vault, &app.clock)
    };
    let old = party.webhook_secret.clone().expect("a secret");
    let new = endpoint::rotate_secret(database.write(), vault, clock, &party.id).await;
    let new = new.expect("rotated").expect("a secret").secret;
    assert_ne!(old, new);
    person.verified(3).await;
    let told = Told::read(&listener.heard(1).await[0]);
    assert!(told.is_signed_with(&old) && told.is_signed_with(&new));
    server.clock.advance(24 * 3600 + 1);
    let id = settled(&party, "delivered").await["id"].clone();
    let path = format!(
        "/webhook-deliveries/{}/redeliver",
        id.as_str().expect("an id")
    );
    let itself = party.itself("webhooks").await;
    itself.post(&path, Value::Null).await.ok(202);
    let told = Told::read(&listener.heard(2).await[1]);
    assert!(!told.is_signed_with(&old) && told.is_signed_with(&new));
    settled(&party, "delivered").await;

    // Another address keeps the secret; none at all drops what is left.
    let elsewhere = Listener::start(&[200]).await;
    let unchanged = endpoint::set(database.write(), vault, clock, &party.id, &elsewhere.url);
    assert_eq!(unchanged.await.expect("set"), None);
    itself.post(&path, Value::Null).await.ok(202);
    let told = Told::read(&elsewhere.heard(1).await[0]);
    assert!(told.is_signed_with(&new));
    settled(&party, "delivered").await;
    for removed in [true, false] {
        let now = endpoint::remove(database.write(), &party.id).await;
        assert_eq!(now.expect("done"), removed);
    }
    itself.post(&path, Value::Null).await.ok(202);
    let dropped = settled(&party, "dead").await;
    assert_eq!(dropped["last_answer"], "no endpoint");
    assert_eq!((listener.count(), elsewhere.count()), (2, 1));
}

// C30
#[tokio::test(flavor = "multi_thread")]
async fn nothing_inside_is_told_where_that_is_not_allowed() {
    let server = TestServer::with(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.oidc.allow_private_network = Some(false);
    })
    .await;
    let listener = Listener::start(&[200]).await;
    let party = listening(&server, &listener).await;
    let person = Person::registered(&server, &phone(1)).await;
    party.subject(&person).await;
    person.verified(3).await;
    for _ in 0..3 {
        send::run(server.app()).await.expect("tried");
        server.clock.advance(600);
    }
    assert_eq!(listener.count(), 0);
    let waiting = deliveries(&party).await;
    assert_eq!(
        waiting[0]["last_answer"],
        "not an address that may be called"
    );
    // Nor does anybody register what is not https elsewhere.
    let app = server.app();
    for bad in ["http://app.example/hook", "ftp://app.example/", "nonsense"] {
        let refused = endpoint::set(app.database.write(), &app.vault, &app.clock, &party.id, bad);
        assert!(refused.await.is_err(), "{bad}");
    }
}
