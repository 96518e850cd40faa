//! `/captchas`

use base64::{Engine, prelude::BASE64_STANDARD};
use renzheng_tests::TestServer;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_captcha_is_a_readable_png() {
    let server = TestServer::start().await;
    let captcha = server.client().post("/captchas", Value::Null).await.ok(201);
    assert_eq!(captcha["expires_in"], 300);
    let image = captcha["image"].as_str().expect("an image");
    let png = image
        .strip_prefix("data:image/png;base64,")
        .expect("a data URL");
    let png = BASE64_STANDARD.decode(png).expect("base64");
    let picture = image::load_from_memory(&png).expect("a PNG");
    assert!(picture.width() >= 160 && picture.height() >= 60);
    assert!(png.len() < 20_000, "{} bytes", png.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_captcha_is_shown_and_spoken_by_id() {
    let server = TestServer::start().await;
    let client = server.client();
    let captcha = client.post("/captchas", Value::Null).await.ok(201);
    let id = captcha["id"].as_str().expect("an id");
    let image = client.get(&format!("/captchas/{id}/image")).await;
    image.ok(200);
    assert_eq!(image.header("content-type"), "image/png");
    assert!(image.bytes.starts_with(b"\x89PNG"));
    let audio = client.get(&format!("/captchas/{id}/audio")).await;
    audio.ok(200);
    assert_eq!(audio.header("content-type"), "audio/wav");
    assert!(audio.bytes.starts_with(b"RIFF"));
    assert!(audio.bytes.len() > 50_000, "{} bytes", audio.bytes.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_captcha_is_not_found() {
    let server = TestServer::start().await;
    let client = server.client();
    let id = uuid::Uuid::new_v4();
    for kind in ["image", "audio"] {
        client
            .get(&format!("/captchas/{id}/{kind}"))
            .await
            .problem(404, "not-found");
        client
            .get(&format!("/captchas/nonsense/{kind}"))
            .await
            .problem(404, "not-found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_captcha_is_shown_ten_times() {
    let server = TestServer::start().await;
    let client = server.client();
    for kind in ["image", "audio"] {
        let captcha = client.post("/captchas", Value::Null).await.ok(201);
        let path = format!(
            "/captchas/{}/{kind}",
            captcha["id"].as_str().expect("an id")
        );
        for _ in 0..10 {
            assert_eq!(client.get(&path).await.status, 200);
        }
        client.get(&path).await.problem(429, "rate-limited");
    }
}

// C3
#[tokio::test(flavor = "multi_thread")]
async fn a_captcha_is_gone_after_one_check_right_or_wrong() {
    let server = TestServer::start().await;
    let client = server.client();
    let body = |phone: &str, captcha: &Value| json!({"phone": phone, "purpose": "login", "captcha": captcha});

    let right = client.solved_captcha().await;
    client
        .post("/sms-codes", body("13900000001", &right))
        .await
        .ok(202);
    client
        .post("/sms-codes", body("13900000002", &right))
        .await
        .problem(422, "captcha-invalid");

    let right = client.solved_captcha().await;
    let wrong = json!({"id": right["id"], "text": "wrong"});
    for captcha in [&wrong, &right] {
        client
            .post("/sms-codes", body("13900000003", captcha))
            .await
            .problem(422, "captcha-invalid");
    }
    let id = right["id"].as_str().expect("an id");
    client
        .get(&format!("/captchas/{id}/image"))
        .await
        .problem(404, "not-found");
}

// A65, C3, C13
#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_parallel_checks_is_accepted() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let captcha = client.solved_captcha().await;
    let tries = (0..20).map(|number| {
        let body =
            json!({"phone": renzheng_tests::phone(number), "purpose": "login", "captcha": captcha});
        let client = client.clone();
        async move { client.post("/sms-codes", body).await.status.as_u16() }
    });
    let statuses = futures_util::future::join_all(tries).await;
    let accepted = statuses.iter().filter(|status| **status == 202).count();
    assert_eq!(accepted, 1, "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_may_be_upper_case_or_full_width() {
    let server = TestServer::start().await;
    let client = server.client();
    let captcha = client.solved_captcha().await;
    let wide: String = captcha["text"]
        .as_str()
        .expect("a text")
        .to_uppercase()
        .chars()
        .filter_map(|character| char::from_u32(character as u32 + 0xFEE0))
        .collect();
    let body = json!({"phone": "13900000001", "purpose": "login", "captcha": {"id": captcha["id"], "text": wide}});
    client.post("/sms-codes", body).await.ok(202);
}

// C3
#[tokio::test(flavor = "multi_thread")]
async fn a_captcha_lapses_after_five_minutes() {
    let server = TestServer::start().await;
    let client = server.client();
    let captcha = client.solved_captcha().await;
    server.clock.advance(301);
    let body = json!({"phone": "13900000001", "purpose": "login", "captcha": captcha});
    client
        .post("/sms-codes", body)
        .await
        .problem(422, "captcha-invalid");
}

// A61, C4
#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_sixty_a_minute() {
    let server = TestServer::start().await;
    let client = server.client();
    for _ in 0..60 {
        client.post("/captchas", Value::Null).await.ok(201);
    }
    let answer = client.post("/captchas", Value::Null).await;
    answer.problem(429, "rate-limited");
    let wait: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait));
    server.clock.advance(61);
    client.post("/captchas", Value::Null).await.ok(201);
}
