//! Who hammers an account locks its owner out of nothing.

use renzheng_tests::{Answer, Client, PASSWORD, TestServer, authenticator::Authenticator, phone};
use serde_json::{Value, json};

async fn guess(client: &Client, account: &str) {
    let mut body =
        json!({"method": "password", "account": account, "password": "wrong wrong wrong"});
    body["captcha"] = client.solved_captcha().await;
    client
        .post("/sessions", body)
        .await
        .problem(401, "invalid-credentials");
}

/// The cookie by which the browser will be known.
fn device_cookie(answer: &Answer) -> String {
    let cookies = answer.headers.get_all("set-cookie").iter();
    let mut cookies = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    let cookie = cookies.find(|cookie| cookie.starts_with("__Host-device="));
    cookie.expect("a cookie").to_owned()
}

// A12, A13, C5
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_hammered_still_gets_in_another_way() {
    let server = TestServer::start().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    server.clock.advance(61);
    let able = person.stepped_up(&mine, "second-factor", 2).await;
    let mut device = Authenticator::new(&server.app().public_url);
    device.enrol(&able, "我的手机").await;
    for _ in 0..5 {
        server.clock.advance(13);
        guess(&client, &mine).await;
    }
    // By password it has to be waited for, whoever knows it.
    let waiting = client.sign_in(&mine, PASSWORD).await;
    waiting.problem(429, "rate-limited");
    let assertion = device.assertion(&client).await;
    let body = json!({"method": "passkey", "assertion": assertion});
    client.post("/sessions", body).await.ok(201);
    let code = client.code(&mine, "login", 4).await;
    let body = json!({"method": "sms", "phone": mine, "code": code});
    let answer = client.post("/sessions", body).await;
    // The code is right; a second factor is asked of an account that has one.
    assert!(
        [201, 202].contains(&answer.status.as_u16()),
        "{}",
        answer.text()
    );
    person.get("/me").await.ok(200);
}

// A12, A13, C5
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_signed_in_before_has_tries_of_its_own() {
    let server = TestServer::start().await;
    let client = server.client();
    let mine = phone(1);
    client.register(&mine).await;
    let browser = client.with("x-csrf", "1");
    let first = browser.sign_in(&mine, PASSWORD).await;
    first.ok(201);
    let known = browser.with("cookie", &device_cookie(&first));
    for _ in 0..5 {
        server.clock.advance(13);
        guess(&client, &mine).await;
    }
    for stranger in [&client, &browser] {
        let waiting = stranger.sign_in(&mine, PASSWORD).await;
        waiting.problem(429, "rate-limited");
    }
    known.sign_in(&mine, PASSWORD).await.ok(201);
    // They are no more than anybody's, and good for no other account.
    for _ in 0..5 {
        server.clock.advance(13);
        guess(&known, &mine).await;
    }
    let waiting = known.sign_in(&mine, PASSWORD).await;
    waiting.problem(429, "rate-limited");
    client.register(&phone(2)).await;
    for _ in 0..5 {
        server.clock.advance(13);
        guess(&client, &phone(2)).await;
    }
    let waiting = known.sign_in(&phone(2), PASSWORD).await;
    waiting.problem(429, "rate-limited");
}

/// The wait doubles with every failure, and the day has an end.
// A12
#[tokio::test(flavor = "multi_thread")]
async fn the_wait_grows_to_an_hour_and_a_new_code_does_not_shorten_it() {
    let server = TestServer::start().await;
    let client = server.client();
    let mine = phone(1);
    client.register(&mine).await;
    for _ in 0..4 {
        server.clock.advance(61);
        guess(&client, &mine).await;
    }
    let wait = async || -> i64 {
        server.clock.advance(61);
        guess(&client, &mine).await;
        let answer = client.sign_in(&mine, PASSWORD).await;
        answer.problem(429, "rate-limited");
        answer.header("retry-after").parse().expect("seconds")
    };
    let mut waits = Vec::new();
    for _ in 0..9 {
        let seconds = wait().await;
        waits.push(seconds);
        server.clock.advance(seconds);
    }
    for (pair, longest) in waits.windows(2).zip([3600; 8]) {
        let doubled = (pair[0] * 2).min(longest);
        assert!((doubled - 2..=doubled).contains(&pair[1]), "{waits:?}");
    }
    assert!(waits.last().is_some_and(|last| *last > 3590), "{waits:?}");
    let seconds = wait().await;
    client.code(&mine, "login", 2).await;
    let answer = client.sign_in(&mine, PASSWORD).await;
    answer.problem(429, "rate-limited");
    let left: i64 = answer.header("retry-after").parse().expect("seconds");
    assert!(left >= seconds - 1, "{left}");
}

/// Whoever goes on for days ends it for every password, until another proof sets a new one.
// A12
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_failures_in_a_row_end_the_password() {
    let server = TestServer::start().await;
    let client = server.client();
    let mine = phone(1);
    client.register(&mine).await;
    let sign_in = async |account: &str, password: &str| {
        let mut body = json!({"method": "password", "account": account, "password": password});
        body["captcha"] = client.solved_captcha().await;
        client.post("/sessions", body).await
    };
    // Alike where there is no account.
    for account in [mine.as_str(), "nobody@example.org"] {
        let mut failed = 0;
        loop {
            let answer = sign_in(account, "wrong wrong wrong").await;
            match answer.status.as_u16() {
                401 => failed += 1,
                429 => {
                    let wait: i64 = answer.header("retry-after").parse().expect("seconds");
                    server.clock.advance(wait);
                }
                _ => {
                    answer.problem(403, "password-disabled");
                    break;
                }
            }
        }
        assert!((90..=100).contains(&failed), "{failed}");
        server.clock.advance(24 * 3600);
        let ended = sign_in(account, PASSWORD).await;
        ended.problem(403, "password-disabled");
    }
    let code = client.code(&mine, "login", 2).await;
    let body = json!({"method": "sms", "phone": mine, "code": code});
    client.post("/sessions", body).await.ok(201);
    sign_in(&mine, PASSWORD)
        .await
        .problem(403, "password-disabled");

    server.clock.advance(61);
    let captcha = client.solved_captcha().await;
    let body = json!({"account": mine, "captcha": captcha});
    let reset = client.post("/password-resets", body).await.ok(201);
    let path = format!("/password-resets/{}", reset["id"].as_str().expect("an id"));
    client
        .post(&format!("{path}/code"), Value::Null)
        .await
        .ok(202);
    let code = client.newest_code(&mine, 3).await;
    let grant = client
        .post(&format!("{path}/verify"), json!({"code": code}))
        .await
        .ok(200);
    let new = "battery staple correct horse";
    let body = json!({"reset_token": grant["reset_token"], "password": new});
    client.put(&format!("{path}/password"), body).await.ok(204);
    client.sign_in(&mine, new).await.ok(201);
}

/// No password grows old, and nobody is asked for a hint: only proof of harm changes it.
// A6
#[tokio::test(flavor = "multi_thread")]
async fn a_password_of_last_year_signs_in() {
    let server = TestServer::start().await;
    let client = server.client();
    client.register(&phone(1)).await;
    server.clock.advance(400 * 24 * 3600);
    client.sign_in(&phone(1), PASSWORD).await.ok(201);
    let text = renzheng_tests::description::description().to_string();
    for word in ["password_hint", "security_question", "secret_question"] {
        assert!(!text.contains(word), "{word}");
    }
}

// A11, C7
#[tokio::test(flavor = "multi_thread")]
async fn known_and_unknown_are_answered_byte_for_byte_alike() {
    let server = TestServer::relaxed().await;
    let client = server.client().with("x-request-id", "same");
    client.register(&phone(1)).await;
    let person = client.registered(&phone(3)).await;
    let ask = async |path: &str, who: &Client, make: &dyn Fn(&str, Value) -> Value| {
        let mut answers = Vec::new();
        for account in [phone(1), phone(2)] {
            let body = make(&account, client.solved_captcha().await);
            let mut answer = who.post(path, body).await;
            answer.headers.remove("date");
            let mut body = answer.json();
            // What is theirs alone: the name of the reset, and the number that was typed.
            for own in ["id", "masked_phone"] {
                if body[own].is_string() {
                    body[own] = "".into();
                }
            }
            answers.push((answer.status, answer.headers, body));
        }
        assert_eq!(answers[0], answers[1], "{path}");
        answers[0].0.as_u16()
    };
    for purpose in ["register", "login"] {
        let body =
            |phone: &str, captcha| json!({"phone": phone, "purpose": purpose, "captcha": captcha});
        assert_eq!(ask("/sms-codes", &client, &body).await, 202);
    }
    let body =
        |account: &str, _| json!({"method": "password", "account": account, "password": "not it"});
    assert_eq!(ask("/sessions", &client, &body).await, 401);
    let body = |phone: &str, _| json!({"method": "sms", "phone": phone, "code": "000000"});
    assert_eq!(ask("/sessions", &client, &body).await, 422);
    let body = |phone: &str, _| Client::registration(phone, "000000");
    assert_eq!(ask("/accounts", &client, &body).await, 422);
    let body = |account: &str, captcha| json!({"account": account, "captcha": captcha});
    assert_eq!(ask("/password-resets", &client, &body).await, 201);
    let body = |phone: &str, captcha| json!({"phone": phone, "captcha": captcha});
    assert_eq!(ask("/me/phone/codes", &person, &body).await, 202);
}
