//! `/admin/audit-events` and `/admin/audit-checks`

use renzheng::audit::chain;
use renzheng_tests::{TestServer, phone};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use super::{id_of, operator, text};

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_is_read_by_page_kind_actor_account_and_time() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let operator = operator(&server).await;
    let me = text(&operator.get("/staff/me").await.ok(200)["id"]);
    let person = client.registered(&phone(1)).await;
    let id = id_of(&person).await;
    for number in 0..60 {
        let nickname = json!({"nickname": format!("小明{number}")});
        person.patch("/me", nickname).await.ok(200);
    }
    let read = async |query: &str| {
        let page = operator.get(&format!("/admin/audit-events{query}")).await;
        page.ok(200)
    };
    let first = read("").await;
    assert_eq!(first["items"].as_array().map(Vec::len), Some(50));
    let cursor = text(&first["next_cursor"]);
    let second = read(&format!("?cursor={cursor}")).await;
    assert!(second.get("next_cursor").is_none(), "{second}");
    let count = second["items"].as_array().expect("events").len();
    assert!(count >= 12, "{count}");
    let ids = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().expect("events");
        items.iter().map(|event| text(&event["id"])).collect()
    };
    let mut all = ids(&first);
    all.extend(ids(&second));
    let mut sorted = all.clone();
    sorted.sort_by(|one, other| other.cmp(one));
    sorted.dedup();
    assert_eq!(all, sorted, "newest first, each once");

    let signed_in = read("?action=session.begin").await;
    assert_eq!(signed_in["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(signed_in["items"][0]["actor"], format!("account:{id}"));
    let mine = read(&format!("?actor=staff:{me}")).await;
    let items = mine["items"].as_array().expect("events");
    assert!(items.iter().any(|event| event["action"] == "staff.sign-in"));
    assert!(items.iter().all(|event| event["actor_name"].is_string()));
    let theirs = read(&format!("?subject_id={id}&action=account.register")).await;
    assert_eq!(theirs["items"].as_array().map(Vec::len), Some(1));

    let now = server
        .clock
        .now()
        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    server.clock.advance(60);
    person
        .patch("/me", json!({"nickname": "小红"}))
        .await
        .ok(200);
    let later = read(&format!("?from={now}&action=account.change")).await;
    assert_eq!(later["items"].as_array().map(Vec::len), Some(1), "{later}");
    let before = read(&format!("?to={now}&action=account.change")).await;
    assert_eq!(before["items"].as_array().map(Vec::len), Some(50));
    operator
        .get("/admin/audit-events?cursor=x")
        .await
        .problem(422, "cursor-invalid");
    operator
        .get("/admin/audit-events?from=yesterday")
        .await
        .problem(400, "malformed-request");
    for nul in ["action=%00", "actor=staff:%00"] {
        operator
            .get(&format!("/admin/audit-events?{nul}"))
            .await
            .problem(400, "malformed-request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_event_is_found_by_stretches() {
    let server = TestServer::relaxed().await;
    let person = server.client().registered(&phone(1)).await;
    let operator = operator(&server).await;
    let app = server.app();
    while chain::extend(app).await.expect("chained") > 0 {}
    let check = async |after: i64| {
        let body = json!({"after": after});
        operator.post("/admin/audit-checks", body).await.ok(200)
    };
    let whole = check(0).await;
    let length = whole["to"].as_i64().expect("a position");
    assert!(length >= 3, "{whole}");
    assert!(whole.get("broken_at").is_none(), "{whole}");
    let on = check(length).await;
    assert!(on["to"].as_i64() >= Some(length) && on.get("broken_at").is_none());
    assert!(check(i64::MAX).await.get("broken_at").is_none());
    assert!(check(-1).await.get("broken_at").is_none());

    let db = app.database.write();
    let forge = "UPDATE audit_event SET action = 'account.keep' WHERE position = 2";
    db.execute_raw(Statement::from_string(db.get_database_backend(), forge))
        .await
        .expect("forged");
    let broken = check(0).await;
    assert_eq!(broken["broken_at"], 2);
    assert_eq!(broken["to"], 1);
    person.get("/me").await.ok(200);
}
