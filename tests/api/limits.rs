//! The rows of the table of limits that are not told beside their operation: by number block, by address over a day, by
//! phone over a day, of mail, of resets, of second proofs and of copies.

use std::net::Ipv4Addr;

use renzheng::config::SecondFactorPolicy;
use renzheng_tests::{Answer, Client, PASSWORD, TestServer, phone};
use serde_json::{Value, json};

/// A server behind a proxy, so that callers may have many addresses.
pub async fn behind_a_proxy() -> TestServer {
    TestServer::with(|config| {
        config.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
    })
    .await
}

/// A caller from the address of that number.
pub fn from(server: &TestServer, number: u32) -> Client {
    let address = Ipv4Addr::from_bits(0xCB00_0000 + number);
    server
        .client()
        .with("x-forwarded-for", &address.to_string())
}

/// A registered person, a minute after the last message to them.
pub async fn person(server: &TestServer, mine: &str) -> Client {
    let person = from(server, 0xFFFF).registered(mine).await;
    server.clock.advance(61);
    person
}

// A61, C2, L1
#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_fifty_messages_a_day() {
    let server = behind_a_proxy().await;
    let client = from(&server, 1);
    for number in 0..50 {
        client.send_code(&phone(number), "register").await.ok(202);
        if number % 10 == 9 {
            server.clock.advance(601);
        }
    }
    let refused = client.send_code(&phone(50), "register").await;
    refused.problem(429, "rate-limited");
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!(wait > 3600, "{wait}");
    from(&server, 2)
        .send_code(&phone(50), "register")
        .await
        .ok(202);
}

/// Signs in by a code that is not the one.
async fn guess(client: &Client, phone: &str) -> Answer {
    let body = json!({"method": "sms", "phone": phone, "code": "000000"});
    client.post("/sessions", body).await
}

// C5, C6, L2
#[tokio::test(flavor = "multi_thread")]
async fn codes_of_a_phone_are_tried_twenty_times_a_day_wherever_from() {
    let server = behind_a_proxy().await;
    for number in 0..20 {
        guess(&from(&server, number), &phone(1))
            .await
            .problem(422, "code-invalid");
    }
    guess(&from(&server, 20), &phone(1))
        .await
        .problem(429, "rate-limited");
    server.clock.advance(24 * 3600 + 1);
    guess(&from(&server, 20), &phone(1))
        .await
        .problem(422, "code-invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_use_up_nothing_of_those_who_are_signed_in() {
    let server = behind_a_proxy().await;
    let mine = phone(1);
    let person = person(&server, &mine).await;
    // The first of the day was the registration's.
    for number in 1..20 {
        guess(&from(&server, number), &mine)
            .await
            .problem(422, "code-invalid");
    }
    guess(&from(&server, 20), &mine)
        .await
        .problem(429, "rate-limited");
    person.stepped_up(&mine, "phone", 2).await;
}

// A12
#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_mail_is_one_however_it_is_written() {
    let server = behind_a_proxy().await;
    for (number, account) in (0..).zip([
        "zhang.san@example.org",
        "Zhang.San@example.org",
        " zhang.san@EXAMPLE.org ",
        "ｚhang.san@example.org",
        "ZHANG.SAN@example.org",
    ]) {
        let tried = from(&server, number)
            .sign_in(account, "wrong-Password-1")
            .await;
        match number {
            0..3 => tried.problem(401, "invalid-credentials"),
            _ => tried.problem(422, "captcha-required"),
        };
    }
    from(&server, 9)
        .sign_in("zHANG.san@example.org", "wrong-Password-1")
        .await
        .problem(429, "rate-limited");
}

// C5, L2
#[tokio::test(flavor = "multi_thread")]
async fn an_address_tries_sixty_codes_in_ten_minutes() {
    let server = behind_a_proxy().await;
    let client = from(&server, 1);
    for number in 0..60 {
        guess(&client, &phone(number))
            .await
            .problem(422, "code-invalid");
    }
    guess(&client, &phone(60))
        .await
        .problem(429, "rate-limited");
    let body = json!({"token": "AZMbbp1gekOMHy9Lan2eAQ"});
    client
        .post("/email-activations", body)
        .await
        .problem(429, "rate-limited");
    server.clock.advance(601);
    guess(&client, &phone(60))
        .await
        .problem(422, "code-invalid");
}

/// Asks for the mail that binds an address; `able` has stepped up.
pub async fn bind(able: &Client, email: &str) -> Answer {
    let captcha = able.solved_captcha().await;
    let body = json!({"email": email, "captcha": captcha});
    able.put("/me/email", body).await
}

// A61, L5
#[tokio::test(flavor = "multi_thread")]
async fn mails_are_one_a_minute_and_five_an_hour_for_an_account_and_for_an_address_of_mail() {
    let server = behind_a_proxy().await;
    let (mine, email) = (phone(1), "a@example.org");
    from(&server, 1).register(&mine).await;
    from(&server, 2).register(&phone(2)).await;
    server.clock.advance(3601);
    let person = from(&server, 1).signed_in_again(&mine).await;
    let mut able = person.stepped_up(&mine, "email", 2).await;
    for sent in 1..=5 {
        server.clock.advance(61);
        bind(&able, email).await.ok(202);
        if sent == 5 {
            break;
        }
        able = person.stepped_up(&mine, "email", 2 + sent).await;
        bind(&able, email).await.problem(429, "rate-limited");
    }
    // An hour after the first message, and less than one after the first mail.
    server.clock.advance(3601 - 5 * 61);
    let person = from(&server, 1).signed_in_again(&mine).await;
    let able = person.stepped_up(&mine, "email", 7).await;
    bind(&able, "b@example.org")
        .await
        .problem(429, "rate-limited");
    let another = from(&server, 2).signed_in_again(&phone(2)).await;
    let able = another.stepped_up(&phone(2), "email", 2).await;
    bind(&able, email).await.problem(429, "rate-limited");
    bind(&able, "b@example.org").await.ok(202);
}

// A61, L5
#[tokio::test(flavor = "multi_thread")]
async fn mails_are_twenty_an_hour_for_an_address() {
    let server = behind_a_proxy().await;
    let client = from(&server, 1);
    let ask = async |number: u32| {
        let path = begin_reset(&client, &format!("nobody{number}@example.org")).await;
        let body = json!({"channel": "email"});
        client.post(&format!("{path}/code"), body).await
    };
    for number in 0..20 {
        ask(number).await.ok(202);
        if number == 9 {
            server.clock.advance(20 * 60 + 1);
        }
    }
    server.clock.advance(20 * 60 + 1);
    ask(20).await.problem(429, "rate-limited");
    server.clock.advance(20 * 60 + 1);
    ask(20).await.ok(202);
}

/// Begins a reset; answers its path.
pub async fn begin_reset(client: &Client, account: &str) -> String {
    let captcha = client.solved_captcha().await;
    let body = json!({"account": account, "captcha": captcha});
    let reset = client.post("/password-resets", body).await.ok(201);
    format!("/password-resets/{}", reset["id"].as_str().expect("an id"))
}

// A61, C9
#[tokio::test(flavor = "multi_thread")]
async fn resets_are_twenty_in_twenty_minutes_for_an_address() {
    let server = behind_a_proxy().await;
    let client = from(&server, 1);
    let begin = async |number: u32| {
        let captcha = client.solved_captcha().await;
        let body = json!({"account": phone(number), "captcha": captcha});
        client.post("/password-resets", body).await
    };
    for number in 0..20 {
        begin(number).await.ok(201);
    }
    begin(20).await.problem(429, "rate-limited");
    server.clock.advance(20 * 60 + 1);
    begin(20).await.ok(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn reset_codes_are_one_a_minute() {
    let server = behind_a_proxy().await;
    let client = from(&server, 1);
    let phone = phone(1);
    for (account, channel) in [(phone.as_str(), "sms"), ("nobody@example.org", "email")] {
        let path = begin_reset(&client, account).await;
        let ask = async || {
            let body = json!({"channel": channel});
            client.post(&format!("{path}/code"), body).await
        };
        ask().await.ok(202);
        ask().await.problem(429, "rate-limited");
        server.clock.advance(61);
        ask().await.ok(202);
    }
}

// A61, C5
#[tokio::test(flavor = "multi_thread")]
async fn second_proofs_are_tried_five_times_a_minute() {
    let server = behind_a_proxy().await;
    let person = person(&server, &phone(1)).await;
    let prove = async || {
        let body = json!({"method": "totp", "code": "000000", "purpose": "email"});
        person.post("/me/step-ups", body).await
    };
    for _ in 0..5 {
        prove().await.problem(422, "code-invalid");
    }
    prove().await.problem(429, "rate-limited");
    let body = json!({"code": "000000"});
    person
        .post("/me/second-factors/totp/confirmation", body)
        .await
        .problem(429, "rate-limited");
    server.clock.advance(61);
    prove().await.problem(422, "code-invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_of_everything_are_five_an_hour() {
    let server = behind_a_proxy().await;
    let person = from(&server, 1).registered(&phone(1)).await;
    for _ in 0..5 {
        person.get("/me/export").await.ok(200);
    }
    person.get("/me/export").await.problem(429, "rate-limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_for_the_second_proof_are_one_a_minute() {
    let server = TestServer::with(|config| {
        config.sign_in.second_factor = Some(SecondFactorPolicy::NewDevice);
    })
    .await;
    let client = server.client();
    client.register(&phone(1)).await;
    server.clock.advance(61);
    let needed = client.sign_in(&phone(1), PASSWORD).await.ok(202);
    let body = json!({"ticket": needed["ticket"]});
    let path = "/sessions/second-factor-codes";
    client.post(path, body.clone()).await.ok(202);
    client.post(path, body).await.problem(429, "rate-limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_scans_twenty_codes_a_minute() {
    let server = TestServer::start().await;
    let person = server.client().registered(&phone(1)).await;
    let path = "/qr-logins/01931b6e-9d60-4a43-8c1f-2f4b6a7d9e07/scan";
    for _ in 0..20 {
        person
            .post(path, json!(null))
            .await
            .problem(410, "qr-expired");
    }
    person
        .post(path, json!(null))
        .await
        .problem(429, "rate-limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_about_to_be_bound_is_asked_once_a_minute_and_tried_twenty_times() {
    let server = behind_a_proxy().await;
    let (mine, new) = (phone(1), phone(2));
    let person = person(&server, &mine).await;
    let ask = async || {
        let body = json!({"phone": new, "captcha": person.solved_captcha().await});
        person.post("/me/phone/codes", body).await
    };
    ask().await.ok(202);
    ask().await.problem(429, "rate-limited");
    let able = person.stepped_up(&mine, "phone", 2).await;
    let bind = async || {
        let body = json!({"phone": new, "code": "000000"});
        able.put("/me/phone", body).await
    };
    for _ in 0..20 {
        bind().await.problem(422, "code-invalid");
    }
    bind().await.problem(429, "rate-limited");
}

// C6, C9
#[tokio::test(flavor = "multi_thread")]
async fn codes_of_a_reset_are_tried_twenty_times_a_day() {
    let server = behind_a_proxy().await;
    let client = from(&server, 1);
    let path = begin_reset(&client, &phone(1)).await;
    client
        .post(&format!("{path}/code"), Value::Null)
        .await
        .ok(202);
    let verify = async || {
        let body = json!({"code": "000000"});
        client.post(&format!("{path}/verify"), body).await
    };
    for _ in 0..20 {
        verify().await.problem(422, "code-invalid");
    }
    verify().await.problem(429, "rate-limited");
}
