//! `/me/sessions`, `/me/activity`, `/me/export`, `DELETE /me`

use renzheng_tests::{Client, PASSWORD, TestServer, phone};
use serde_json::{Value, json};

const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";

async fn signed_in(client: &Client, account: &str) -> Client {
    let session = client.sign_in(account, PASSWORD).await.ok(201);
    client.bearer(session["access_token"].as_str().expect("a token"))
}

// A32, C18
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_device_can_be_signed_out() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let lost = signed_in(&client.with("user-agent", WINDOWS), &mine).await;
    let list = person.get("/me/sessions").await.ok(200);
    let items = list["items"].as_array().expect("items");
    assert_eq!(items.len(), 2);
    assert!(
        items[0]["device"]
            .as_str()
            .expect("a device")
            .contains("Chrome · Windows")
    );
    assert_eq!(items[0]["current"], false);
    assert_eq!(items[1]["current"], true);
    assert_eq!(items[0]["address"], "127.0.0.1");
    let path = format!("/me/sessions/{}", items[0]["id"].as_str().expect("an id"));
    let stranger = client.registered(&phone(2)).await;
    stranger.delete(&path).await.problem(404, "not-found");
    person.delete(&path).await.ok(204);
    person.delete(&path).await.problem(404, "not-found");
    lost.get("/me").await.problem(401, "unauthenticated");
}

// A32
#[tokio::test(flavor = "multi_thread")]
async fn all_others_can_be_signed_out() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let others = [
        signed_in(&client, &mine).await,
        signed_in(&client, &mine).await,
    ];
    person.delete("/me/sessions").await.ok(204);
    for other in others {
        other.get("/me").await.problem(401, "unauthenticated");
    }
    assert_eq!(
        person.get("/me/sessions").await.ok(200)["items"]
            .as_array()
            .expect("items")
            .len(),
        1
    );
}

// A16
#[tokio::test(flavor = "multi_thread")]
async fn a_new_device_is_told_of_once() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    client.register(&mine).await;
    let windows = client.with("user-agent", WINDOWS);
    signed_in(&windows, &mine).await;
    let messages = client.messages(&mine, 2).await;
    assert!(
        messages[0]["text"]
            .as_str()
            .expect("a text")
            .contains("新设备"),
        "{messages:?}"
    );
    signed_in(&windows, &mine).await;
    signed_in(&client, &mine).await;
    let code = client.code(&mine, "login", 3).await;
    assert_eq!(
        client.messages(&mine, 3).await.len(),
        3,
        "no other notice before {code}"
    );
}

// A62
#[tokio::test(flavor = "multi_thread")]
async fn activity_is_told_in_plain_words_page_by_page() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    for number in 0..24 {
        person
            .patch("/me", json!({"nickname": format!("小明{number}")}))
            .await
            .ok(200);
    }
    let page = person.get("/me/activity").await.ok(200);
    let items = page["items"].as_array().expect("items");
    assert_eq!(items.len(), 20);
    assert_eq!(items[0]["text"], "修改个人信息");
    assert_eq!(items[0]["address"], "127.0.0.1");
    let cursor = page["next_cursor"].as_str().expect("a cursor");
    let rest = person
        .with("accept-language", "en")
        .get(&format!("/me/activity?cursor={cursor}"))
        .await
        .ok(200);
    let items = rest["items"].as_array().expect("items");
    assert_eq!(items.len(), 6);
    assert!(rest.get("next_cursor").is_none());
    let actions: Vec<&str> = items
        .iter()
        .filter_map(|item| item["action"].as_str())
        .collect();
    assert!(actions.contains(&"account.register") && actions.contains(&"session.begin"));
    assert_eq!(items[0]["text"], "Changed the profile");
    person
        .get("/me/activity?cursor=x")
        .await
        .problem(422, "cursor-invalid");
    let stranger = client.registered(&phone(2)).await;
    assert_eq!(
        stranger.get("/me/activity").await.ok(200)["items"]
            .as_array()
            .expect("items")
            .len(),
        2
    );
}

// A28
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_everything_needs_a_fresh_proof() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let answer = person.get("/me/export").await;
    let copy = answer.ok(200);
    assert!(answer.header("content-disposition").contains("attachment"));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(copy["account"]["phone"], mine);
    assert!(copy["account"].get("password_hash").is_none());
    assert_eq!(copy["sessions"].as_array().expect("sessions").len(), 1);
    server.clock.advance(301);
    person
        .get("/me/export")
        .await
        .problem(403, "step-up-required");
    let able = person.stepped_up(&mine, "export", 2).await;
    able.get("/me/export").await.ok(200);
    able.get("/me/export")
        .await
        .problem(403, "step-up-required");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_account_is_not_erased() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let account = person.get("/me").await.ok(200);
    let able = person.stepped_up(&mine, "close", 2).await;
    able.delete("/me").await.ok(202);
    client.operate(&account, "lock").await;
    server.clock.advance(15 * 24 * 3600 + 1);
    let run = || renzheng::account::closing::run(server.app());
    run().await.expect("looked");
    client.operate(&account, "unlock").await;
    // Its owner can think again, as long as nothing was done.
    client.sign_in(&mine, PASSWORD).await.ok(201);
    run().await.expect("looked");
    client.sign_in(&mine, PASSWORD).await.ok(201);
}

// A55, C38
#[tokio::test(flavor = "multi_thread")]
async fn signing_in_keeps_an_account_and_fifteen_days_erase_it() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let id = person.get("/me").await.ok(200)["id"].clone();
    person.delete("/me").await.problem(403, "step-up-required");
    let able = person.stepped_up(&mine, "close", 2).await;
    let closing = able.delete("/me").await.ok(202);
    assert!(closing["closes_at"].is_string());
    person.get("/me").await.problem(401, "unauthenticated");
    let messages = client.messages(&mine, 3).await;
    assert!(
        messages[0]["text"]
            .as_str()
            .expect("a text")
            .contains("注销"),
        "{messages:?}"
    );

    server.clock.advance(14 * 24 * 3600);
    let person = signed_in(&client, &mine).await;
    assert!(person.get("/me").await.ok(200).get("closes_at").is_none());
    let able = person.stepped_up(&mine, "close", 5).await;
    able.delete("/me").await.ok(202);
    client.messages(&mine, 6).await;
    server.clock.advance(15 * 24 * 3600 + 1);
    renzheng::account::closing::run(server.app())
        .await
        .expect("erased");
    client
        .sign_in(&mine, PASSWORD)
        .await
        .problem(401, "invalid-credentials");
    let code = client.code(&mine, "register", 7).await;
    let anew = client
        .post("/accounts", Client::registration(&mine, &code))
        .await
        .ok(201);
    assert_ne!(anew["account"]["id"], id);
    assert_eq!(anew["account"]["name"], Value::Null);
}
