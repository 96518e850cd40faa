//! `/me/verifications`

use renzheng_tests::{
    TestServer, phone,
    verification::{decided, fault},
};
use serde_json::{Value, json};

fn claim(citizen: &Value) -> Value {
    json!({"name": citizen["name"], "id_number": citizen["id_number"]})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_card_gives_level_one() {
    let server = TestServer::start().await;
    let person = server.client().registered(&phone(1)).await;
    let before = person.get("/me/verifications").await.ok(200);
    assert_eq!(before["level"], 0);
    assert_eq!(before["methods"][0]["method"], "id-card");
    assert_eq!(before["methods"][0]["status"], "unverified");
    assert_eq!(before["methods"][0]["level"], 1);
    assert_eq!(before["methods"][0]["fields"][1]["name"], "id_number");

    let citizen = person.citizen(3).await;
    let attempt = person
        .post("/me/verifications/id-card", claim(&citizen))
        .await
        .ok(201);
    assert_eq!(attempt["status"], "passed", "{attempt}");
    assert_eq!(attempt["method"], "id-card");

    let after = person.get("/me/verifications").await.ok(200);
    assert_eq!(after["level"], 1);
    assert_eq!(after["methods"][0]["status"], "verified");
    assert!(after["methods"][0]["verified_at"].is_string());
    let me = person.get("/me").await.ok(200);
    assert_eq!(me["level"], 1);
    assert_eq!(me["sex"], citizen["sex"]);
    assert_eq!(me["birth_date"], citizen["birth_date"]);
    let number = citizen["id_number"].as_str().expect("a number");
    let masked = me["id_number"].as_str().expect("a number");
    assert_eq!((&masked[..3], &masked[14..]), (&number[..3], &number[14..]));
    assert!(masked[3..14].chars().all(|character| character == '*'));

    person
        .post("/me/verifications/id-card", claim(&citizen))
        .await
        .problem(409, "already-verified");
    let id = attempt["id"].as_str().expect("an id");
    let shown = person
        .get(&format!("/me/verifications/attempts/{id}"))
        .await
        .ok(200);
    assert_eq!(shown["status"], "passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_the_description_is_a_citizen() {
    let server = TestServer::start().await;
    let person = server.client().registered("13500000330").await;
    let attempt = person
        .post(
            "/me/verifications/id-card",
            json!({"name": "张三", "id_number": "11010519491231002x"}),
        )
        .await
        .ok(201);
    assert_eq!(attempt["status"], "passed", "{attempt}");
}

// A69, C26
#[tokio::test(flavor = "multi_thread")]
async fn a_mismatch_fails_and_counts() {
    let server = TestServer::start().await;
    let person = server.client().registered(&phone(1)).await;
    let (one, other) = (person.citizen(4).await, person.citizen(5).await);
    let wrong = json!({"name": other["name"], "id_number": one["id_number"]});
    for left in (0..5).rev() {
        let attempt = person
            .post("/me/verifications/id-card", wrong.clone())
            .await
            .ok(201);
        assert_eq!(attempt["status"], "failed");
        assert_eq!(attempt["reason"], "mismatch");
        assert_eq!(attempt["tries_left"], left);
        assert!(
            attempt["message"]
                .as_str()
                .expect("a message")
                .contains("不一致")
        );
    }
    let answer = person.post("/me/verifications/id-card", claim(&one)).await;
    answer.problem(429, "rate-limited");
    server.clock.advance(6 * 3600 + 1);
    let renewed = server
        .client()
        .sign_in(&phone(1), renzheng_tests::PASSWORD)
        .await
        .ok(201);
    let person = server
        .client()
        .bearer(renewed["access_token"].as_str().expect("a token"));
    let attempt = person
        .post("/me/verifications/id-card", claim(&one))
        .await
        .ok(201);
    assert_eq!(attempt["status"], "passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_nobody_has_is_no_record() {
    let server = TestServer::start().await;
    let person = server.client().registered(&phone(1)).await;
    let attempt = person
        .post(
            "/me/verifications/id-card",
            json!({"name": "王五", "id_number": "810000199805010014"}),
        )
        .await
        .ok(201);
    assert_eq!(
        (&attempt["status"], &attempt["reason"]),
        (&json!("failed"), &json!("no-record"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_fields_are_told_and_not_counted() {
    let server = TestServer::start().await;
    let person = server.client().registered(&phone(1)).await;
    for (name, number, field) in [
        ("", "11010519491231002X", "name"),
        ("张3", "11010519491231002X", "name"),
        ("张三", "", "id_number"),
        ("张三", "110105491231002", "id_number"),
        ("张三", "110105194912310021", "id_number"),
        ("张三", "110105194913310023", "id_number"),
        ("张三", "910105194912310021", "id_number"),
    ] {
        let answer = person
            .post(
                "/me/verifications/id-card",
                json!({"name": name, "id_number": number}),
            )
            .await;
        answer.problem(422, "invalid-input");
        assert_eq!(answer.field_codes()[0].0, field, "{name} {number}");
    }
    let attempt = person
        .post(
            "/me/verifications/id-card",
            json!({"name": "王五", "id_number": "810000199805010014"}),
        )
        .await
        .ok(201);
    assert_eq!(attempt["tries_left"], 4);
}

// C28
#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_pending_then_decided_and_not_counted() {
    let server = TestServer::start().await;
    let person = server.client().registered(&phone(1)).await;
    let citizen = person.citizen(6).await;
    fault(&person, "aliyun-id2meta", "error", 60).await;
    let attempt = person
        .post("/me/verifications/id-card", claim(&citizen))
        .await
        .ok(201);
    assert_eq!(
        (&attempt["status"], &attempt["reason"]),
        (&json!("pending"), &json!("outage"))
    );
    assert_eq!(attempt["tries_left"], 5);
    person
        .post("/me/verifications/id-card", claim(&citizen))
        .await
        .problem(409, "verification-pending");
    let overview = person.get("/me/verifications").await.ok(200);
    assert_eq!(overview["methods"][0]["status"], "pending");

    server.clock.advance(61);
    assert_eq!(decided(&person, &attempt).await["status"], "passed");
    assert_eq!(person.get("/me").await.ok(200)["level"], 1);
}

// C28, D23
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_while_asking_loses_nothing() {
    let server = TestServer::start().await;
    let person = server.client().registered(&phone(1)).await;
    let citizen = person.citizen(6).await;
    fault(&person, "aliyun-id2meta", "drop", 30).await;
    let attempt = person
        .post("/me/verifications/id-card", claim(&citizen))
        .await
        .ok(201);
    assert_eq!(attempt["status"], "pending");
    let server = server.restart().await;
    server.clock.advance(61);
    let session = server
        .client()
        .sign_in(&phone(1), renzheng_tests::PASSWORD)
        .await
        .ok(201);
    let person = server
        .client()
        .bearer(session["access_token"].as_str().expect("a token"));
    assert_eq!(decided(&person, &attempt).await["status"], "passed");
}

// C13, C25
#[tokio::test(flavor = "multi_thread")]
async fn one_id_number_belongs_to_one_account_also_in_a_race() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let citizen = client.citizen(8).await;
    let mut people = Vec::new();
    for number in 0..12 {
        people.push(client.registered(&phone(number)).await);
    }
    let tries = people
        .iter()
        .map(|person| person.post("/me/verifications/id-card", claim(&citizen)));
    let answers = futures_util::future::join_all(tries).await;
    let passed: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .collect();
    assert_eq!(passed.len(), 1);
    assert_eq!(passed[0].json()["status"], "passed");
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.problem(409, "id-number-taken");
    }
    let mut verified = 0;
    for person in &people {
        verified += person.get("/me").await.ok(200)["level"]
            .as_u64()
            .expect("a level");
    }
    assert_eq!(verified, 1);
}

// A69, C25
#[tokio::test(flavor = "multi_thread")]
async fn whose_number_it_is_is_told_only_when_the_name_fits() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let citizen = client.citizen(8).await;
    let first = client.registered(&phone(1)).await;
    first
        .post("/me/verifications/id-card", claim(&citizen))
        .await
        .ok(201);
    let second = client.registered(&phone(2)).await;
    let guess = json!({"name": client.citizen(9).await["name"], "id_number": citizen["id_number"]});
    let attempt = second
        .post("/me/verifications/id-card", guess)
        .await
        .ok(201);
    assert_eq!(attempt["reason"], "mismatch");
}

// A56, C18
#[tokio::test(flavor = "multi_thread")]
async fn attempts_of_others_are_not_found() {
    let server = TestServer::start().await;
    let client = server.client();
    let one = client.registered(&phone(1)).await;
    let other = client.registered(&phone(2)).await;
    let citizen = client.citizen(3).await;
    let attempt = one
        .post("/me/verifications/id-card", claim(&citizen))
        .await
        .ok(201);
    let path = format!(
        "/me/verifications/attempts/{}",
        attempt["id"].as_str().expect("an id")
    );
    other.get(&path).await.problem(404, "not-found");
    let random = format!("/me/verifications/attempts/{}", uuid::Uuid::new_v4());
    other.get(&random).await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_can_need_a_level_and_be_switched_off() {
    use renzheng_types::verification::Method;
    let server =
        TestServer::with(|config| config.verification.disabled = vec![Method::IdCard]).await;
    let person = server.client().registered(&phone(1)).await;
    let overview = person.get("/me/verifications").await.ok(200);
    let methods = overview["methods"].as_array().expect("methods");
    assert!(methods.iter().all(|state| state["method"] != "id-card"));
    person
        .post("/me/verifications/id-card", claim(&person.citizen(3).await))
        .await
        .problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_lapses_takes_its_level_with_it() {
    use renzheng_types::verification::Method;
    let server = TestServer::with(|config| {
        config.verification.levels.insert(Method::IdCard, 2);
        config.verification.valid_days.insert(Method::IdCard, 1);
    })
    .await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    person
        .post("/me/verifications/id-card", claim(&person.citizen(3).await))
        .await
        .ok(201);
    assert_eq!(person.get("/me").await.ok(200)["level"], 2);
    server.clock.advance(24 * 3600 + 1);
    let session = client
        .sign_in(&phone(1), renzheng_tests::PASSWORD)
        .await
        .ok(201);
    assert_eq!(session["account"]["level"], 0);
}
