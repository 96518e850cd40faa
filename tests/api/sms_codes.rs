//! `/sms-codes`

use renzheng::{config::LimitProfile, entity::outbox as row, job::outbox};
use renzheng_tests::{Client, TestServer, phone, verification::fault};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_code_reaches_the_phone() {
    let server = TestServer::start().await;
    let client = server.client();
    let sent = client
        .send_code("+86 139-0000-0001", "register")
        .await
        .ok(202);
    assert_eq!(sent, json!({"resend_after": 60, "expires_in": 300}));
    let message = &client.messages("13900000001", 1).await[0];
    let code = message["code"].as_str().expect("a code");
    assert_eq!(code.len(), 6);
    assert!(message["text"].as_str().expect("a text").contains(code));
}

// A11, C7
#[tokio::test(flavor = "multi_thread")]
async fn the_answer_does_not_tell_whether_the_phone_has_an_account() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    client.register(&phone(1)).await;
    for purpose in ["register", "login"] {
        let known = client.send_code(&phone(1), purpose).await;
        let unknown = client.send_code(&phone(2), purpose).await;
        assert_eq!(known.status, unknown.status);
        assert_eq!(known.bytes, unknown.bytes);
        let names = |answer: &renzheng_tests::Answer| {
            answer
                .headers
                .keys()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&known), names(&unknown));
    }
    let text =
        |message: &serde_json::Value| message["text"].as_str().unwrap_or_default().to_string();
    let known = client.messages(&phone(1), 3).await;
    let unknown = client.messages(&phone(2), 2).await;
    assert!(
        known.iter().any(|message| text(message).contains("已注册")),
        "{known:?}"
    );
    assert!(
        unknown
            .iter()
            .any(|message| text(message).contains("尚未注册")),
        "{unknown:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_phone_is_told_beside_the_field() {
    let server = TestServer::start().await;
    let client = server.client();
    for wrong in [
        "",
        "12345678901",
        "1390000000",
        "139000000012",
        "abc",
        "139\u{0}0000001",
    ] {
        let answer = client.send_code(wrong, "register").await;
        answer.problem(422, "invalid-input");
        assert_eq!(answer.field_codes()[0].0, "phone", "{wrong:?}");
    }
}

// C4
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_captcha_sends_nothing() {
    let server = TestServer::start().await;
    let client = server.client();
    let mut captcha = client.solved_captcha().await;
    captcha["text"] = "?????".into();
    let body = json!({"phone": "13900000001", "purpose": "register", "captcha": captcha});
    client
        .post("/sms-codes", body)
        .await
        .problem(422, "captcha-invalid");
    let messages = client
        .sandbox_get("/inbox/sms?phone=13900000001")
        .await
        .ok(200);
    assert_eq!(messages, json!([]));
}

// A61, C1, L1
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_gets_one_a_minute_five_an_hour_ten_a_day() {
    let server = TestServer::with(|config| {
        config.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")]
    })
    .await;
    let sender = |number: u32| {
        server
            .client()
            .with("x-forwarded-for", &format!("203.0.113.{number}"))
    };
    let mut sent = 0;
    let mut hour = 0;
    while sent < 10 {
        sender(sent).send_code("13900000001", "login").await.ok(202);
        sent += 1;
        let early = sender(200).send_code("13900000001", "login").await;
        early.problem(429, "rate-limited");
        if sent % 5 == 0 {
            server.clock.advance(61);
            let early = sender(201).send_code("13900000001", "login").await;
            early.problem(429, "rate-limited");
            let wait: u64 = early.header("retry-after").parse().expect("seconds");
            assert!(wait > 60, "{wait}");
            hour += 1;
            server.clock.advance(3600);
        } else {
            server.clock.advance(61);
        }
    }
    assert_eq!(hour, 2);
    sender(202)
        .send_code("13900000001", "login")
        .await
        .problem(429, "rate-limited");
    server.clock.advance(24 * 3600);
    sender(203).send_code("13900000001", "login").await.ok(202);
}

// A61, C2, L1
#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_ten_in_ten_minutes() {
    let server = TestServer::start().await;
    let client = server.client();
    for number in 0..10 {
        client.send_code(&phone(number), "register").await.ok(202);
    }
    client
        .send_code(&phone(10), "register")
        .await
        .problem(429, "rate-limited");
    // What is refused for the address is not counted for the phone.
    server.clock.advance(601);
    client.send_code(&phone(10), "register").await.ok(202);
}

// A20
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_its_phone_and_purpose_only() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    client.register(&phone(1)).await;
    let code = client.code(&phone(1), "login", 2).await;
    client
        .post("/accounts", Client::registration(&phone(1), &code))
        .await
        .problem(422, "code-invalid");
    let code = client.code(&phone(2), "register", 1).await;
    client
        .post("/accounts", Client::registration(&phone(3), &code))
        .await
        .problem(422, "code-invalid");
}

// A20, C6
#[tokio::test(flavor = "multi_thread")]
async fn a_newer_code_voids_the_older() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let older = client.code(&phone(1), "register", 1).await;
    let newer = client.code(&phone(1), "register", 2).await;
    if older != newer {
        client
            .post("/accounts", Client::registration(&phone(1), &older))
            .await
            .problem(422, "code-invalid");
    }
    client
        .post("/accounts", Client::registration(&phone(1), &newer))
        .await
        .ok(201);
}

// D10
#[tokio::test(flavor = "multi_thread")]
async fn messages_wait_for_the_gateway_and_go_out_once() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    fault(&client, "aliyun-sms", "error", 60).await;
    client.send_code(&phone(1), "register").await.ok(202);
    let messages = client
        .sandbox_get(&format!("/inbox/sms?phone={}", phone(1)))
        .await
        .ok(200);
    assert_eq!(messages, json!([]));
    server.clock.advance(61);
    let messages = client.messages(&phone(1), 1).await;
    assert_eq!(messages.len(), 1);
    let code = messages[0]["code"].as_str().expect("a code");
    client
        .post("/accounts", Client::registration(&phone(1), code))
        .await
        .ok(201);
}

// A19, D10
#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_lapsed_is_not_sent_any_more() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    fault(&client, "aliyun-sms", "error", 330).await;
    client.send_code(&phone(1), "register").await.ok(202);
    server.clock.advance(302);
    // The first try may be under way still: the gateway is back only once a later one has found that the code has lapsed.
    let app = server.app();
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
    loop {
        looks.tick().await;
        outbox::run(app).await.expect("a run of the outbox");
        let message = row::Entity::find().one(app.database.read()).await;
        let status = message.expect("read").expect("the message").status;
        if status == "lapsed" {
            break;
        }
        assert_eq!(status, "pending");
    }
    server.clock.advance(30);
    client.code(&phone(2), "register", 1).await;
    let messages = client
        .sandbox_get(&format!("/inbox/sms?phone={}", phone(1)))
        .await
        .ok(200);
    assert_eq!(messages, json!([]));
}

/// `renzheng_sms_codes_total` of a purpose: sent and proven.
async fn counted(server: &TestServer, purpose: &str) -> [u64; 2] {
    let metrics = reqwest::get(server.metrics_url()).await.expect("metrics");
    let metrics = metrics.text().await.expect("text");
    ["sent", "proven"].map(|outcome| {
        let name =
            format!("renzheng_sms_codes_total{{outcome=\"{outcome}\",purpose=\"{purpose}\"}} ");
        let count = metrics.lines().find_map(|line| line.strip_prefix(&name));
        let count = count.unwrap_or_else(|| panic!("{name} in {metrics}"));
        count.parse().expect("a number")
    })
}

/// What the alarm over codes that nobody types in stands on.
// C2
#[tokio::test(flavor = "multi_thread")]
async fn codes_are_counted_when_sent_and_when_proven() {
    let server = TestServer::one(|config| config.limits = LimitProfile::Relaxed).await;
    let client = server.client();
    // Not one yet: a series that is not there raises no alarm.
    for purpose in [
        "register",
        "login",
        "second-factor",
        "step-up",
        "bind-phone",
        "reset",
    ] {
        assert_eq!(counted(&server, purpose).await, [0, 0], "{purpose}");
    }
    let mine = phone(1);
    let person = client.registered(&mine).await;
    assert_eq!(counted(&server, "register").await, [1, 1]);

    let code = client.code(&mine, "login", 2).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let sign_in = async |code: &str| {
        let body = json!({"method": "sms", "phone": mine, "code": code});
        client.post("/sessions", body).await
    };
    sign_in(wrong).await.problem(422, "code-invalid");
    assert_eq!(counted(&server, "login").await, [1, 0]);
    sign_in(&code).await.ok(201);
    sign_in(&code).await.problem(422, "code-invalid");
    assert_eq!(counted(&server, "login").await, [1, 1]);
    // To who has no account a message goes too, and costs as much.
    client.send_code(&phone(2), "login").await.ok(202);
    assert_eq!(counted(&server, "login").await, [2, 1]);

    person.stepped_up(&mine, "phone", 3).await;
    assert_eq!(counted(&server, "step-up").await, [1, 1]);
    let bind = json!({"phone": phone(3), "captcha": client.solved_captcha().await});
    person.post("/me/phone/codes", bind).await.ok(202);
    assert_eq!(counted(&server, "bind-phone").await, [1, 0]);

    let named = json!({"account": mine, "captcha": client.solved_captcha().await});
    let reset = client.post("/password-resets", named).await.ok(201);
    let path = format!("/password-resets/{}", reset["id"].as_str().expect("an id"));
    let send = format!("{path}/code");
    client.post(&send, Value::Null).await.ok(202);
    let code = client.newest_code(&mine, 4).await;
    let verify = format!("{path}/verify");
    client.post(&verify, json!({"code": code})).await.ok(200);
    assert_eq!(counted(&server, "reset").await, [1, 1]);
    // What is refused is not sent.
    let unsolved = json!({"phone": mine, "purpose": "login", "captcha": {"id": uuid::Uuid::nil(), "text": "x"}});
    let refused = client.post("/sms-codes", unsolved).await;
    refused.problem(422, "captcha-invalid");
    assert_eq!(counted(&server, "login").await, [2, 1]);
}
