//! Many at once for what there is once, among different operations and accounts.

use futures_util::future::join_all;
use renzheng_tests::{Answer, Client, TestServer, phone};
use serde_json::{Value, json};

fn won(answers: &[Answer]) -> usize {
    let won = answers.iter().filter(|answer| answer.status.is_success());
    won.count()
}

/// One captcha at every operation that takes one, all at once: one is served.
// A65, C3, C13
#[tokio::test(flavor = "multi_thread")]
async fn one_captcha_serves_one_operation() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let able = person.stepped_up(&phone(1), "email", 2).await;
    for _ in 0..5 {
        let captcha = client.solved_captcha().await;
        let sms = json!({"phone": phone(2), "purpose": "login", "captcha": captcha});
        let reset = json!({"account": phone(2), "captcha": captcha});
        let bind = json!({"phone": phone(3), "captcha": captcha});
        let email = json!({"email": "a@example.org", "captcha": captcha});
        let (sms, reset, bind, email) = tokio::join!(
            client.post("/sms-codes", sms),
            client.post("/password-resets", reset),
            person.post("/me/phone/codes", bind),
            able.put("/me/email", email),
        );
        let answers = [sms, reset, bind, email];
        assert_eq!(won(&answers), 1);
        for answer in answers.iter().filter(|answer| !answer.status.is_success()) {
            let code = answer.json()["code"].clone();
            // The proof of the one that won is used up.
            assert!(
                code == "captcha-invalid" || code == "step-up-required",
                "{code}"
            );
        }
    }
}

/// Without a captcha, or with something that is none, nothing is sent.
// A61, C3, C4
#[tokio::test(flavor = "multi_thread")]
async fn there_is_no_way_round_the_captcha() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let id = client.solved_captcha().await["id"].clone();
    let sms = json!({"phone": phone(2), "purpose": "register"});
    let reset = json!({"account": phone(1)});
    let bind = json!({"phone": phone(2)});
    for (who, path, body) in [
        (&client, "/sms-codes", &sms),
        (&client, "/password-resets", &reset),
        (&person, "/me/phone/codes", &bind),
    ] {
        who.post(path, body.clone())
            .await
            .problem(400, "malformed-request");
        for captcha in [
            Value::Null,
            json!([]),
            json!({}),
            json!("x"),
            json!(true),
            json!({"id": id}),
            json!({"text": "x"}),
            json!({"id": id, "text": null}),
            json!({"id": id, "text": ["x"]}),
            json!([{"id": id, "text": "x"}]),
            json!({"id": "0", "text": "x"}),
            json!({"id": id, "text": "x", "solved": true}),
        ] {
            let mut body = body.clone();
            body["captcha"] = captcha.clone();
            let answer = who.post(path, body).await;
            assert_eq!(answer.status, 400, "{path} {captcha}: {}", answer.text());
        }
        for captcha in [
            json!({"id": uuid::Uuid::new_v4(), "text": ""}),
            json!({"id": uuid::Uuid::nil(), "text": "x"}),
        ] {
            let mut body = body.clone();
            body["captcha"] = captcha;
            who.post(path, body).await.problem(422, "captcha-invalid");
        }
    }
    let sent = client
        .sandbox_get(&format!("/inbox/sms?phone={}", phone(2)))
        .await;
    assert_eq!(sent.ok(200), json!([]));
}

/// Twenty presses of one button of one mail.
// A65, C11, C13
#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_used_once_under_a_race() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let able = person.stepped_up(&phone(1), "email", 2).await;
    let body = json!({"email": "a@example.org", "captcha": client.solved_captcha().await});
    able.put("/me/email", body).await.ok(202);
    let mails = client.mails("a@example.org", 1).await;
    let link = mails[0]["links"][0].as_str().expect("a link");
    let (page, token) = link.split_once('#').expect("a token");
    // What scanners of mail do: nothing happens, and no session is made.
    let page = page.trim_start_matches(&server.app().public_url);
    for method in [reqwest::Method::GET, reqwest::Method::HEAD] {
        for _ in 0..5 {
            let seen = client.send(method.clone(), &format!("/{page}"), None).await;
            assert_eq!(seen.header("set-cookie"), "");
        }
    }
    assert!(person.get("/me/email").await.ok(200).get("email").is_none());
    let presses = (0..20).map(|_| client.post("/email-activations", json!({"token": token})));
    let answers = join_all(presses).await;
    assert_eq!(won(&answers), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.problem(410, "link-expired");
    }
    let session = answers.iter().find(|answer| answer.status == 200);
    assert_eq!(session.expect("a winner").header("set-cookie"), "");
}

/// Fifty accounts verify as one person, all at once.
// A65, C13, C25
#[tokio::test(flavor = "multi_thread")]
async fn of_many_accounts_one_is_a_person() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let citizen = client.citizen(7).await;
    let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    let numbers: Vec<String> = (0..50).map(phone).collect();
    let people = join_all(numbers.iter().map(|number| client.registered(number))).await;
    let tries = people
        .iter()
        .map(|person| person.post("/me/verifications/id-card", claim.clone()));
    let answers = join_all(tries).await;
    let mut levels = Vec::new();
    for person in &people {
        levels.push(person.get("/me").await.ok(200)["level"].clone());
    }
    let verified = levels.iter().filter(|level| **level == 1).count();
    assert_eq!(verified, 1, "{levels:?}");
    for answer in answers.iter().filter(|answer| !answer.status.is_success()) {
        answer.problem(409, "id-number-taken");
    }
}

/// Every try of a code is counted, whatever the resending.
// A12, A20, A21, C5, C6
#[tokio::test(flavor = "multi_thread")]
async fn a_new_code_brings_no_new_tries_of_the_day() {
    let server = TestServer::start().await;
    let client = server.client();
    let mine = phone(1);
    let guess = async |code: &str| {
        let body = Client::registration(&mine, code);
        client.post("/accounts", body).await
    };
    let (mut tried, mut sent) = (0, 0);
    // Four codes, five guesses each; the fifth code is right and too late.
    for _ in 0..4 {
        sent += 1;
        let code = client.code(&mine, "register", sent).await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            guess(wrong).await.problem(422, "code-invalid");
            tried += 1;
        }
        server.clock.advance(20 * 60);
    }
    assert_eq!(tried, 20);
    let code = client.code(&mine, "register", sent + 1).await;
    guess(&code).await.problem(429, "rate-limited");
}

/// A known phone, a hundred parallel askers.
// A61, C1, C2
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_not_bombed_from_many_addresses() {
    let server = TestServer::with(|config| {
        config.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
    })
    .await;
    let ask = async |number: usize| {
        let address = format!("198.18.{}.{}", number / 200, number % 200 + 1);
        let client = server.client().with("x-forwarded-for", &address);
        client.send_code(&phone(1), "login").await
    };
    let answers = join_all((0..100).map(ask)).await;
    assert_eq!(won(&answers), 1);
    for answer in answers.iter().filter(|answer| answer.status != 202) {
        answer.problem(429, "rate-limited");
        let wait: u64 = answer.header("retry-after").parse().expect("seconds");
        assert!((1..=60).contains(&wait));
    }
    // Abroad nothing is sent to.
    for foreign in [
        "+447700900123",
        "+12025550123",
        "0014155550123",
        "+852 5123 4567",
    ] {
        let refused = server.client().send_code(foreign, "login").await;
        refused.problem(422, "invalid-input");
    }
    let inbox = format!("/inbox/sms?phone={}", phone(1));
    let sent = server.client().sandbox_get(&inbox).await.ok(200);
    assert!(sent.as_array().expect("a list").len() <= 1);
}
