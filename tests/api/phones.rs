//! `/me/phone`

use renzheng::config::{LimitProfile, SecondFactorPolicy};
use renzheng_tests::{Client, PASSWORD, TestServer, phone};
use serde_json::{Value, json};

async fn code_for(person: &Client, new: &str, count: usize) -> Value {
    let captcha = person.solved_captcha().await;
    let body = json!({"phone": new, "captcha": captcha});
    person.post("/me/phone/codes", body).await.ok(202);
    person.newest_code(new, count).await.into()
}

// C24
#[tokio::test(flavor = "multi_thread")]
async fn a_step_up_proves_that_the_phone_is_held() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    client.registered(&mine).await;
    server.clock.advance(60 * 24 * 3600);
    let person = client.signed_in_again(&mine).await;
    person.stepped_up(&mine, "export", 2).await;
    server.clock.advance(60 * 24 * 3600);
    // A hundred and twenty days after the registration the number is no stranger's.
    let code = client.code(&mine, "login", 3).await;
    let body = json!({"method": "sms", "phone": mine, "code": code});
    client.post("/sessions", body).await.ok(201);
}

// A16, A27
#[tokio::test(flavor = "multi_thread")]
async fn the_new_phone_signs_in_and_the_old_one_is_told() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let (old, new) = (phone(1), phone(2));
    let person = client.registered(&old).await;
    let able = person.stepped_up(&old, "phone", 2).await;
    let code = code_for(&person, &new, 1).await;
    person
        .put("/me/phone", json!({"phone": new, "code": code}))
        .await
        .problem(403, "step-up-required");
    let account = able
        .put("/me/phone", json!({"phone": new, "code": code}))
        .await
        .ok(200);
    assert_eq!(account["phone"], "139****0002");
    let told = client.messages(&old, 3).await;
    assert!(
        told[0]["text"]
            .as_str()
            .expect("a text")
            .contains("手机号码已更换")
    );
    client.sign_in(&new, PASSWORD).await.ok(201);
    client
        .sign_in(&old, PASSWORD)
        .await
        .problem(401, "invalid-credentials");
    // The number that was given up can be registered anew.
    let code = client.code(&old, "register", 4).await;
    let other = client
        .post("/accounts", Client::registration(&old, &code))
        .await
        .ok(201);
    assert_ne!(other["account"]["id"], account["id"]);
}

// C7
#[tokio::test(flavor = "multi_thread")]
async fn a_taken_phone_is_told_only_to_who_holds_it() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let (mine, taken) = (phone(1), phone(2));
    let person = client.registered(&mine).await;
    client.register(&taken).await;
    let able = person.stepped_up(&mine, "phone", 2).await;
    let wrong = json!({"phone": taken, "code": "000000"});
    able.put("/me/phone", wrong)
        .await
        .problem(422, "code-invalid");
    let code = code_for(&person, &taken, 2).await;
    able.put("/me/phone", json!({"phone": taken, "code": code}))
        .await
        .problem(409, "phone-taken");
}

// A20, C5
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_for_the_session_that_asked() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let (mine, other, new) = (phone(1), phone(2), phone(3));
    let person = client.registered(&mine).await;
    let stranger = client.registered(&other).await;
    let able = person.stepped_up(&mine, "phone", 2).await;
    let code = code_for(&stranger, &new, 1).await;
    able.put("/me/phone", json!({"phone": new, "code": code}))
        .await
        .problem(422, "code-invalid");
    let invalid = able
        .put("/me/phone", json!({"phone": "1", "code": "x"}))
        .await;
    invalid.problem(422, "invalid-input");
    let body = json!({"phone": "1", "captcha": person.solved_captcha().await});
    person
        .post("/me/phone/codes", body)
        .await
        .problem(422, "invalid-input");
    let body = json!({"phone": new, "captcha": {"id": uuid::Uuid::nil(), "text": "x"}});
    person
        .post("/me/phone/codes", body)
        .await
        .problem(422, "captcha-invalid");
}

// A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn two_people_cannot_bind_one_phone() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let new = phone(9);
    let mut racers = Vec::new();
    for number in 1..=4 {
        let mine = phone(number);
        let person = client.registered(&mine).await;
        let able = person.stepped_up(&mine, "phone", 2).await;
        let code = code_for(&person, &new, number as usize).await;
        racers.push((able, code));
    }
    let answers = futures_util::future::join_all(
        racers
            .iter()
            .map(|(able, code)| able.put("/me/phone", json!({"phone": new, "code": code}))),
    )
    .await;
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(won, 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.problem(409, "phone-taken");
    }
}

// C24
#[tokio::test(flavor = "multi_thread")]
async fn a_number_with_a_new_owner_never_reaches_the_old_account() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let number = phone(1);
    let old = client.register(&number).await;
    server.clock.advance(91 * 24 * 3600);
    // By SMS alone nobody gets in any more.
    let code = client.code(&number, "login", 2).await;
    let body = json!({"method": "sms", "phone": number, "code": code});
    let needed = client.post("/sessions", body).await.ok(202);
    assert_eq!(needed["kinds"], json!(["password"]));
    // Without saying so, the new owner is told that there is an account.
    let code = client.code(&number, "register", 3).await;
    let mut registration = Client::registration(&number, &code);
    client
        .post("/accounts", registration.clone())
        .await
        .problem(409, "phone-taken");
    // And goes on with the same code.
    registration["new_owner"] = true.into();
    let new = client.post("/accounts", registration.clone()).await.ok(201);
    assert_ne!(new["account"]["id"], old["account"]["id"]);
    // A number that was proven lately is not taken away.
    let code = client.code(&number, "register", 4).await;
    registration["sms_code"] = code.into();
    client
        .post("/accounts", registration)
        .await
        .problem(409, "phone-taken");
}

/// Opens an account with a mailbox, whose number comes to a new owner. Answers the mail address.
async fn lost_its_number(server: &TestServer) -> &'static str {
    let client = server.client();
    let (number, address) = (phone(1), "zhang.san@example.org");
    let person = client.registered(&number).await;
    let able = person.stepped_up(&number, "email", 2).await;
    let body = json!({"email": address, "captcha": client.solved_captcha().await});
    able.put("/me/email", body).await.ok(202);
    let mails = client.mails(address, 1).await;
    let link = mails[0]["links"][0].as_str().expect("a link");
    let token = link.split('#').nth(1).expect("a token");
    client
        .post("/email-activations", json!({"token": token}))
        .await
        .ok(200);
    // The notice is out before the time goes on.
    client.messages(&number, 3).await;
    server.clock.advance(91 * 24 * 3600);
    let code = client.code(&number, "register", 4).await;
    let mut registration = Client::registration(&number, &code);
    registration["new_owner"] = true.into();
    client.post("/accounts", registration).await.ok(201);
    address
}

// C24
#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_lost_its_number_has_no_phone_to_step_up_by() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let address = lost_its_number(&server).await;
    let session = client.sign_in(address, PASSWORD).await.ok(201);
    let person = client.bearer(session["access_token"].as_str().expect("a token"));
    person
        .post("/me/step-ups/codes", Value::Null)
        .await
        .problem(409, "phone-missing");
    person
        .post("/me/step-ups", json!({"code": "000000"}))
        .await
        .problem(409, "phone-missing");
}

// C24
#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_a_phone_is_not_asked_for_a_code_to_it() {
    let server = TestServer::with(|config| {
        config.limits = LimitProfile::Relaxed;
        config.sign_in.second_factor = Some(SecondFactorPolicy::NewDevice);
    })
    .await;
    let client = server.client();
    let address = lost_its_number(&server).await;
    client
        .sign_in(address, "not the password")
        .await
        .problem(401, "invalid-credentials");
    client
        .sign_in(address, PASSWORD)
        .await
        .problem(409, "phone-missing");
}

// A21, A61
#[tokio::test(flavor = "multi_thread")]
async fn nobody_uses_up_the_tries_of_who_binds_a_number() {
    let server = TestServer::start().await;
    let client = server.client();
    let (mine, new, theirs) = (phone(1), phone(2), phone(3));
    let person = client.registered(&mine).await;
    let stranger = client.registered(&theirs).await;
    server.clock.advance(61);
    let able = stranger.stepped_up(&theirs, "phone", 2).await;
    let guess = json!({"phone": new, "code": "000000"});
    for _ in 0..20 {
        let answer = able.put("/me/phone", guess.clone()).await;
        answer.problem(422, "code-invalid");
    }
    let refused = able.put("/me/phone", guess).await;
    refused.problem(429, "rate-limited");
    let able = person.stepped_up(&mine, "phone", 2).await;
    let code = code_for(&person, &new, 1).await;
    able.put("/me/phone", json!({"phone": new, "code": code}))
        .await
        .ok(200);
}
