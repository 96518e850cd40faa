//! What people type: one form of each name and number, and nothing in it that machines obey.

use renzheng_tests::{Person, RelyingParty, TestServer, phone};
use serde_json::{Value, json};

const SCRIPT: &str = "<script>alert(1)</script>";

// A58, C23, C36
#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_mail_is_one_address() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let able = person.stepped_up(&phone(1), "email", 2).await;
    for wrong in [
        "a@example.org\r\nBcc: victim@example.org",
        "a@example.org\nBcc: victim@example.org",
        "a@example.org;bcc=victim@example.org",
        "a@example.org,victim@example.org",
        "a@example.org victim@example.org",
        "Victim <victim@example.org>",
        "\"a@example.org\" <victim@example.org>",
        "a\u{202e}@example.org",
        "a\u{0}@example.org",
        "a@example.org\u{0}",
        "\u{430}dmin@example.org",
        "a@ex\u{e0}mple@example.org",
        "@example.org",
        "a@",
        "a@localhost",
        "a@[127.0.0.1]",
        "a@example..org",
        ".a@example.org",
        &format!("{}@example.org", "a".repeat(65)),
        &format!("a@{}.org", "b".repeat(250)),
    ] {
        let body = json!({"email": wrong, "captcha": client.solved_captcha().await});
        let answer = able.put("/me/email", body).await;
        answer.problem(422, "invalid-input");
        assert_eq!(answer.field_codes()[0].0, "email", "{wrong:?}");
    }
    let sent = client
        .sandbox_get("/inbox/mail?to=victim@example.org")
        .await;
    assert_eq!(sent.ok(200), json!([]));
    // Full width, upper case and spaces at the ends are the same address.
    let body = json!({"email": " Ａ@Example.ORG ", "captcha": client.solved_captcha().await});
    able.put("/me/email", body).await.ok(202);
    assert_eq!(client.mails("a@example.org", 1).await.len(), 1);
    // What cannot be seen in a domain is no part of it (UTS 46): the same address again.
    let able = person.stepped_up(&phone(1), "email", 3).await;
    let body = json!({"email": "a@exam\u{200b}ple.org", "captcha": client.solved_captcha().await});
    able.put("/me/email", body).await.ok(202);
    assert_eq!(client.mails("a@example.org", 2).await.len(), 2);
}

// A58, C23
#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_a_mainland_number_or_none() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    for wrong in [
        "1390000000",
        "139000000011",
        "23900000001",
        "12900000001",
        "+1 139 0000 0001",
        "+86+8613900000001",
        "139000000o1",
        "139\u{200b}00000001",
        "139\u{202e}00000001",
        "13900000001\u{0}",
        "१३९०००००००१",
        "۱۳۹۰۰۰۰۰۰۰۱",
        "𝟏𝟑𝟗𝟎𝟎𝟎𝟎𝟎𝟎𝟎𝟏x",
        "13900000001' OR '1'='1",
        "13900000001; DROP TABLE account",
        &"1".repeat(10_000),
    ] {
        let answer = client.send_code(wrong, "register").await;
        answer.problem(422, "invalid-input");
        assert_eq!(answer.field_codes()[0].0, "phone", "{wrong:?}");
    }
}

/// SQL in every text: it is text.
// A58, C23
#[tokio::test(flavor = "multi_thread")]
async fn texts_are_never_statements() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    for text in [
        "'; DROP TABLE account;--",
        "' OR '1'='1",
        "x\\' UNION SELECT 1",
        "%_%",
        "$1 {0} ${x}",
    ] {
        let nickname: String = text.chars().take(20).collect();
        let me = person.patch("/me", json!({"nickname": nickname})).await;
        assert_eq!(me.ok(200)["nickname"], nickname);
        client
            .sign_in(text, text)
            .await
            .problem(401, "invalid-credentials");
        let query = renzheng_tests::relying_party::query(&[("cursor", text.to_string())].into());
        let answer = person.get(&format!("/me/activity?{query}")).await;
        assert!(answer.status.as_u16() < 500, "{}", answer.text());
        let answer = client.get(&format!("/regions?{query}&parent=1")).await;
        assert!(answer.status.as_u16() < 500, "{}", answer.text());
    }
    person.get("/me").await.ok(200);
}

/// Script in names: kept and told as text, in JSON that no browser takes for a page.
// A58, C33
#[tokio::test(flavor = "multi_thread")]
async fn script_stays_text() {
    let server = TestServer::relaxed().await;
    let party = RelyingParty::with(&server, |new| {
        new.name = SCRIPT.into();
        new.purposes.insert("phone".into(), SCRIPT.into());
    })
    .await;
    let person = Person::registered(&server, &phone(1)).await;
    let nickname = "<img src=x onerror=a";
    person
        .browser
        .patch("/me", json!({"nickname": nickname}))
        .await
        .ok(200);
    let address = json!({
        "recipient": "<b>张三</b>", "phone": "18500000901", "region_code": "350102",
        "detail": SCRIPT, "postal_code": "350001",
    });
    let kept = person.browser.post("/me/addresses", address).await;
    assert!(
        [201, 422].contains(&kept.status.as_u16()),
        "{}",
        kept.text()
    );
    let arrived = person.arrive(&party.request("openid phone")).await;
    let asked = person.asked(&arrived).await;
    assert_eq!(asked["application"]["name"], SCRIPT);
    for path in [
        "/me",
        "/me/addresses",
        "/me/activity",
        "/me/consents",
        "/me/export",
    ] {
        let answer = person.browser.get(path).await;
        answer.ok(200);
        assert!(
            answer
                .header("content-type")
                .starts_with("application/json"),
            "{path}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    // Pages that are made on the server.
    let mut request = party.request("openid");
    request.insert("redirect_uri", format!("https://{SCRIPT}"));
    request.insert("state", SCRIPT.into());
    for page in [
        person.arrive(&request).await,
        person
            .browser
            .get(&format!("//oauth2/logout?state={SCRIPT}"))
            .await,
    ] {
        assert!(!page.text().contains("<script>alert"), "{}", page.text());
    }
    // Answers by form: the state stands there as written.
    let mut request = party.request("openid phone");
    request.insert("response_mode", "form_post".into());
    request.insert("state", format!("\"><{SCRIPT}"));
    request.insert("prompt", "none".into());
    let page = person.arrive(&request).await;
    assert!(!page.text().contains("<script>alert"), "{}", page.text());
}

/// Line ends in what is logged or sent on: one header, one line.
// A62, C34
#[tokio::test(flavor = "multi_thread")]
async fn line_ends_are_refused_or_escaped() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    for text in ["a\r\nb", "a\nb", "a\u{85}b", "a\u{2028}b", "a\u{1b}[31m"] {
        let answer = person.patch("/me", json!({"nickname": text})).await;
        answer.problem(422, "invalid-input");
    }
    let answer = client.sign_in("a\r\nlevel=ERROR forged=1", "x").await;
    answer.problem(401, "invalid-credentials");
    // Ids of requests are kept only when they are words.
    for (given, kept) in [("abc-123", true), ("a b", false), ("a;b", false)] {
        let answer = client.with("x-request-id", given).get("/service").await;
        assert_eq!(answer.header("x-request-id") == given, kept, "{given}");
    }
    let answer = client.post("/captchas", Value::Null).await;
    answer.ok(201);
}
