//! Step-up by a passkey.

use renzheng_tests::{Answer, Client, PASSWORD, TestServer, authenticator::Authenticator, phone};
use serde_json::{Value, json};

use super::NEW;

fn device(server: &TestServer) -> Authenticator {
    Authenticator::new(&server.app().public_url)
}

/// Registers a phone and adds a passkey of `device`, after two messages.
async fn with_passkey(server: &TestServer, device: &mut Authenticator, mine: &str) -> Client {
    let person = server.client().registered(mine).await;
    let able = person.stepped_up(mine, "second-factor", 2).await;
    device.enrol(&able, "我的手机").await;
    person
}

async fn prove(person: &Client, assertion: &Value, purpose: &str) -> Answer {
    let body = json!({"method": "passkey", "passkey": assertion, "purpose": purpose});
    person.post("/me/step-ups", body).await
}

/// Answers who may do one act.
async fn stepped_up(person: &Client, device: &mut Authenticator, purpose: &str) -> Client {
    let assertion = device.assertion(person).await;
    let grant = prove(person, &assertion, purpose).await.ok(201);
    let token = grant["step_up_token"].as_str().expect("a token");
    person.with("x-step-up", token)
}

// A7, A22, A28
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_allows_one_act_of_its_purpose() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let mut device = device(&server);
    let person = with_passkey(&server, &mut device, &mine).await;
    let change = json!({"new_password": NEW});
    let able = stepped_up(&person, &mut device, "email").await;
    able.put("/me/password", change.clone())
        .await
        .problem(403, "step-up-required");
    let able = stepped_up(&person, &mut device, "password").await;
    // Another session of the same person.
    let body = json!({"method": "passkey", "assertion": device.assertion(&client).await});
    let other = client.post("/sessions", body).await.ok(201);
    able.bearer(other["access_token"].as_str().expect("a token"))
        .put("/me/password", change.clone())
        .await
        .problem(403, "step-up-required");
    able.put("/me/password", change.clone()).await.ok(204);
    able.put("/me/password", change)
        .await
        .problem(403, "step-up-required");
    // Five minutes later.
    let able = stepped_up(&person, &mut device, "password").await;
    server.clock.advance(301);
    able.put("/me/password", json!({"new_password": PASSWORD}))
        .await
        .problem(403, "step-up-required");
}

// A20, A45
#[tokio::test(flavor = "multi_thread")]
async fn only_a_passkey_of_the_account_proves_who_is_there() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let (mut mine, mut theirs) = (device(&server), device(&server));
    let person = with_passkey(&server, &mut mine, &phone(1)).await;
    with_passkey(&server, &mut theirs, &phone(2)).await;
    let without = client.registered(&phone(3)).await;

    // Right, and of somebody else.
    let assertion = theirs.assertion(&client).await;
    prove(&person, &assertion, "password")
        .await
        .problem(403, "second-factor-invalid");
    let assertion = mine.assertion(&client).await;
    prove(&without, &assertion, "password")
        .await
        .problem(403, "second-factor-invalid");
    // That challenge is used up.
    prove(&person, &assertion, "password")
        .await
        .problem(403, "second-factor-invalid");
    // One that signed in, too.
    let assertion = mine.assertion(&client).await;
    let body = json!({"method": "passkey", "assertion": assertion});
    client.post("/sessions", body.clone()).await.ok(201);
    prove(&person, &assertion, "password")
        .await
        .problem(403, "second-factor-invalid");
    let assertion = mine.assertion(&client).await;
    prove(&person, &assertion, "password").await.ok(201);
    let body = json!({"method": "passkey", "assertion": assertion});
    client
        .post("/sessions", body)
        .await
        .problem(401, "passkey-invalid");
    // Too late.
    let assertion = mine.assertion(&client).await;
    server.clock.advance(301);
    prove(&person, &assertion, "password")
        .await
        .problem(403, "second-factor-invalid");
}

// A28
#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_did_not_check_its_holder_proves_nothing() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mut device = device(&server);
    let person = with_passkey(&server, &mut device, &phone(1)).await;
    let challenge = client.post("/passkey-challenges", Value::Null).await;
    let mut challenge = challenge.ok(201);
    assert_eq!(challenge["public_key"]["userVerification"], "required");
    challenge["public_key"]["userVerification"] = "discouraged".into();
    let assertion = device.get(&challenge);
    prove(&person, &assertion, "password")
        .await
        .problem(403, "second-factor-invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_takes_its_own_proof() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mut device = device(&server);
    let person = with_passkey(&server, &mut device, &phone(1)).await;
    let assertion = device.assertion(&client).await;
    for (body, field) in [
        (json!({"method": "passkey"}), "passkey"),
        (json!({"method": "passkey", "code": "000000"}), "passkey"),
        (json!({"method": "totp", "passkey": assertion}), "code"),
        (json!({"passkey": assertion}), "code"),
    ] {
        let answer = person.post("/me/step-ups", body).await;
        answer.problem(422, "invalid-input");
        assert_eq!(answer.field_codes(), [(field.into(), "required".into())]);
    }
    prove(&person, &assertion, "password").await.ok(201);
}

// A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_steps_up_once_also_in_a_race() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mut device = device(&server);
    let person = with_passkey(&server, &mut device, &phone(1)).await;
    let assertion = device.assertion(&client).await;
    let tries = (0..20).map(|_| prove(&person, &assertion, "password"));
    let answers = futures_util::future::join_all(tries).await;
    let winners = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(winners, 1);
}

// A61
#[tokio::test(flavor = "multi_thread")]
async fn checks_are_limited_by_account_and_by_address() {
    let server = TestServer::start().await;
    let client = server.client();
    let mut device = device(&server);
    let person = client.registered(&phone(1)).await;
    server.clock.advance(61);
    let able = person.stepped_up(&phone(1), "second-factor", 2).await;
    device.enrol(&able, "x").await;
    let stranger = client.registered(&phone(2)).await;
    let assertion = device.assertion(&client).await;
    let mut wrong = assertion.clone();
    wrong["challenge"] = "x".into();
    for _ in 0..5 {
        prove(&person, &wrong, "password")
            .await
            .problem(403, "second-factor-invalid");
    }
    let refused = prove(&person, &assertion, "password").await;
    refused.problem(429, "rate-limited");
    assert!(!refused.header("retry-after").is_empty());

    // What the account may not try counts for nobody at the address: fifteen are left.
    let sign_in = json!({"method": "passkey", "assertion": wrong});
    for _ in 0..15 {
        client
            .post("/sessions", sign_in.clone())
            .await
            .problem(401, "passkey-invalid");
    }
    prove(&stranger, &wrong, "password")
        .await
        .problem(429, "rate-limited");
    // What was refused unseen is not used up.
    server.clock.advance(61);
    prove(&person, &assertion, "password").await.ok(201);
}

// A28, C24
#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_number_does_by_passkey_what_a_step_up_guards() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let number = phone(1);
    let mut device = device(&server);
    with_passkey(&server, &mut device, &number).await;
    // The notice is out before the time goes on.
    client.messages(&number, 3).await;
    server.clock.advance(91 * 24 * 3600);
    let code = client.code(&number, "register", 4).await;
    let mut registration = Client::registration(&number, &code);
    registration["new_owner"] = true.into();
    client.post("/accounts", registration).await.ok(201);

    let body = json!({"method": "passkey", "assertion": device.assertion(&client).await});
    let session = client.post("/sessions", body).await.ok(201);
    let person = client.bearer(session["access_token"].as_str().expect("a token"));
    person
        .post("/me/step-ups/codes", Value::Null)
        .await
        .problem(409, "phone-missing");
    server.clock.advance(301);

    for (purpose, path) in [("details", "/me/details"), ("export", "/me/export")] {
        person.get(path).await.problem(403, "step-up-required");
        let able = stepped_up(&person, &mut device, purpose).await;
        able.get(path).await.ok(200);
    }
    let able = stepped_up(&person, &mut device, "second-factor").await;
    able.post("/me/second-factors/recovery-codes", Value::Null)
        .await
        .ok(201);
    let able = stepped_up(&person, &mut device, "password").await;
    able.put("/me/password", json!({"new_password": NEW}))
        .await
        .ok(204);
    let able = stepped_up(&person, &mut device, "email").await;
    let captcha = client.solved_captcha().await;
    let address = json!({"email": "li.si@example.org", "captcha": captcha});
    able.put("/me/email", address).await.ok(202);
    // A new number, and with it the other ways.
    let able = stepped_up(&person, &mut device, "phone").await;
    let new = phone(2);
    let captcha = client.solved_captcha().await;
    let body = json!({"phone": new, "captcha": captcha});
    person.post("/me/phone/codes", body).await.ok(202);
    let code = client.newest_code(&new, 1).await;
    let change = json!({"phone": new, "code": code});
    let account = able.put("/me/phone", change).await.ok(200);
    assert_eq!(account["phone"], "139****0002");
    let able = stepped_up(&person, &mut device, "close").await;
    able.delete("/me").await.ok(202);
}
