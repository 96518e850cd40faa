//! `/me/addresses`, `/regions`

use renzheng_tests::{TestServer, phone};
use serde_json::{Value, json};

fn address(detail: &str) -> Value {
    json!({
        "recipient": "张三",
        "phone": "18500000901",
        "region_code": "350102",
        "detail": detail,
        "postal_code": "350001",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_always_one_default() {
    let server = TestServer::relaxed().await;
    let person = server.client().registered(&phone(1)).await;
    let first = person
        .post("/me/addresses", address("东街口 1 号"))
        .await
        .ok(201);
    assert_eq!(first["is_default"], true);
    assert_eq!(first["region_names"], json!(["福建省", "福州市", "鼓楼区"]));
    let second = person
        .post("/me/addresses", address("东街口 2 号"))
        .await
        .ok(201);
    assert_eq!(second["is_default"], false);
    let mut third = address("东街口 3 号");
    third["is_default"] = true.into();
    let third = person.post("/me/addresses", third).await.ok(201);
    let defaults = |list: &Value| -> Vec<Value> {
        let items = list["items"].as_array().expect("items");
        items
            .iter()
            .filter(|item| item["is_default"] == true)
            .map(|item| item["id"].clone())
            .collect()
    };
    let list = person.get("/me/addresses").await.ok(200);
    assert_eq!(defaults(&list), [third["id"].clone()]);
    assert_eq!(list["items"][0]["id"], third["id"]);

    let path = format!("/me/addresses/{}", third["id"].as_str().expect("an id"));
    person.delete(&path).await.ok(204);
    person.delete(&path).await.problem(404, "not-found");
    let list = person.get("/me/addresses").await.ok(200);
    assert_eq!(defaults(&list), [second["id"].clone()]);

    let path = format!("/me/addresses/{}", first["id"].as_str().expect("an id"));
    let mut changed = address("西街 9 号");
    changed["is_default"] = true.into();
    let changed = person.put(&path, changed).await.ok(200);
    assert_eq!(changed["detail"], "西街 9 号");
    assert_eq!(
        defaults(&person.get("/me/addresses").await.ok(200)),
        [first["id"].clone()]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_fields_are_told_together() {
    let server = TestServer::relaxed().await;
    let person = server.client().registered(&phone(1)).await;
    let wrong = json!({
        "recipient": "", "phone": "1", "region_code": "350100", "detail": "x", "postal_code": "1",
    });
    let answer = person.post("/me/addresses", wrong.clone()).await;
    answer.problem(422, "invalid-input");
    let codes = answer.field_codes();
    let named = |field: &str, code: &str| codes.contains(&(field.to_string(), code.to_string()));
    assert!(named("recipient", "required"));
    assert!(named("phone", "phone-invalid"));
    assert!(named("region_code", "region-invalid"));
    assert!(named("detail", "street-address-invalid"));
    assert!(named("postal_code", "postal-code-invalid"));
    let kept = person
        .post("/me/addresses", address("东街口 1 号"))
        .await
        .ok(201);
    let path = format!("/me/addresses/{}", kept["id"].as_str().expect("an id"));
    person.put(&path, wrong).await.problem(422, "invalid-input");
}

// A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn twenty_are_kept_also_when_requests_race() {
    let server = TestServer::relaxed().await;
    let person = server.client().registered(&phone(1)).await;
    let answers = futures_util::future::join_all(
        (0..25).map(|_| person.post("/me/addresses", address("东街口 1 号"))),
    )
    .await;
    let added = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(added, 20);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.problem(409, "too-many-addresses");
    }
    let list = person.get("/me/addresses").await.ok(200);
    let items = list["items"].as_array().expect("items");
    assert_eq!(
        items
            .iter()
            .filter(|item| item["is_default"] == true)
            .count(),
        1
    );
}

// A56, C18
#[tokio::test(flavor = "multi_thread")]
async fn other_peoples_addresses_are_not_there() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = client.registered(&phone(1)).await;
    let stranger = client.registered(&phone(2)).await;
    let kept = mine
        .post("/me/addresses", address("东街口 1 号"))
        .await
        .ok(201);
    let path = format!("/me/addresses/{}", kept["id"].as_str().expect("an id"));
    stranger.delete(&path).await.problem(404, "not-found");
    stranger
        .put(&path, address("西街 9 号"))
        .await
        .problem(404, "not-found");
    assert_eq!(
        stranger.get("/me/addresses").await.ok(200)["items"],
        json!([])
    );
    assert_eq!(
        mine.get("/me/addresses").await.ok(200)["items"][0]["detail"],
        "东街口 1 号"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn divisions_cascade() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let provinces = client.get("/regions").await.ok(200);
    assert_eq!(provinces["items"].as_array().expect("items").len(), 34);
    let cities = client.get("/regions?parent=350000").await.ok(200);
    assert_eq!(
        cities["items"][0],
        json!({"code": "350100", "name": "福州市", "has_children": true})
    );
    let districts = client.get("/regions?parent=350100").await.ok(200);
    assert_eq!(
        districts["items"][0],
        json!({"code": "350102", "name": "鼓楼区", "has_children": false})
    );
    assert_eq!(
        client.get("/regions?parent=zz").await.ok(200)["items"],
        json!([])
    );
}
