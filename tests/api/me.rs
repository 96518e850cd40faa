//! `/me`

use renzheng_tests::{TestServer, phone};
use serde_json::json;

// A57
#[tokio::test(flavor = "multi_thread")]
async fn changes_what_is_given_and_nothing_else() {
    let server = TestServer::start().await;
    let person = server.client().registered(&phone(1)).await;
    let before = person.get("/me").await.ok(200);
    assert_eq!(before["locale"], "zh-CN");
    let after = person
        .patch("/me", json!({"nickname": "  明明 "}))
        .await
        .ok(200);
    assert_eq!(after["nickname"], "明明");
    assert_eq!(after["locale"], "zh-CN");
    let after = person.patch("/me", json!({"locale": "en"})).await.ok(200);
    assert_eq!(after["nickname"], "明明");
    assert_eq!(after["locale"], "en");
    assert_eq!(person.patch("/me", json!({})).await.ok(200), after);
    assert_eq!(person.get("/me").await.ok(200), after);
}

// A57, A58, C17, C23
#[tokio::test(flavor = "multi_thread")]
async fn refuses_bad_nicknames_and_unknown_fields() {
    let server = TestServer::start().await;
    let person = server.client().registered(&phone(1)).await;
    for wrong in [
        "",
        "   ",
        "一二三四五六七八九十一二三四五六七八九十一",
        "a\u{202e}b",
        "a\u{0}b",
    ] {
        let answer = person.patch("/me", json!({"nickname": wrong})).await;
        answer.problem(422, "invalid-input");
        assert_eq!(answer.field_codes()[0].0, "nickname");
    }
    let before = person.get("/me").await.ok(200);
    for field in ["level", "phone", "id", "status", "phone_proven_at"] {
        person
            .patch("/me", json!({field: "3"}))
            .await
            .problem(400, "malformed-request");
    }
    assert_eq!(person.get("/me").await.ok(200), before);
}

// A37
#[tokio::test(flavor = "multi_thread")]
async fn personal_answers_are_not_stored_by_anyone() {
    let server = TestServer::start().await;
    let person = server.client().registered(&phone(1)).await;
    let answer = person.get("/me").await;
    answer.ok(200);
    assert_eq!(answer.header("cache-control"), "no-store");
}

// A45, C16
#[tokio::test(flavor = "multi_thread")]
async fn forged_tokens_are_refused_alike() {
    let server = TestServer::start().await;
    let client = server.client().with("x-request-id", "same");
    let created = client.register(&phone(1)).await;
    let token = created["session"]["access_token"]
        .as_str()
        .expect("a token");
    let parts: Vec<&str> = token.split('.').collect();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    let refresh = created["session"]["refresh_token"]
        .as_str()
        .expect("a token");
    let first = client.get("/me").await;
    first.problem(401, "unauthenticated");
    for forged in [
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(86)),
        format!("{}.{}x.{}", parts[0], parts[1], parts[2]),
        refresh.to_string(),
        "x".into(),
        "a.b.c".into(),
    ] {
        let answer = client.bearer(&forged).get("/me").await;
        assert_eq!(answer.status, 401, "{forged}");
        assert_eq!(answer.bytes, first.bytes);
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
}
