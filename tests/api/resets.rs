//! `/password-resets`

use renzheng_tests::{Client, PASSWORD, TestServer, phone};
use serde_json::{Value, json};

const NEW: &str = "battery staple correct horse";

async fn begin(client: &Client, account: &str) -> Value {
    let captcha = client.solved_captcha().await;
    let body = json!({"account": account, "captcha": captcha});
    client.post("/password-resets", body).await.ok(201)
}

/// Begins a reset by SMS. Answers its path and the code.
async fn sent(client: &Client, account: &str, count: usize) -> (String, String) {
    let reset = begin(client, account).await;
    let path = format!("/password-resets/{}", reset["id"].as_str().expect("an id"));
    client
        .post(&format!("{path}/code"), Value::Null)
        .await
        .ok(202);
    (path, client.newest_code(account, count).await)
}

async fn proven(client: &Client, account: &str, count: usize) -> (String, Value) {
    let (path, code) = sent(client, account, count).await;
    let grant = client
        .post(&format!("{path}/verify"), json!({"code": code}))
        .await
        .ok(200);
    (path, grant["reset_token"].clone())
}

// A16, A26, A27, C9
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_ends_every_session_and_tells_the_person() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let (path, token) = proven(&client, &mine, 2).await;
    let weak = json!({"reset_token": token, "password": "12345678"});
    let answer = client.put(&format!("{path}/password"), weak).await;
    answer.problem(422, "invalid-input");
    let body = json!({"reset_token": token, "password": NEW});
    client
        .put(&format!("{path}/password"), body.clone())
        .await
        .ok(204);
    person.get("/me").await.problem(401, "unauthenticated");
    client
        .sign_in(&mine, PASSWORD)
        .await
        .problem(401, "invalid-credentials");
    client.sign_in(&mine, NEW).await.ok(201);
    let told = client.messages(&mine, 3).await;
    assert!(
        told.iter()
            .any(|sms| sms["text"].as_str().expect("text").contains("密码已重置"))
    );
    client
        .put(&format!("{path}/password"), body)
        .await
        .problem(410, "reset-expired");
}

// A11, A26, C7
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_account_is_led_through_the_same_steps() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let (known, unknown) = (phone(1), phone(2));
    client.register(&known).await;
    let shape = |value: &Value| {
        let mut value = value.clone();
        value["id"] = Value::Null;
        value["masked_phone"] = Value::Null;
        value
    };
    let (one, two) = (begin(&client, &known).await, begin(&client, &unknown).await);
    assert_eq!(shape(&one), shape(&two));
    assert_eq!(two["masked_phone"], "139****0002");
    let path = format!("/password-resets/{}", two["id"].as_str().expect("an id"));
    client
        .post(&format!("{path}/code"), Value::Null)
        .await
        .ok(202);
    let told = client.messages(&unknown, 1).await;
    assert!(told[0]["text"].as_str().expect("text").contains("尚未注册"));
    assert_eq!(told[0]["code"], Value::Null);
    client
        .post(&format!("{path}/verify"), json!({"code": "000000"}))
        .await
        .problem(422, "code-invalid");
}

// A26, C9
#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_void_once_anything_changed() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    client.register(&mine).await;
    let (path, token) = proven(&client, &mine, 2).await;
    let (newer_path, newer) = proven(&client, &mine, 3).await;
    let body = |token: &Value| json!({"reset_token": token, "password": NEW});
    // A newer one voids it, and a token is for its own reset.
    client
        .put(&format!("{path}/password"), body(&token))
        .await
        .problem(410, "reset-expired");
    client
        .put(&format!("{path}/password"), body(&newer))
        .await
        .problem(410, "reset-expired");
    // So does a change of the password in between.
    let session = client.sign_in(&mine, PASSWORD).await.ok(201);
    let person = client.bearer(session["access_token"].as_str().expect("a token"));
    let able = person.stepped_up(&mine, "password", 4).await;
    able.put(
        "/me/password",
        json!({"new_password": "eight other lovely words"}),
    )
    .await
    .ok(204);
    client
        .put(&format!("{newer_path}/password"), body(&newer))
        .await
        .problem(410, "reset-expired");
}

// A21, A26, C9
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_lapses_and_is_guessed_five_times() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    client.register(&mine).await;
    let reset = begin(&client, &mine).await;
    let path = format!("/password-resets/{}", reset["id"].as_str().expect("an id"));
    client
        .post(&format!("{path}/code"), json!({}))
        .await
        .ok(202);
    let code = client.newest_code(&mine, 2).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        client
            .post(&format!("{path}/verify"), json!({"code": wrong}))
            .await
            .problem(422, "code-invalid");
    }
    client
        .post(&format!("{path}/verify"), json!({"code": code}))
        .await
        .problem(422, "code-invalid");
    client
        .post(&format!("{path}/verify"), json!({"code": "x"}))
        .await
        .problem(422, "invalid-input");
    server.clock.advance(1801);
    client
        .post(&format!("{path}/code"), json!({}))
        .await
        .problem(410, "reset-expired");
    client
        .post(&format!("{path}/verify"), json!({"code": code}))
        .await
        .problem(410, "reset-expired");
    let body = json!({"reset_token": "x", "password": NEW});
    client
        .put(&format!("{path}/password"), body)
        .await
        .problem(410, "reset-expired");
    let captcha = json!({"id": uuid::Uuid::nil(), "text": "x"});
    let body = json!({"account": mine, "captcha": captcha});
    client
        .post("/password-resets", body)
        .await
        .problem(422, "captcha-invalid");
    let body = json!({"account": "x", "captcha": client.solved_captcha().await});
    client
        .post("/password-resets", body)
        .await
        .problem(422, "invalid-input");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bound_mailbox_will_do() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let (mine, address) = (phone(1), "li.si@example.org");
    let person = client.registered(&mine).await;
    let able = person.stepped_up(&mine, "email", 2).await;
    let body = json!({"email": address, "captcha": client.solved_captcha().await});
    able.put("/me/email", body).await.ok(202);
    let mails = client.mails(address, 1).await;
    let link = mails[0]["links"][0].as_str().expect("a link").to_string();
    let token = link.split('#').nth(1).expect("a token");
    client
        .post("/email-activations", json!({"token": token}))
        .await
        .ok(200);
    for (account, before) in [(mine.as_str(), 1), (address, 3)] {
        let reset = begin(&client, account).await;
        let path = format!("/password-resets/{}", reset["id"].as_str().expect("an id"));
        client
            .post(&format!("{path}/code"), json!({"channel": "email"}))
            .await
            .ok(202);
        let mails = client.mails(address, before + 1).await;
        let text = mails[0]["text"].as_str().expect("a text");
        let code = text
            .split_whitespace()
            .find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()));
        let grant = client
            .post(
                &format!("{path}/verify"),
                json!({"code": code.expect("a code")}),
            )
            .await
            .ok(200);
        let body = json!({"reset_token": grant["reset_token"], "password": NEW});
        client.put(&format!("{path}/password"), body).await.ok(204);
        client.mails(address, before + 2).await;
    }
    // Each reset is told on every channel.
    let says = |message: &Value| {
        let text = message["text"].as_str().unwrap_or_default();
        text.contains("密码已重置")
    };
    let mails = client.mails(address, 5).await;
    assert_eq!(mails.iter().filter(|mail| says(mail)).count(), 2);
    let messages = client.messages(&mine, 5).await;
    assert_eq!(messages.iter().filter(|sms| says(sms)).count(), 2);
    // The mailbox signs in too.
    client.sign_in(address, NEW).await.ok(201);
}

// A26, C24
#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_was_not_proven_for_long_does_not_do_alone() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let (mine, unverified) = (phone(1), phone(2));
    let person = client.registered(&mine).await;
    client.register(&unverified).await;
    let citizen = client.citizen(21).await;
    let other = client.citizen(22).await;
    let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    let attempt = person
        .post("/me/verifications/id-card", claim)
        .await
        .ok(201);
    assert_eq!(attempt["status"], "passed");
    server.clock.advance(91 * 24 * 3600);

    let verify = async |path: &str, body: Value| client.post(&format!("{path}/verify"), body).await;
    let (path, code) = sent(&client, &mine, 2).await;
    verify(&path, json!({"code": code}))
        .await
        .problem(403, "identity-required");
    let with = |number: &Value| json!({"code": code, "id_number": number});
    verify(&path, with(&"1101051949123100".into()))
        .await
        .problem(422, "invalid-input");
    verify(&path, with(&other["id_number"]))
        .await
        .problem(403, "identity-mismatch");
    let grant = verify(&path, with(&citizen["id_number"])).await.ok(200);
    let body = json!({"reset_token": grant["reset_token"], "password": NEW});
    client.put(&format!("{path}/password"), body).await.ok(204);
    client.sign_in(&mine, NEW).await.ok(201);
    // It was proven now: the code alone signs in, and will do the next time.
    let code = client.code(&mine, "login", 4).await;
    let body = json!({"method": "sms", "phone": mine, "code": code});
    client.post("/sessions", body).await.ok(201);
    proven(&client, &mine, 5).await;

    // Where nothing shows whose account it is, there is nothing to show.
    let (path, code) = sent(&client, &unverified, 2).await;
    let body = json!({"code": code, "id_number": citizen["id_number"]});
    verify(&path, body).await.problem(403, "phone-unproven");
}

// A61, L5
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_mailed_more_often_by_beginning_anew() {
    let server = TestServer::start().await;
    let client = server.client();
    let mail = async |account: &str| {
        let reset = begin(&client, account).await;
        let path = format!(
            "/password-resets/{}/code",
            reset["id"].as_str().expect("id")
        );
        client.post(&path, json!({"channel": "email"})).await
    };
    for account in ["zhang.san@example.org", &phone(1)] {
        mail(account).await.ok(202);
        mail(account).await.problem(429, "rate-limited");
    }
    for _ in 0..4 {
        server.clock.advance(61);
        mail("zhang.san@example.org").await.ok(202);
    }
    server.clock.advance(61);
    mail("zhang.san@example.org")
        .await
        .problem(429, "rate-limited");
}
