//! `/me/email`, `/email-activations`

use renzheng_tests::{Client, TestServer, phone};
use serde_json::{Value, json};

const ADDRESS: &str = "zhang.san@example.org";

async fn ask(able: &Client, email: &str) -> Value {
    let captcha = able.solved_captcha().await;
    let body = json!({"email": email, "captcha": captcha});
    able.put("/me/email", body).await.ok(202)
}

/// The token of the newest mail's link.
async fn token(client: &Client, to: &str, count: usize) -> String {
    let mails = client.mails(to, count).await;
    let link = mails[0]["links"][0].as_str().expect("a link");
    link.split('#').nth(1).expect("a token").to_string()
}

// A20, C11
#[tokio::test(flavor = "multi_thread")]
async fn the_link_binds_once() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    assert_eq!(person.get("/me/email").await.ok(200), json!({}));
    let able = person.stepped_up(&mine, "email", 2).await;
    let state = ask(&able, " Zhang.San@EXAMPLE.org ").await;
    assert_eq!(state["pending"]["email"], "z***@example.org");
    assert!(state.get("email").is_none());

    let mails = client.mails(ADDRESS, 1).await;
    let link = mails[0]["links"][0].as_str().expect("a link");
    assert!(link.starts_with(&server.app().public_url), "{link}");
    assert!(!link.contains('@') && !link.contains("zhang"), "{link}");
    assert!(
        mails[0]["html"]
            .as_str()
            .expect("html")
            .contains("确认绑定邮箱")
    );
    // A scanner that opens the page binds nothing.
    let page = link.trim_start_matches(&server.app().public_url);
    client
        .get(&format!("/{}", page.split('#').next().expect("a path")))
        .await;
    assert!(person.get("/me").await.ok(200).get("email").is_none());

    let token = token(&client, ADDRESS, 1).await;
    let bound = client
        .post("/email-activations", json!({"token": token}))
        .await
        .ok(200);
    assert_eq!(bound["email"], "z***@example.org");
    let me = person.get("/me").await.ok(200);
    assert_eq!(me["email"], "z***@example.org");
    assert_eq!(
        person.get("/me/email").await.ok(200),
        json!({"email": "z***@example.org"})
    );
    client
        .post("/email-activations", json!({"token": token}))
        .await
        .problem(410, "link-expired");
}

/// What ends every session voids an address that waits, too: whoever asked for it may be who is to be kept out.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_a_new_phone_and_a_lock_void_an_address_that_waits() {
    for act in ["password", "phone", "lock"] {
        let server = TestServer::relaxed().await;
        let client = server.client();
        let (mine, new) = (phone(1), phone(2));
        let person = client.registered(&mine).await;
        let account = person.get("/me").await.ok(200);
        let able = person.stepped_up(&mine, "email", 2).await;
        ask(&able, ADDRESS).await;
        let token = token(&client, ADDRESS, 1).await;
        match act {
            "password" => {
                let able = person.stepped_up(&mine, act, 3).await;
                let new = json!({"new_password": "another-Long-one-42"});
                assert_eq!(able.put("/me/password", new).await.status, 204);
            }
            "phone" => {
                let able = person.stepped_up(&mine, act, 3).await;
                let captcha = person.solved_captcha().await;
                let ask = json!({"phone": new, "captcha": captcha});
                person.post("/me/phone/codes", ask).await.ok(202);
                let code = person.newest_code(&new, 1).await;
                let bind = json!({"phone": new, "code": code});
                able.put("/me/phone", bind).await.ok(200);
            }
            _ => client.operate(&account, act).await,
        }
        client
            .post("/email-activations", json!({"token": token}))
            .await
            .problem(410, "link-expired");
    }
}

// A19, C12
#[tokio::test(flavor = "multi_thread")]
async fn a_newer_link_voids_the_older_and_a_day_is_enough() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let able = person.stepped_up(&mine, "email", 2).await;
    ask(&able, ADDRESS).await;
    let older = token(&client, ADDRESS, 1).await;
    let able = person.stepped_up(&mine, "email", 3).await;
    ask(&able, ADDRESS).await;
    let newer = token(&client, ADDRESS, 2).await;
    let activate = async |token: String| {
        let client = server.client();
        client
            .post("/email-activations", json!({"token": token}))
            .await
    };
    activate(older).await.problem(410, "link-expired");
    let flipped = format!(
        "{}{}",
        if newer.starts_with('A') { 'B' } else { 'A' },
        &newer[1..]
    );
    activate(flipped).await.problem(410, "link-expired");
    activate("x".into()).await.problem(410, "link-expired");
    server.clock.advance(24 * 3600 + 1);
    activate(newer).await.problem(410, "link-expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_survives_a_restart() {
    let server = TestServer::relaxed().await;
    let mine = phone(1);
    let client = server.client();
    let person = client.registered(&mine).await;
    let able = person.stepped_up(&mine, "email", 2).await;
    ask(&able, ADDRESS).await;
    let token = token(&client, ADDRESS, 1).await;
    let server = server.restart().await;
    server
        .client()
        .post("/email-activations", json!({"token": token}))
        .await
        .ok(200);
}

// C13, C37
#[tokio::test(flavor = "multi_thread")]
async fn one_address_belongs_to_one_account() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mut tokens = Vec::new();
    for number in 1..=2 {
        let mine = phone(number);
        let person = client.registered(&mine).await;
        let able = person.stepped_up(&mine, "email", 2).await;
        // The same answer for an address that someone else asked for.
        ask(&able, ADDRESS).await;
        tokens.push(token(&client, ADDRESS, number as usize).await);
    }
    let answers = futures_util::future::join_all(
        tokens
            .iter()
            .map(|token| client.post("/email-activations", json!({"token": token}))),
    )
    .await;
    let mut codes: Vec<u16> = answers
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, [200, 409]);
    for answer in answers.iter().filter(|answer| answer.status == 409) {
        answer.problem(409, "email-taken");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_bound_can_be_removed() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    person
        .delete("/me/email")
        .await
        .problem(403, "step-up-required");
    let able = person.stepped_up(&mine, "email", 2).await;
    able.delete("/me/email").await.problem(404, "not-found");
    ask(&able, ADDRESS).await;
    let token = token(&client, ADDRESS, 1).await;
    client
        .post("/email-activations", json!({"token": token}))
        .await
        .ok(200);
    let able = person.stepped_up(&mine, "email", 4).await;
    able.delete("/me/email").await.ok(204);
    assert!(person.get("/me").await.ok(200).get("email").is_none());
    let mails = client.mails(ADDRESS, 2).await;
    assert!(
        mails[0]["text"]
            .as_str()
            .expect("text")
            .contains("解除邮箱绑定"),
        "{mails:?}"
    );
}

// C36
#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_send_nothing() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let able = person.stepped_up(&mine, "email", 2).await;
    for email in [
        "",
        "a",
        "a@b",
        "a@b.cn\r\nbcc: c@d.cn",
        "a@b.cn;c@d.cn",
        "张 <a@b.cn>",
    ] {
        let body = json!({"email": email, "captcha": client.solved_captcha().await});
        let answer = able.put("/me/email", body).await;
        answer.problem(422, "invalid-input");
        assert_eq!(answer.field_codes()[0].0, "email");
    }
    let body = json!({"email": ADDRESS, "captcha": {"id": uuid::Uuid::nil(), "text": "x"}});
    able.put("/me/email", body)
        .await
        .problem(422, "captcha-invalid");
    let body = json!({"email": ADDRESS, "captcha": client.solved_captcha().await});
    person
        .put("/me/email", body)
        .await
        .problem(403, "step-up-required");
    let all = client.sandbox_get("/inbox/mail").await.ok(200);
    assert_eq!(all, json!([]));
}
