//! `/qr-logins`

use futures_util::future::join_all;
use renzheng_tests::{Client, TestServer, phone};
use serde_json::{Value, json};

async fn ticket(client: &Client) -> (Value, String) {
    let ticket = client.post("/qr-logins", Value::Null).await.ok(201);
    let path = format!("/qr-logins/{}", ticket["id"].as_str().expect("an id"));
    (ticket, path)
}

fn sign_in(ticket: &Value) -> Value {
    json!({"method": "qr", "id": ticket["id"], "secret": ticket["secret"]})
}

// C10
#[tokio::test(flavor = "multi_thread")]
async fn the_phone_lets_the_browser_in() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let browser = client.with("user-agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36");
    let (ticket, path) = ticket(&browser).await;
    assert_eq!(ticket["expires_in"], 120);
    let url = ticket["url"].as_str().expect("a URL");
    assert!(!url.contains(ticket["secret"].as_str().expect("a secret")));
    assert_eq!(client.get(&path).await.ok(200)["status"], "pending");
    // The secret alone is nothing yet.
    browser
        .post("/sessions", sign_in(&ticket))
        .await
        .problem(401, "invalid-credentials");
    person
        .post(
            &format!("{path}/confirm"),
            json!({"number": ticket["number"]}),
        )
        .await
        .problem(409, "qr-not-scanned");

    let asker = person
        .post(&format!("{path}/scan"), Value::Null)
        .await
        .ok(200);
    assert!(
        asker["browser"]
            .as_str()
            .expect("a browser")
            .starts_with("Chrome")
    );
    assert_eq!(asker["address"], "127.0.0.1");
    let numbers = asker["numbers"].as_array().expect("numbers");
    assert_eq!(numbers.len(), 3);
    assert!(numbers.contains(&ticket["number"]));
    assert_eq!(client.get(&path).await.ok(200)["status"], "scanned");
    // Looking again is fine.
    person
        .post(&format!("{path}/scan"), Value::Null)
        .await
        .ok(200);

    person
        .post(
            &format!("{path}/confirm"),
            json!({"number": ticket["number"]}),
        )
        .await
        .ok(204);
    assert_eq!(client.get(&path).await.ok(200)["status"], "confirmed");
    // A photographed code has no secret.
    let mut stolen = sign_in(&ticket);
    stolen["secret"] = "A".repeat(43).into();
    client
        .post("/sessions", stolen)
        .await
        .problem(401, "invalid-credentials");
    let session = browser.post("/sessions", sign_in(&ticket)).await.ok(201);
    let me = client
        .bearer(session["access_token"].as_str().expect("a token"))
        .get("/me")
        .await
        .ok(200);
    assert_eq!(me["id"], person.get("/me").await.ok(200)["id"]);
    browser
        .post("/sessions", sign_in(&ticket))
        .await
        .problem(401, "invalid-credentials");
    assert_eq!(client.get(&path).await.ok(200)["status"], "expired");
}

// C10
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_number_ends_it() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let (ticket, path) = ticket(&client).await;
    let asker = person
        .post(&format!("{path}/scan"), Value::Null)
        .await
        .ok(200);
    let wrong = asker["numbers"]
        .as_array()
        .expect("numbers")
        .iter()
        .find(|number| **number != ticket["number"])
        .expect("another")
        .clone();
    person
        .post(&format!("{path}/confirm"), json!({"number": wrong}))
        .await
        .problem(409, "wrong-number");
    person
        .post(
            &format!("{path}/confirm"),
            json!({"number": ticket["number"]}),
        )
        .await
        .problem(410, "qr-expired");
    assert_eq!(client.get(&path).await.ok(200)["status"], "denied");
    client
        .post("/sessions", sign_in(&ticket))
        .await
        .problem(401, "invalid-credentials");
}

// C10
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_and_a_lapse_end_it() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let (denied, path) = ticket(&client).await;
    person
        .post(&format!("{path}/deny"), Value::Null)
        .await
        .problem(409, "qr-not-scanned");
    person
        .post(&format!("{path}/scan"), Value::Null)
        .await
        .ok(200);
    person
        .post(&format!("{path}/deny"), Value::Null)
        .await
        .ok(204);
    person
        .post(&format!("{path}/deny"), Value::Null)
        .await
        .problem(410, "qr-expired");
    person
        .post(&format!("{path}/scan"), Value::Null)
        .await
        .problem(410, "qr-expired");
    client
        .post("/sessions", sign_in(&denied))
        .await
        .problem(401, "invalid-credentials");
    let (lapsed, path) = ticket(&client).await;
    person
        .post(&format!("{path}/scan"), Value::Null)
        .await
        .ok(200);
    person
        .post(
            &format!("{path}/confirm"),
            json!({"number": lapsed["number"]}),
        )
        .await
        .ok(204);
    server.clock.advance(121);
    client
        .post("/sessions", sign_in(&lapsed))
        .await
        .problem(401, "invalid-credentials");
    person
        .post(&format!("{path}/scan"), Value::Null)
        .await
        .problem(410, "qr-expired");
    assert_eq!(client.get(&path).await.ok(200)["status"], "expired");
}

// C10
#[tokio::test(flavor = "multi_thread")]
async fn the_first_phone_has_it() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let first = client.registered(&phone(1)).await;
    let second = client.registered(&phone(2)).await;
    let (ticket, path) = ticket(&client).await;
    first
        .post(&format!("{path}/scan"), Value::Null)
        .await
        .ok(200);
    second
        .post(&format!("{path}/scan"), Value::Null)
        .await
        .problem(409, "qr-taken");
    second
        .post(
            &format!("{path}/confirm"),
            json!({"number": ticket["number"]}),
        )
        .await
        .problem(409, "qr-taken");
    second
        .post(&format!("{path}/deny"), Value::Null)
        .await
        .problem(409, "qr-taken");
    // Whoever confirms and signs out before the browser comes lets nobody in.
    first
        .post(
            &format!("{path}/confirm"),
            json!({"number": ticket["number"]}),
        )
        .await
        .ok(204);
    first.delete("/sessions/current").await.ok(204);
    client
        .post("/sessions", sign_in(&ticket))
        .await
        .problem(401, "invalid-credentials");
}

// A65, C10, C13
#[tokio::test(flavor = "multi_thread")]
async fn fifty_confirmations_and_sign_ins_have_one_winner() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let (ticket, path) = ticket(&client).await;
    person
        .post(&format!("{path}/scan"), Value::Null)
        .await
        .ok(200);
    let confirm = format!("{path}/confirm");
    let body = json!({"number": ticket["number"]});
    let answers = join_all((0..50).map(|_| person.post(&confirm, body.clone()))).await;
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 204).count(),
        1
    );
    let answers = join_all((0..50).map(|_| client.post("/sessions", sign_in(&ticket)))).await;
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 201).count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_streamed() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let (_, path) = ticket(&client).await;
    let stream = tokio::spawn({
        let (client, path) = (client.clone(), path.clone());
        async move { client.get(&format!("{path}/events")).await }
    });
    person
        .post(&format!("{path}/scan"), Value::Null)
        .await
        .ok(200);
    person
        .post(&format!("{path}/deny"), Value::Null)
        .await
        .ok(204);
    let answer = stream.await.expect("a stream that ends");
    assert!(
        answer
            .header("content-type")
            .starts_with("text/event-stream")
    );
    let text = answer.text();
    let last = text
        .lines()
        .rfind(|line| line.starts_with("data:"))
        .expect("an event");
    assert!(last.contains("denied"), "{text}");
}

// A61, L6
#[tokio::test(flavor = "multi_thread")]
async fn codes_are_limited_by_address() {
    let server = TestServer::start().await;
    let client = server.client();
    for _ in 0..30 {
        client.post("/qr-logins", Value::Null).await.ok(201);
    }
    client
        .post("/qr-logins", Value::Null)
        .await
        .problem(429, "rate-limited");
}

// A28, A30, C10
#[tokio::test(flavor = "multi_thread")]
async fn a_session_lends_no_more_than_it_has() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let created = client.register(&phone(1)).await;
    let person = client.bearer(
        created["session"]["access_token"]
            .as_str()
            .expect("a token"),
    );
    server.clock.advance(360);
    let refresh = json!({"refresh_token": created["session"]["refresh_token"]});
    let renewed = client.post("/sessions/refresh", refresh).await.ok(200);
    let person = person.bearer(renewed["access_token"].as_str().expect("a token"));
    person
        .get("/me/export")
        .await
        .problem(403, "step-up-required");
    // It lets itself in, and is no fresher for it.
    let (ticket, path) = ticket(&client).await;
    let scan = format!("{path}/scan");
    person.post(&scan, Value::Null).await.ok(200);
    let number = json!({"number": ticket["number"]});
    let confirm = format!("{path}/confirm");
    person.post(&confirm, number).await.ok(204);
    let lent = client.post("/sessions", sign_in(&ticket)).await.ok(201);
    let other = client.bearer(lent["access_token"].as_str().expect("a token"));
    other.get("/me").await.ok(200);
    other
        .get("/me/export")
        .await
        .problem(403, "step-up-required");
    // Nor does it outlive it: twelve hours after the sign-in, and not after the code.
    let mut refresh = json!({"refresh_token": lent["refresh_token"]});
    for _ in 0..28 {
        server.clock.advance(25 * 60);
        let renewed = client.post("/sessions/refresh", refresh).await.ok(200);
        refresh = json!({"refresh_token": renewed["refresh_token"]});
    }
    server.clock.advance(15 * 60);
    client
        .post("/sessions/refresh", refresh)
        .await
        .problem(401, "invalid-refresh-token");
}

// A61, C10
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_asked_about_once_a_second() {
    let server = TestServer::start().await;
    let client = server.client();
    let (_, path) = ticket(&client).await;
    for _ in 0..60 {
        client.get(&path).await.ok(200);
    }
    client.get(&path).await.problem(429, "rate-limited");
    // One that is unknown is not counted.
    let unknown = format!("/qr-logins/{}", uuid::Uuid::new_v4());
    assert_eq!(client.get(&unknown).await.ok(200)["status"], "expired");
}
