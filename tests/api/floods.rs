//! Many callers at once: what they may cost, and whom they must not shut out.

use std::net::Ipv6Addr;

use renzheng_tests::{Client, TestServer, phone};
use serde_json::{Value, json};

use crate::limits::{begin_reset, behind_a_proxy, bind, from, person};

// A61, C2, L1
#[tokio::test(flavor = "multi_thread")]
async fn a_number_block_gets_two_hundred_messages_an_hour() {
    let server = behind_a_proxy().await;
    for number in 0..200 {
        let client = from(&server, number);
        client.send_code(&phone(number), "register").await.ok(202);
    }
    let client = from(&server, 200);
    client
        .send_code(&phone(200), "register")
        .await
        .problem(429, "rate-limited");
    // Others are not held up.
    client.send_code("13800000001", "register").await.ok(202);
    server.clock.advance(3601);
    client.send_code(&phone(200), "register").await.ok(202);
}

// A61
#[tokio::test(flavor = "multi_thread")]
async fn a_site_of_many_lines_has_ten_times_the_limit_of_one() {
    let server = behind_a_proxy().await;
    let line = |site: u16, number: u16| {
        let address = Ipv6Addr::new(0x2001, 0xdb8, site, number, 0, 0, 0, 1);
        let client = server.client();
        client.with("x-forwarded-for", &address.to_string())
    };
    // 20 in 20 minutes, and ten times as many for the /48.
    let wrong = Client::registration("", "");
    let attempt = async |client: &Client| client.post("/accounts", wrong.clone()).await.status;
    for number in 0..10 {
        let client = line(1, number);
        for _ in 0..20 {
            assert_eq!(attempt(&client).await, 422);
        }
        assert_eq!(attempt(&client).await, 429);
    }
    assert_eq!(attempt(&line(1, 10)).await, 429);
    assert_eq!(attempt(&line(2, 10)).await, 422);
}

// A61, C2, L1, L7
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_costs_no_more_than_the_deployment_says() {
    let server = TestServer::with(|config| {
        config.sms.hourly_budget = 3;
        config.verification.daily_budget = 1;
    })
    .await;
    let client = server.client();
    let people = [
        client.registered(&phone(1)).await,
        client.registered(&phone(2)).await,
    ];
    client.send_code("13800000001", "register").await.ok(202);
    client
        .send_code("13800000002", "register")
        .await
        .problem(429, "rate-limited");
    for (person, number) in people.iter().zip([21, 22]) {
        let citizen = client.citizen(number).await;
        let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
        let answer = person.post("/me/verifications/id-card", claim).await;
        match number {
            21 => answer.ok(201),
            _ => answer.problem(429, "rate-limited"),
        };
    }
    server.clock.advance(3601);
    client.send_code("13800000002", "register").await.ok(202);
}

// A61, C2, L1
#[tokio::test(flavor = "multi_thread")]
async fn a_fifth_of_the_budget_is_kept_for_who_is_signed_in() {
    let server = TestServer::with(|config| {
        config.sms.hourly_budget = 10;
        config.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
    })
    .await;
    let mine = phone(1);
    let person = person(&server, &mine).await;
    let ask = async |number: u32| {
        let stranger = from(&server, number);
        stranger.send_code(&phone(number), "register").await
    };
    // The first of eight was the registration's.
    for number in 2..=8 {
        ask(number).await.ok(202);
    }
    ask(9).await.problem(429, "rate-limited");
    // The registration's was the first message to the person, too.
    let purpose = json!({"purpose": "phone"});
    for message in 2..=3 {
        person
            .post("/me/step-ups/codes", purpose.clone())
            .await
            .ok(202);
        person.newest_code(&mine, message).await;
        server.clock.advance(61);
    }
    // All ten are sent.
    let refused = person.post("/me/step-ups/codes", purpose.clone()).await;
    refused.problem(429, "rate-limited");
    ask(9).await.problem(429, "rate-limited");
    // The hour began with the first.
    server.clock.advance(3600);
    ask(9).await.ok(202);
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_of_a_phone_close_no_way_by_mail() {
    let server = behind_a_proxy().await;
    let client = from(&server, 100);
    let (mine, address) = (phone(1), "li.si@example.org");
    let person = person(&server, &mine).await;
    let able = person.stepped_up(&mine, "email", 2).await;
    bind(&able, address).await.ok(202);
    let mails = client.mails(address, 1).await;
    let link = mails[0]["links"][0].as_str().expect("a link");
    let token = link.split('#').nth(1).expect("a token");
    client
        .post("/email-activations", json!({"token": token}))
        .await
        .ok(200);
    let wrong = json!({"code": "000000"});
    // Where no code is out nothing is used up but the stranger's own.
    for number in 0..25 {
        let stranger = from(&server, number);
        let path = begin_reset(&stranger, &mine).await;
        let verify = format!("{path}/verify");
        let answer = stranger.post(&verify, wrong.clone()).await;
        answer.problem(422, "code-invalid");
    }
    // Codes that they have sent are tried twenty times a day.
    for number in 0..5 {
        server.clock.advance(1000);
        let stranger = from(&server, number);
        let path = begin_reset(&stranger, &mine).await;
        stranger
            .post(&format!("{path}/code"), Value::Null)
            .await
            .ok(202);
        for _ in 0..5 {
            let verify = format!("{path}/verify");
            let answer = stranger.post(&verify, wrong.clone()).await;
            match number {
                4 => answer.problem(429, "rate-limited"),
                _ => answer.problem(422, "code-invalid"),
            };
        }
    }
    server.clock.advance(61);
    let path = begin_reset(&client, &mine).await;
    client
        .post(&format!("{path}/code"), json!({"channel": "email"}))
        .await
        .ok(202);
    let verify = async |code: &str| {
        let body = json!({"code": code});
        client.post(&format!("{path}/verify"), body).await
    };
    verify("000000").await.problem(422, "code-invalid");
    let mails = client.mails(address, 2).await;
    let text = mails[0]["text"].as_str().expect("a text");
    let code = text
        .split_whitespace()
        .find(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()));
    verify(code.expect("a code")).await.ok(200);
}
