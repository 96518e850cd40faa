//! Links in mails: one token, of one account, for one address; and addresses that somebody else claimed first.

use renzheng_tests::{Client, PASSWORD, TestServer, phone};
use serde_json::{Value, json};

async fn ask(able: &Client, email: &str) {
    let body = json!({"email": email, "captcha": able.solved_captcha().await});
    able.put("/me/email", body).await.ok(202);
}

async fn link(client: &Client, to: &str, count: usize) -> String {
    let mails = client.mails(to, count).await;
    mails[0]["links"][0].as_str().expect("a link").to_string()
}

fn token(link: &str) -> &str {
    link.split('#').nth(1).expect("a token")
}

// A59, C19
#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_host_changes_no_link() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let own = server.app().public_url.clone();
    let person = client.registered(&phone(1)).await;
    let mut sent = 0;
    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-host", "evil.example"),
        ("x-original-url", "https://evil.example/"),
        ("x-forwarded-proto", "gopher"),
        ("origin", own.as_str()),
    ] {
        let able = person.stepped_up(&phone(1), "email", 2 + sent).await;
        ask(&able.with(name, value), "a@example.org").await;
        sent += 1;
        let link = link(&client, "a@example.org", sent).await;
        assert!(link.starts_with(&format!("{own}/")), "{name}: {link}");
        assert!(!link.contains("evil"), "{link}");
    }
    for host in [
        "evil.example",
        "localhost:80@evil.example",
        "evil.example:443",
        "localhost.",
        "",
    ] {
        let captcha = client.solved_captcha().await;
        let body = json!({"account": "a@example.org", "captcha": captcha});
        let refused = client
            .with("host", host)
            .post("/password-resets", body)
            .await;
        assert!([400, 421].contains(&refused.status.as_u16()), "{host}");
    }
}

/// What is added to a link, or taken from another one, changes nothing.
// A20, A26, C12
#[tokio::test(flavor = "multi_thread")]
async fn a_link_says_nothing_but_its_token() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let (one, other) = (
        client.registered(&phone(1)).await,
        client.registered(&phone(2)).await,
    );
    let mut tokens = Vec::new();
    for (person, number, email) in [(&one, 1, "a@example.org"), (&other, 2, "b@example.org")] {
        let able = person.stepped_up(&phone(number), "email", 2).await;
        ask(&able, email).await;
        let link = link(&client, email, 1).await;
        assert!(!link.contains('?') && !link.contains('@'), "{link}");
        tokens.push(token(&link).to_string());
    }
    let anybody = client.with("x-request-id", "same");
    let refused = |body: Value| {
        let anybody = anybody.clone();
        async move { anybody.post("/email-activations", body).await }
    };
    for (field, value) in [
        ("account_id", "01931b6e-9d60-7a43-8c1f-2f4b6a7d9e03"),
        ("email", "b@example.org"),
        ("uuid", "01931b6e-9d60-7a43-8c1f-2f4b6a7d9e03"),
    ] {
        let body = json!({"token": tokens[0], field: value});
        refused(body).await.problem(400, "malformed-request");
    }
    // One character, or another length: the same words as for one that lapsed.
    let mut bodies = Vec::new();
    for place in [0, 7, tokens[0].len() - 2] {
        let mut bytes = tokens[0].clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).expect("a text");
        let answer = refused(json!({"token": changed})).await;
        answer.problem(410, "link-expired");
        bodies.push(answer.bytes);
    }
    for wrong in [
        "",
        "x",
        &tokens[0][1..],
        &format!("{}A", tokens[0]),
        &"A".repeat(5000),
    ] {
        let answer = refused(json!({"token": wrong})).await;
        answer.problem(410, "link-expired");
        bodies.push(answer.bytes);
    }
    // Void once another address is asked for.
    let able = one.stepped_up(&phone(1), "email", 3).await;
    ask(&able, "c@example.org").await;
    let answer = refused(json!({"token": tokens[0]})).await;
    answer.problem(410, "link-expired");
    bodies.push(answer.bytes);
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    refused(json!({"token": tokens[1]})).await.ok(200);
    assert_eq!(other.get("/me").await.ok(200)["email"], "b***@example.org");
    assert!(one.get("/me").await.ok(200).get("email").is_none());
}

/// Whoever names an address that is not theirs gets nothing by it, and loses even that when its owner comes.
// A22, C37
#[tokio::test(flavor = "multi_thread")]
async fn an_address_claimed_first_is_its_owners_all_the_same() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let email = "owner@example.org";
    let thief = client.registered(&phone(1)).await;
    let able = thief.stepped_up(&phone(1), "email", 2).await;
    ask(&able, email).await;
    let first = link(&client, email, 1).await;
    // Neither a name to sign in with, nor a way to reset.
    client
        .sign_in(email, PASSWORD)
        .await
        .problem(401, "invalid-credentials");
    let body = json!({"account": email, "captcha": client.solved_captcha().await});
    let reset = client.post("/password-resets", body).await.ok(201);
    let path = format!("/password-resets/{}", reset["id"].as_str().expect("an id"));
    client
        .post(&format!("{path}/code"), json!({"channel": "email"}))
        .await
        .ok(202);

    let owner = client.registered(&phone(2)).await;
    let able = owner.stepped_up(&phone(2), "email", 2).await;
    ask(&able, email).await;
    // The link of the owner's own asking, and no code of the reset: that was for nobody's mailbox.
    let second = link(&client, email, 2).await;
    assert_ne!(token(&first), token(&second));
    let body = json!({"token": token(&second)});
    client.post("/email-activations", body).await.ok(200);
    let body = json!({"token": token(&first)});
    client
        .post("/email-activations", body)
        .await
        .problem(409, "email-taken");
    assert!(thief.get("/me").await.ok(200).get("email").is_none());
    let session = client.sign_in(email, PASSWORD).await.ok(201);
    assert_eq!(
        session["account"]["id"],
        owner.get("/me").await.ok(200)["id"]
    );
}

// A37, C11
#[tokio::test(flavor = "multi_thread")]
async fn no_link_or_answer_puts_a_secret_into_an_address() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let able = person.stepped_up(&phone(1), "email", 2).await;
    ask(&able, "a@example.org").await;
    let link = link(&client, "a@example.org", 1).await;
    let (page, token) = link.split_once('#').expect("a token");
    assert!(token.len() >= 22, "128 bits: {token}");
    assert!(!page.contains(token));
    let described = renzheng_tests::description::description();
    for (path, method, operation) in renzheng_tests::description::operations(&described) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let (place, name) = (
                &parameter["in"],
                parameter["name"].as_str().unwrap_or_default(),
            );
            // An ID token is a hint of who is there, and opens nothing (RP-Initiated Logout §2).
            let secret = ["token", "password", "secret", "phone", "email", "id_number"]
                .iter()
                .any(|word| name == *word || name.ends_with(&format!("_{word}")));
            assert!(
                place == "header" || !secret,
                "{method} {path}: {name} in {place}"
            );
        }
    }
}
