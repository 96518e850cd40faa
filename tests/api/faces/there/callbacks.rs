//! People who do not come back, and what the provider calls.

use renzheng_tests::{
    Client, face_page, phone,
    verification::{fault, verified},
};
use serde_json::Value;
use uuid::Uuid;

use super::{ALIYUN, BACK, TENCENT, assert_given_back, begin, calls, made, server};

fn id_of(begun: &Value) -> Uuid {
    let id = begun["id"].as_str().expect("an id");
    id.parse().expect("a UUID")
}

fn ticket_of(begun: &Value) -> String {
    let page = face_page::page_of(begun);
    page.rsplit('/').next().expect("a ticket").to_string()
}

async fn call(client: &Client, id: Uuid, ticket: &str, name: &str, token: &str) -> u16 {
    let path =
        format!("/face-callbacks/{id}?certifyId={ticket}&passed=T&subcode=200&{name}={token}");
    client.get(&path).await.status.as_u16()
}

// C29
#[tokio::test(flavor = "multi_thread")]
async fn who_passes_and_does_not_come_back_is_told_once_however_often_it_is_called() {
    for mode in ["none", "duplicate"] {
        let server = server(&["aliyun"]).await;
        let client = server.client();
        let person = verified(&client, 1, &client.citizen(4).await).await;
        let begun = begin(&person).await;
        fault(&client, ALIYUN.result, mode, 600).await;
        let back = face_page::done(&client, &begun, "person").await;
        server.clock.advance(21);
        // Should the callback come later than this, it is looked at by itself.
        server.clock.advance(100);
        let attempt = made(&person, &begun).await;
        assert_eq!(attempt["status"], "passed", "{attempt}");
        assert_eq!(person.get("/me").await.ok(200)["level"], 3);
        let messages = client.messages(&phone(1), 2).await;
        let text = messages[0]["text"].as_str().expect("a text");
        assert!(text.contains("人脸识别认证已通过"), "{text}");
        assert_eq!(messages.len(), 2);
        let shown = person.post(BACK, back).await.ok(201);
        assert_eq!(shown["id"], begun["id"]);
        assert_given_back(&person, &begun).await;
    }
}

// C29
#[tokio::test(flavor = "multi_thread")]
async fn a_callback_needs_its_token_and_is_not_believed() {
    let server = server(&["aliyun"]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let begun = begin(&person).await;
    let (id, ticket) = (id_of(&begun), ticket_of(&begun));
    let token = |id: Uuid| -> String {
        let mac = server.app().vault.mac("face-callback", &[id.as_bytes()]);
        mac.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let right = token(id);
    let other = Uuid::new_v4();
    for (id, ticket, token) in [
        (id, ticket.as_str(), ""),
        (id, ticket.as_str(), "00"),
        (id, ticket.as_str(), token(other).as_str()),
        (id, "sha0", right.as_str()),
        (id, "", right.as_str()),
        (other, ticket.as_str(), right.as_str()),
        (other, ticket.as_str(), token(other).as_str()),
    ] {
        assert_eq!(call(&client, id, ticket, "callbackToken", token).await, 404);
    }
    let answer = client.get(&format!("/face-callbacks/{id}")).await;
    answer.problem(404, "not-found");
    client
        .get("/face-callbacks/x?callbackToken=00")
        .await
        .problem(404, "not-found");
    assert_eq!(calls(&client, ALIYUN.result).await, 0);

    // The right token, and a lie: it is asked, and nothing is made of it.
    for name in ["callbackToken", "CallbackToken"] {
        assert_eq!(call(&client, id, &ticket, name, &right).await, 204);
    }
    server.clock.advance(21);
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
    while calls(&client, ALIYUN.result).await == 0 {
        looks.tick().await;
    }
    let path = format!("/me/verifications/attempts/{id}");
    person.get(&path).await.problem(404, "not-found");
    assert_eq!(person.get("/me").await.ok(200)["level"], 1);
    // What really came of it counts.
    let back = face_page::done(&client, &begun, "photo").await;
    let attempt = person.post(BACK, back).await.ok(201);
    assert_eq!(attempt["reason"], "not-live");
    // And later calls change nothing.
    assert_eq!(
        call(&client, id, &ticket, "callbackToken", &right).await,
        204
    );
    let shown = person.get(&path).await.ok(200);
    assert_eq!(shown["reason"], "not-live");
}

/// While the page can be used, whoever failed there may be trying again.
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_nobody_comes_back_with_counts_when_the_page_lapses() {
    let server = server(&["tencent"]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let begun = begin(&person).await;
    face_page::choose(&client, &begun, "other").await;
    server.clock.advance(121);
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
    while calls(&client, TENCENT.result).await == 0 {
        looks.tick().await;
    }
    let path = format!("/me/verifications/attempts/{}", id_of(&begun));
    person.get(&path).await.problem(404, "not-found");
    server.clock.advance(TENCENT.life);
    let person = person.signed_in_again(&phone(1)).await;
    let attempt = made(&person, &begun).await;
    assert_eq!(attempt["reason"], "mismatch", "{attempt}");
    assert_eq!(attempt["tries_left"], 4);
    let text = client.messages(&phone(1), 2).await[0]["text"].to_string();
    assert!(text.contains("人脸识别认证未通过"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_at_tencent_is_found_without_a_callback() {
    let server = server(&["tencent"]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let begun = begin(&person).await;
    face_page::choose(&client, &begun, "person").await;
    server.clock.advance(121);
    let attempt = made(&person, &begun).await;
    assert_eq!(attempt["status"], "passed", "{attempt}");
    assert_given_back(&person, &begun).await;
}

/// A provider that is down when the page lapses is asked again.
// C28
#[tokio::test(flavor = "multi_thread")]
async fn the_last_look_waits_for_the_provider() {
    let server = server(&["tencent"]).await;
    let client = server.client();
    let person = verified(&client, 1, &client.citizen(4).await).await;
    let begun = begin(&person).await;
    face_page::choose(&client, &begun, "person").await;
    fault(&client, TENCENT.result, "error", 8000).await;
    server.clock.advance(TENCENT.life + 61);
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
    while calls(&client, TENCENT.result).await == 0 {
        looks.tick().await;
    }
    server.clock.advance(1000);
    let person = person.signed_in_again(&phone(1)).await;
    let attempt = made(&person, &begun).await;
    assert_eq!(attempt["status"], "passed", "{attempt}");
}
