//! Whether an account exists does not show in how long an answer takes (OWASP ASVS 6.3.8, NIST SP 800-63B).
//!
//! Samples of both kinds are taken in turn. Half of all pairs must be in either order (area under the curve 0.45 to
//! 0.55), or the medians less than 5 ms or 5 % apart. `TEST_TIMING_SAMPLES` takes more than the quick 60 pairs; the fewer,
//! the more of chance the bar allows for.

use std::time::{Duration, Instant};

use renzheng::config::LimitProfile;
use renzheng_tests::{Client, TestServer, authenticator::Authenticator, phone};
use serde_json::{Value, json};

/// By security.md's bar.
const AREA: f64 = 0.05;
const GAP: Duration = Duration::from_millis(5);
const SHARE: f64 = 0.05;
/// A busy machine may spoil a round; not three.
const ROUNDS: usize = 3;

fn samples() -> usize {
    let asked = std::env::var("TEST_TIMING_SAMPLES").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(60)
}

/// Hashing made cheap, so that it hides nothing of what is done beside it.
async fn server() -> TestServer {
    TestServer::with(|config| {
        config.limits = LimitProfile::Relaxed;
        config.password.memory_kib = 1024;
        config.password.iterations = 1;
    })
    .await
}

/// Takes samples of `ask(true)` and `ask(false)` in turn, and asserts that they cannot be told apart.
async fn assert_alike(what: &str, mut ask: impl AsyncFnMut(bool) -> Duration) {
    let count = samples();
    let mut seen = String::new();
    for _ in 0..ROUNDS {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for round in 0..count {
            // Neither is always the first of its pair.
            for kind in [round % 2 == 0, round % 2 != 0] {
                let took = ask(kind).await;
                if kind { &mut known } else { &mut unknown }.push(took);
            }
        }
        known.sort_unstable();
        unknown.sort_unstable();
        let gap = known[count / 2].abs_diff(unknown[count / 2]);
        let share = gap.as_secs_f64() / known[count / 2].as_secs_f64();
        let area = area(&known, &unknown);
        seen = format!("{what}: medians {gap:?} ({share:.3}) apart, area {area:.3}");
        eprintln!("{seen}");
        let chance = 3.0 * ((2 * count + 1) as f64 / (12 * count * count) as f64).sqrt();
        if (gap < GAP || share < SHARE) && (area - 0.5).abs() <= AREA + chance {
            return;
        }
    }
    panic!("{seen}");
}

/// The chance that one of `ones` is less than one of `others` (the area under the ROC curve).
fn area(ones: &[Duration], others: &[Duration]) -> f64 {
    let wins: f64 = ones
        .iter()
        .flat_map(|one| others.iter().map(move |other| one.cmp(other)))
        .map(|order| match order {
            std::cmp::Ordering::Less => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Greater => 0.0,
        })
        .sum();
    wins / (ones.len() * others.len()) as f64
}

async fn timed(client: &Client, path: &str, body: Value, status: u16) -> Duration {
    let begun = Instant::now();
    let answer = client.post(path, body).await;
    let took = begun.elapsed();
    assert_eq!(answer.status, status, "{}", answer.text());
    took
}

// A11, C8
#[tokio::test(flavor = "multi_thread")]
async fn signing_in() {
    let server = server().await;
    let client = server.client();
    client.register(&phone(1)).await;
    assert_alike("password", async |known| {
        let account = if known { phone(1) } else { phone(2) };
        let body =
            json!({"method": "password", "account": account, "password": "not the password"});
        timed(&client, "/sessions", body, 401).await
    })
    .await;
}

/// The password of staff is not told right by how long a wrong code, or a wrong passkey, takes to refuse.
// A11, C8
#[tokio::test(flavor = "multi_thread")]
async fn signing_staff_in() {
    let server = server().await;
    let client = server.client();
    let clerk = client.staff("clerk").await;
    let mut device = Authenticator::new(&server.app().public_url);
    let proof = client.staff_proof(&server, "clerk").await;
    device.enrol_staff(&clerk, proof, "x").await;
    let right = client.staff_credentials("supervisor").await;
    let body = |known: bool| {
        let wrong = "not the password".into();
        let password = if known { &right["password"] } else { &wrong };
        json!({"login": right["login"], "password": password})
    };
    assert_alike("staff, number", async |known| {
        let login = if known {
            right["login"].as_str()
        } else {
            Some("demo.nobody")
        };
        let body = json!({"login": login, "password": "not the password", "code": "000000"});
        timed(&client, "/staff/sessions", body, 401).await
    })
    .await;
    for code in ["000000", "k7wq2-9hfxa-m3rtd"] {
        assert_alike(&format!("staff, code {code}"), async |known| {
            let mut body = body(known);
            body["code"] = code.into();
            timed(&client, "/staff/sessions", body, 401).await
        })
        .await;
    }
    assert_alike("staff, passkey of another", async |known| {
        let mut body = body(known);
        body["passkey"] = device.assertion(&client).await;
        timed(&client, "/staff/sessions", body, 401).await
    })
    .await;
}

// A11, C8
#[tokio::test(flavor = "multi_thread")]
async fn asking_for_a_code() {
    let server = server().await;
    let client = server.client();
    client.register(&phone(1)).await;
    assert_alike("code", async |known| {
        let captcha = client.solved_captcha().await;
        let phone = if known { phone(1) } else { phone(2) };
        let body = json!({"phone": phone, "purpose": "login", "captcha": captcha});
        timed(&client, "/sms-codes", body, 202).await
    })
    .await;
}

// A11, C8
#[tokio::test(flavor = "multi_thread")]
async fn resetting_a_password() {
    let server = server().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let able = person.stepped_up(&phone(1), "email", 2).await;
    let address = "zhang.san@example.org";
    let body = json!({"email": address, "captcha": client.solved_captcha().await});
    able.put("/me/email", body).await.ok(202);
    let mails = client.mails(address, 1).await;
    let link = mails[0]["links"][0].as_str().expect("a link");
    let token = link.split('#').nth(1).expect("a token");
    client
        .post("/email-activations", json!({"token": token}))
        .await
        .ok(200);
    let begin = async |account: String| {
        let captcha = client.solved_captcha().await;
        let begun = Instant::now();
        let body = json!({"account": account, "captcha": captcha});
        let reset = client.post("/password-resets", body).await;
        let took = begun.elapsed();
        let id = reset.ok(201)["id"].as_str().expect("an id").to_string();
        (format!("/password-resets/{id}"), took)
    };
    assert_alike("reset", async |known| {
        begin(if known { phone(1) } else { phone(2) }).await.1
    })
    .await;
    assert_alike("reset code by SMS", async |known| {
        let (path, _) = begin(if known { phone(1) } else { phone(2) }).await;
        timed(&client, &format!("{path}/code"), json!({}), 202).await
    })
    .await;
    assert_alike("reset code by mail", async |known| {
        let account = if known { address } else { "nobody@example.org" };
        let (path, _) = begin(account.into()).await;
        let body = json!({"channel": "email"});
        timed(&client, &format!("{path}/code"), body, 202).await
    })
    .await;
    assert_alike("reset proof", async |known| {
        let (path, _) = begin(if known { phone(1) } else { phone(2) }).await;
        let body = json!({"code": "000000"});
        timed(&client, &format!("{path}/verify"), body, 422).await
    })
    .await;
}

// A11, C8
#[tokio::test(flavor = "multi_thread")]
async fn binding_a_phone() {
    let server = server().await;
    let client = server.client();
    client.register(&phone(1)).await;
    let person = client.registered(&phone(3)).await;
    assert_alike("bind", async |known| {
        let captcha = client.solved_captcha().await;
        let phone = if known { phone(1) } else { phone(2) };
        let body = json!({"phone": phone, "captcha": captcha});
        timed(&person, "/me/phone/codes", body, 202).await
    })
    .await;
}
