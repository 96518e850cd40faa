//! `/me/second-factors`, and the second step of a sign-in.

use renzheng::config::SecondFactorPolicy;
use renzheng_tests::{Client, PASSWORD, TestServer, phone};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

fn generator(secret: &Value) -> Totp {
    let secret = Secret::try_from_base32(secret.as_str().expect("a secret")).expect("base32");
    Builder::new()
        .with_secret(secret)
        .with_account_name("-")
        .build()
        .expect("a generator")
}

pub fn code(server: &TestServer, generator: &Totp) -> String {
    let now = u64::try_from(server.clock.now().timestamp()).expect("after 1970");
    generator.generate(now).to_string()
}

/// Sets an app up; answers its generator and the recovery codes.
pub async fn enrol(
    server: &TestServer,
    person: &Client,
    mine: &str,
    messages: usize,
) -> (Totp, Vec<String>) {
    let able = person.stepped_up(mine, "second-factor", messages).await;
    let enrolment = able
        .post("/me/second-factors/totp", Value::Null)
        .await
        .ok(201);
    assert!(
        enrolment["uri"]
            .as_str()
            .expect("a URI")
            .starts_with("otpauth://totp/")
    );
    assert!(
        enrolment["qr_svg"]
            .as_str()
            .expect("a picture")
            .contains("<svg")
    );
    let generator = generator(&enrolment["secret"]);
    let right = code(server, &generator);
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    person
        .post(
            "/me/second-factors/totp/confirmation",
            json!({"code": wrong}),
        )
        .await
        .problem(422, "code-invalid");
    let body = json!({"code": right});
    let codes = person
        .post("/me/second-factors/totp/confirmation", body)
        .await
        .ok(201);
    let codes: Vec<String> = serde_json::from_value(codes["codes"].clone()).expect("codes");
    assert_eq!(codes.len(), 10);
    (generator, codes)
}

pub async fn second(
    client: &Client,
    ticket: &Value,
    kind: &str,
    value: &str,
) -> renzheng_tests::Answer {
    let answer = json!({"kind": kind, "value": value});
    client
        .post(
            "/sessions",
            json!({"method": "second-factor", "ticket": ticket, "answer": answer}),
        )
        .await
}

// A15, A22
#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_asked_on_new_devices() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    assert_eq!(
        person.get("/me/second-factors").await.ok(200),
        json!({"passkeys": [], "recovery_codes_left": 0})
    );
    let (generator, codes) = enrol(&server, &person, &mine, 2).await;
    let state = person.get("/me/second-factors").await.ok(200);
    assert_eq!(state["recovery_codes_left"], 10);
    assert!(state["totp_since"].is_string());

    let needed = client.sign_in(&mine, PASSWORD).await.ok(202);
    assert_eq!(needed["kinds"], json!(["totp", "recovery-code"]));
    assert!(needed.get("access_token").is_none());
    // The code that set it up was used.
    let used = code(&server, &generator);
    second(&client, &needed["ticket"], "totp", &used)
        .await
        .problem(403, "second-factor-invalid");
    second(&client, &needed["ticket"], "password", PASSWORD)
        .await
        .problem(403, "second-factor-invalid");
    server.clock.advance(30);
    let fresh = code(&server, &generator);
    second(&client, &needed["ticket"], "totp", &fresh)
        .await
        .ok(201);
    second(&client, &needed["ticket"], "totp", &fresh)
        .await
        .problem(410, "ticket-expired");

    let needed = client.sign_in(&mine, PASSWORD).await.ok(202);
    second(
        &client,
        &needed["ticket"],
        "recovery-code",
        &codes[0].to_uppercase(),
    )
    .await
    .ok(201);
    let needed = client.sign_in(&mine, PASSWORD).await.ok(202);
    second(&client, &needed["ticket"], "recovery-code", &codes[0])
        .await
        .problem(403, "second-factor-invalid");
    assert_eq!(
        person.get("/me/second-factors").await.ok(200)["recovery_codes_left"],
        9
    );
    server.clock.advance(301);
    second(&client, &needed["ticket"], "recovery-code", &codes[1])
        .await
        .problem(410, "ticket-expired");
}

// A20, C13
#[tokio::test(flavor = "multi_thread")]
async fn one_code_of_the_app_works_once_under_a_race() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let (generator, _) = enrol(&server, &person, &mine, 2).await;
    server.clock.advance(30);
    let fresh = code(&server, &generator);
    let mut tickets = Vec::new();
    for _ in 0..5 {
        tickets.push(client.sign_in(&mine, PASSWORD).await.ok(202)["ticket"].clone());
    }
    let answers = futures_util::future::join_all(
        tickets
            .iter()
            .map(|ticket| second(&client, ticket, "totp", &fresh)),
    )
    .await;
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 201).count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_browser_is_not_asked_again() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let (generator, _) = enrol(&server, &person, &mine, 2).await;
    server.clock.advance(30);
    let browser = client.with("x-csrf", "1");
    let needed = browser.sign_in(&mine, PASSWORD).await.ok(202);
    let answer = second(
        &browser,
        &needed["ticket"],
        "totp",
        &code(&server, &generator),
    )
    .await;
    answer.ok(201);
    let cookies: Vec<&str> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let device = cookies
        .iter()
        .find(|cookie| cookie.starts_with("__Host-device="))
        .expect("a cookie");
    for flag in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(device.contains(flag), "{device}");
    }
    assert!(
        cookies
            .iter()
            .any(|cookie| cookie.starts_with("__Host-session="))
    );
    let pair = device.split(';').next().expect("a pair");
    browser
        .with("cookie", pair)
        .sign_in(&mine, PASSWORD)
        .await
        .ok(201);
    browser
        .with("cookie", "__Host-device=x")
        .sign_in(&mine, PASSWORD)
        .await
        .ok(202);
    // It is known to this account alone.
    let other = phone(2);
    let stranger = client.registered(&other).await;
    enrol(&server, &stranger, &other, 2).await;
    browser
        .with("cookie", pair)
        .sign_in(&other, PASSWORD)
        .await
        .ok(202);
}

// A25
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_does_not_pass_the_app_by() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let (generator, _) = enrol(&server, &person, &mine, 2).await;
    server.clock.advance(30);
    let body = json!({"account": mine, "captcha": client.solved_captcha().await});
    let reset = client.post("/password-resets", body).await.ok(201);
    let path = format!("/password-resets/{}", reset["id"].as_str().expect("an id"));
    client
        .post(&format!("{path}/code"), Value::Null)
        .await
        .ok(202);
    let sms = client.newest_code(&mine, 4).await;
    let verify = format!("{path}/verify");
    client
        .post(&verify, json!({"code": sms}))
        .await
        .problem(403, "second-factor-required");
    let answer =
        |value: &str| json!({"code": sms, "second_factor": {"kind": "totp", "value": value}});
    client
        .post(&verify, answer("000000"))
        .await
        .problem(403, "second-factor-invalid");
    client
        .post(&verify, answer(&code(&server, &generator)))
        .await
        .ok(200);
}

// A24
#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_stepped_up_by_and_removed() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    person
        .post("/me/second-factors/totp", Value::Null)
        .await
        .problem(403, "step-up-required");
    person
        .post(
            "/me/second-factors/totp/confirmation",
            json!({"code": "000000"}),
        )
        .await
        .problem(410, "enrolment-expired");
    person
        .post("/me/second-factors/totp/confirmation", json!({"code": "x"}))
        .await
        .problem(422, "invalid-input");
    let able = person.stepped_up(&mine, "second-factor", 2).await;
    able.delete("/me/second-factors/totp")
        .await
        .problem(404, "not-found");
    able.post("/me/second-factors/recovery-codes", Value::Null)
        .await
        .problem(404, "not-found");
    let (generator, codes) = enrol(&server, &person, &mine, 3).await;
    let able = person.stepped_up(&mine, "second-factor", 5).await;
    able.post("/me/second-factors/totp", Value::Null)
        .await
        .problem(409, "second-factor-exists");
    let renewed = able
        .post("/me/second-factors/recovery-codes", Value::Null)
        .await
        .ok(201);
    assert!(
        !renewed["codes"]
            .as_array()
            .expect("codes")
            .contains(&json!(codes[0]))
    );
    person
        .post("/me/second-factors/recovery-codes", Value::Null)
        .await
        .problem(403, "step-up-required");

    server.clock.advance(30);
    let body =
        json!({"method": "totp", "code": code(&server, &generator), "purpose": "second-factor"});
    let grant = person.post("/me/step-ups", body.clone()).await.ok(201);
    person
        .post("/me/step-ups", body)
        .await
        .problem(422, "code-invalid");
    let able = person.with(
        "x-step-up",
        grant["step_up_token"].as_str().expect("a token"),
    );
    person
        .delete("/me/second-factors/totp")
        .await
        .problem(403, "step-up-required");
    able.delete("/me/second-factors/totp").await.ok(204);
    client.sign_in(&mine, PASSWORD).await.ok(201);
}

// A1, A15
#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_can_ask_everyone_on_new_devices() {
    let server = TestServer::with(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.sign_in.second_factor = Some(SecondFactorPolicy::NewDevice);
    })
    .await;
    let client = server.client();
    let mine = phone(1);
    client.register(&mine).await;
    let needed = client.sign_in(&mine, PASSWORD).await.ok(202);
    assert_eq!(needed["kinds"], json!(["sms"]));
    assert_eq!(needed["masked_phone"], "139****0001");
    let ask = json!({"ticket": needed["ticket"]});
    client
        .post("/sessions/second-factor-codes", ask)
        .await
        .ok(202);
    let code = client.newest_code(&mine, 2).await;
    second(&client, &needed["ticket"], "sms", &code)
        .await
        .ok(201);
    let code = client.code(&mine, "login", 3).await;
    let body = json!({"method": "sms", "phone": mine, "code": code});
    let needed = client.post("/sessions", body).await.ok(202);
    assert_eq!(needed["kinds"], json!(["password"]));
    let ask = json!({"ticket": needed["ticket"]});
    client
        .post("/sessions/second-factor-codes", ask)
        .await
        .problem(410, "ticket-expired");
    second(&client, &needed["ticket"], "password", "wrong")
        .await
        .problem(403, "second-factor-invalid");
    second(&client, &needed["ticket"], "password", PASSWORD)
        .await
        .ok(201);
}
