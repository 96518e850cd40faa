//! Proofs that a change has overtaken, and guesses at the last of them.

use renzheng::config::SecondFactorPolicy;
use renzheng_tests::{PASSWORD, TestServer, phone};
use serde_json::{Value, json};

use crate::second_factors::{code, enrol, second};

// A24, A27
#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_a_factor_signs_out_the_others_and_is_told() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let other = client.signed_in_again(&mine).await;
    let told = async |words: &str, count: usize| {
        let messages = client.messages(&mine, count).await;
        let says = |message: &Value| message["text"].as_str().expect("a text").contains(words);
        assert!(messages.iter().any(says), "{words}");
    };
    let (generator, codes) = enrol(&server, &person, &mine, 2).await;
    other.get("/me").await.problem(401, "unauthenticated");
    person.get("/me").await.ok(200);

    server.clock.advance(30);
    let needed = client.sign_in(&mine, PASSWORD).await.ok(202);
    let session = second(&client, &needed["ticket"], "recovery-code", &codes[0]).await;
    let other = client.bearer(session.ok(201)["access_token"].as_str().expect("a token"));
    told("使用了一个恢复码", 4).await;

    let step_up = async |code: String| {
        let body = json!({"method": "totp", "code": code, "purpose": "second-factor"});
        let grant = person.post("/me/step-ups", body).await.ok(201);
        person.with(
            "x-step-up",
            grant["step_up_token"].as_str().expect("a token"),
        )
    };
    let able = step_up(code(&server, &generator)).await;
    able.post("/me/second-factors/recovery-codes", Value::Null)
        .await
        .ok(201);
    told("更换恢复码", 5).await;
    other.get("/me").await.ok(200);

    server.clock.advance(30);
    let able = step_up(code(&server, &generator)).await;
    able.delete("/me/second-factors/totp").await.ok(204);
    other.get("/me").await.problem(401, "unauthenticated");
    person.get("/me").await.ok(200);
}

// A26, A27
#[tokio::test(flavor = "multi_thread")]
async fn a_first_proof_is_void_once_the_password_changed() {
    let server = TestServer::with(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.sign_in.second_factor = Some(SecondFactorPolicy::NewDevice);
    })
    .await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let needed = client.sign_in(&mine, PASSWORD).await.ok(202);
    let able = person.stepped_up(&mine, "password", 2).await;
    let body = json!({"new_password": "eight other lovely words"});
    able.put("/me/password", body).await.ok(204);
    client.messages(&mine, 3).await;
    let ask = json!({"ticket": needed["ticket"]});
    client
        .post("/sessions/second-factor-codes", ask)
        .await
        .ok(202);
    let code = client.newest_code(&mine, 4).await;
    second(&client, &needed["ticket"], "sms", &code)
        .await
        .problem(410, "ticket-expired");
}

// A15, A27
#[tokio::test(flavor = "multi_thread")]
async fn a_factor_set_up_meanwhile_is_not_passed_by() {
    let server = TestServer::with(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.sign_in.second_factor = Some(SecondFactorPolicy::NewDevice);
    })
    .await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let needed = client.sign_in(&mine, PASSWORD).await.ok(202);
    assert_eq!(needed["kinds"], json!(["sms"]));
    enrol(&server, &person, &mine, 2).await;
    client.messages(&mine, 3).await;
    let ask = json!({"ticket": needed["ticket"]});
    client
        .post("/sessions/second-factor-codes", ask)
        .await
        .ok(202);
    let code = client.newest_code(&mine, 4).await;
    second(&client, &needed["ticket"], "sms", &code)
        .await
        .problem(410, "ticket-expired");
}

// A12
#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_guessed_no_better_as_a_second_proof() {
    let server = TestServer::with(|config| {
        config.sign_in.second_factor = Some(SecondFactorPolicy::NewDevice);
    })
    .await;
    let client = server.client();
    let mine = phone(1);
    client.register(&mine).await;
    let mut messages = 1;
    let mut ticket = async || {
        server.clock.advance(3 * 3600);
        messages += 1;
        let code = client.code(&mine, "login", messages).await;
        let body = json!({"method": "sms", "phone": mine, "code": code});
        let needed = client.post("/sessions", body).await.ok(202);
        assert_eq!(needed["kinds"], json!(["password"]));
        needed["ticket"].clone()
    };
    let mut failed = 0;
    while failed < 100 {
        let ticket = ticket().await;
        for _ in 0..5 {
            server.clock.advance(20);
            let answer = second(&client, &ticket, "password", "wrong wrong").await;
            answer.problem(403, "second-factor-invalid");
            failed += 1;
        }
    }
    let right = second(&client, &ticket().await, "password", PASSWORD).await;
    right.problem(403, "password-disabled");

    // A new password begins anew.
    server.clock.advance(3 * 3600);
    let captcha = client.solved_captcha().await;
    let body = json!({"account": mine, "captcha": captcha});
    let reset = client.post("/password-resets", body).await.ok(201);
    let path = format!("/password-resets/{}", reset["id"].as_str().expect("an id"));
    client
        .post(&format!("{path}/code"), Value::Null)
        .await
        .ok(202);
    let code = client.newest_code(&mine, 23).await;
    let grant = client
        .post(&format!("{path}/verify"), json!({"code": code}))
        .await
        .ok(200);
    let new = "battery staple correct horse";
    let body = json!({"reset_token": grant["reset_token"], "password": new});
    client.put(&format!("{path}/password"), body).await.ok(204);
    client.messages(&mine, 24).await;
    server.clock.advance(3 * 3600);
    let code = client.code(&mine, "login", 25).await;
    let body = json!({"method": "sms", "phone": mine, "code": code});
    let needed = client.post("/sessions", body).await.ok(202);
    second(&client, &needed["ticket"], "password", new)
        .await
        .ok(201);
}
