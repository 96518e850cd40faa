//! `/accounts`, `/agreements/current`

use renzheng_tests::{Client, PASSWORD, TestServer, phone};
use renzheng_types::value::Phone;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn changed(phone: &str, code: &str, field: &str, value: Value) -> Value {
    let mut body = Client::registration(phone, code);
    body[field] = value;
    body
}

// A57
#[tokio::test(flavor = "multi_thread")]
async fn registering_signs_in() {
    let server = TestServer::start().await;
    let client = server.client();
    let created = client.register("13900000330").await;
    assert_eq!(created["account"]["phone"], "139****0330");
    assert_eq!(created["account"]["nickname"], "小明");
    assert_eq!(created["account"]["level"], 0);
    assert_eq!(created["session"]["account"], created["account"]);
    assert_eq!(created["session"]["expires_in"], 600);
    assert!(created["session"]["refresh_token"].is_string());
    let token = created["session"]["access_token"]
        .as_str()
        .expect("a token");
    let me = client.bearer(token).get("/me").await.ok(200);
    assert_eq!(me, created["account"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_told_at_once() {
    let server = TestServer::start().await;
    let answer = server
        .client()
        .post(
            "/accounts",
            json!({"phone": "1", "nickname": " ", "password": "short", "sms_code": "12", "agreement": ""}),
        )
        .await;
    answer.problem(422, "invalid-input");
    let fields: Vec<String> = answer
        .field_codes()
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(
        fields,
        ["phone", "nickname", "sms_code", "agreement", "password"]
    );
}

// A1, A2, A3, A5
#[tokio::test(flavor = "multi_thread")]
async fn passwords_are_judged_by_length_and_guessability_alone() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let long = "长安回望绣成堆山顶千门次第开一骑红尘妃子笑无人知是荔枝来".repeat(5);
    for (password, taken) in [
        ("7 chars".to_string(), false),
        ("password1234567".into(), false),
        ("aaaaaaaaaaaaaaa".into(), false),
        ("1234567890123456".into(), false),
        ("1390000000113900000001".into(), false),
        (long.chars().take(129).collect(), false),
        (long.chars().take(128).collect(), true),
        ("lowercaseletterswithoutanyrule".into(), true),
        ("春眠不觉晓处处闻啼鸟".into(), true),
        ("four words with spaces".into(), true),
    ] {
        let code = "000000";
        let body = changed("13900000001", code, "password", password.clone().into());
        let answer = client.post("/accounts", body).await;
        let refused = answer
            .field_codes()
            .iter()
            .any(|(field, _)| field == "password");
        assert_eq!(!refused, taken, "{password}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_field_does_not_cost_the_code() {
    let server = TestServer::start().await;
    let client = server.client();
    let code = client.code("13900000001", "register", 1).await;
    client
        .post(
            "/accounts",
            changed("13900000001", &code, "nickname", "".into()),
        )
        .await
        .problem(422, "invalid-input");
    client
        .post("/accounts", Client::registration("13900000001", &code))
        .await
        .ok(201);
}

// C7
#[tokio::test(flavor = "multi_thread")]
async fn a_taken_phone_is_told_to_its_owner_only() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    client.register(&phone(1)).await;
    client
        .post("/accounts", Client::registration(&phone(1), "000000"))
        .await
        .problem(422, "code-invalid");
    let code = client.code(&phone(1), "register", 2).await;
    client
        .post("/accounts", Client::registration(&phone(1), &code))
        .await
        .problem(409, "phone-taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agreement_must_be_the_one_in_force() {
    let server = TestServer::start().await;
    let client = server.client();
    client
        .post(
            "/accounts",
            changed("13900000001", "000000", "agreement", "2020-01-01".into()),
        )
        .await
        .problem(409, "agreement-outdated");
    let zh = client.get("/agreements/current").await.ok(200);
    assert_eq!(zh["version"], renzheng_tests::AGREEMENT);
    assert_eq!(zh["title"], "注册协议");
    let en = client
        .with("accept-language", "en-GB,en;q=0.9")
        .get("/agreements/current")
        .await;
    assert_eq!(en.ok(200)["title"], "Registration agreement");
}

// A19
#[tokio::test(flavor = "multi_thread")]
async fn a_code_lapses_after_five_minutes() {
    let server = TestServer::start().await;
    let client = server.client();
    let code = client.code("13900000001", "register", 1).await;
    server.clock.advance(301);
    client
        .post("/accounts", Client::registration("13900000001", &code))
        .await
        .problem(422, "code-invalid");
}

// A21, L2
#[tokio::test(flavor = "multi_thread")]
async fn a_code_takes_five_tries_and_no_more() {
    let server = TestServer::start().await;
    let client = server.client();
    let code = client.code("13900000001", "register", 1).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        client
            .post("/accounts", Client::registration("13900000001", wrong))
            .await
            .problem(422, "code-invalid");
    }
    client
        .post("/accounts", Client::registration("13900000001", &code))
        .await
        .problem(422, "code-invalid");
}

// A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn fifty_parallel_registrations_make_one_account() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let code = client.code(&phone(1), "register", 1).await;
    let tries = (0..50).map(|_| client.post("/accounts", Client::registration(&phone(1), &code)));
    let answers = futures_util::future::join_all(tries).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    // The others are told either, according to which they met first: the used code, or the account.
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        match answer.status.as_u16() {
            409 => answer.problem(409, "phone-taken"),
            _ => answer.problem(422, "code-invalid"),
        };
    }
}

// A21, C5
#[tokio::test(flavor = "multi_thread")]
async fn codes_hold_against_parallel_guessing() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let code = client.code(&phone(1), "register", 1).await;
    let right: u32 = code.parse().expect("digits");
    let tries = (1..=200_u32).map(|offset| {
        let guess = format!("{:06}", (right + offset) % 1_000_000);
        client.post("/accounts", Client::registration(&phone(1), &guess))
    });
    for answer in futures_util::future::join_all(tries).await {
        answer.problem(422, "code-invalid");
    }
    // Five were looked at, and the right one is too late.
    client
        .post("/accounts", Client::registration(&phone(1), &code))
        .await
        .problem(422, "code-invalid");
}

// A61, L4
#[tokio::test(flavor = "multi_thread")]
async fn an_address_registers_twenty_in_twenty_minutes() {
    let server = TestServer::start().await;
    let client = server.client();
    for _ in 0..20 {
        client
            .post(
                "/accounts",
                changed("13900000001", "000000", "nickname", "".into()),
            )
            .await
            .problem(422, "invalid-input");
    }
    client
        .post("/accounts", Client::registration("13900000001", "000000"))
        .await
        .problem(429, "rate-limited");
}

// A23
#[tokio::test(flavor = "multi_thread")]
async fn a_code_rests_under_a_keyed_hash() {
    let server = TestServer::start().await;
    let code = server.client().code(&phone(1), "register", 1).await;
    let app = server.app();
    let number = Phone::parse(&phone(1)).expect("a phone");
    let key = format!("code:register::phone:{}", app.phone_key(&number));
    let stored = app.ephemeral.get(&key).await.expect("the store");
    let stored = stored.expect("a code");
    assert_eq!(stored.len(), 32);
    assert!(!stored.windows(6).any(|window| window == code.as_bytes()));
    // Nor is it a bare hash, of which there are a million to try.
    assert_ne!(stored, Sha256::digest(code.as_bytes()).as_slice());
    assert_ne!(stored, Sha256::digest(format!("{key}{code}")).as_slice());
}

// A9, A67
#[tokio::test(flavor = "multi_thread")]
async fn the_database_holds_nothing_readable() {
    let server = TestServer::start().await;
    let client = server.client();
    let created = client.register("13900000330").await;
    let session = &created["session"];
    let token = |name: &str| session[name].as_str().expect("a token").to_owned();
    let person = client.bearer(&token("access_token"));
    let citizen = client.citizen(7).await;
    person
        .post(
            "/me/verifications/id-card",
            json!({"name": citizen["name"], "id_number": citizen["id_number"]}),
        )
        .await
        .ok(201);
    let url = server.app().config.database_url();
    if url.starts_with("postgres") {
        return;
    }
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(server.folder().join("data")).expect("a folder") {
        bytes.extend(std::fs::read(file.expect("a file").path()).expect("readable"));
    }
    let holds = |text: &str| {
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    assert!(holds("$argon2id$v=19$m=19456,t=2,p=1$"));
    for secret in [
        "13900000330",
        PASSWORD,
        &token("access_token"),
        &token("refresh_token"),
        citizen["name"].as_str().expect("a name"),
        citizen["id_number"].as_str().expect("a number"),
        "PRIVATE KEY",
    ] {
        assert!(!holds(secret), "{secret} is readable");
    }
}
