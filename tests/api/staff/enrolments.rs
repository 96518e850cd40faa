//! `/staff/enrolments`

use renzheng_tests::{Client, PASSWORD, TestServer, staff::authenticator};
use serde_json::{Value, json};

/// Takes somebody on by mail; answers the link's token.
async fn invite(client: &Client, operator: &Client, extra: Value) -> String {
    let mut body = json!({"name": "赵小兰", "email": "zhao@example.cn", "role": "operator"});
    for (name, value) in extra.as_object().expect("fields") {
        body[name] = value.clone();
    }
    let entry = operator.post("/admin/staff", body).await.ok(201);
    assert_eq!(entry["status"], "invited");
    assert_eq!(entry["email"], "z***@example.cn");
    assert!(
        !entry.to_string().contains("token") && !entry.to_string().contains("enrol#"),
        "no secret in the answer"
    );
    client.enrolment_token("zhao@example.cn", 1).await
}

async fn proof(client: &Client, server: &TestServer, token: &str, citizen: usize) -> Value {
    let opened = client
        .post("/staff/enrolments", json!({"token": token}))
        .await
        .ok(201);
    let app = authenticator(&opened["totp"]["secret"]);
    let own = client.citizen(citizen).await;
    json!({
        "token": token,
        "password": PASSWORD,
        "id_number": own["id_number"],
        "phone": own["phone"],
        "code": server.code_of(&app),
    })
}

// A14, A17
#[tokio::test(flavor = "multi_thread")]
async fn a_link_enrols_once() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let operator = client.staff("operator").await;
    let token = invite(&client, &operator, json!({})).await;
    let body = proof(&client, &server, &token, 40).await;
    let with = |field: &str, value: &str| {
        let mut body = body.clone();
        body[field] = value.into();
        body
    };
    let path = "/staff/enrolments/confirmation";
    let mistakes = client.post(path, with("id_number", "1")).await;
    mistakes.problem(422, "invalid-input");
    assert_eq!(mistakes.field_codes()[0].0, "id_number");
    let weak = client.post(path, with("password", "password1")).await;
    weak.problem(422, "invalid-input");
    assert_eq!(weak.field_codes()[0].0, "password");
    client
        .post(path, with("code", "000000"))
        .await
        .problem(422, "totp-invalid");
    client
        .post(path, with("token", "x"))
        .await
        .problem(410, "staff-link-expired");

    let enrolled = client.post(path, body.clone()).await.ok(201);
    assert_eq!(
        enrolled["recovery_codes"].as_array().map(Vec::len),
        Some(10)
    );
    let token_of = &enrolled["session"]["access_token"];
    let staff = client.bearer(token_of.as_str().expect("a token"));
    assert_eq!(staff.get("/staff/me").await.ok(200)["name"], "赵小兰");
    client
        .post(path, body)
        .await
        .problem(410, "staff-link-expired");
    client
        .post("/staff/enrolments", json!({"token": token}))
        .await
        .problem(410, "staff-link-expired");
}

// A65, C13
#[tokio::test(flavor = "multi_thread")]
async fn of_parallel_enrolments_one_wins() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let operator = client.staff("operator").await;
    let token = invite(&client, &operator, json!({})).await;
    let body = proof(&client, &server, &token, 40).await;
    let tries = (0..6).map(|_| client.post("/staff/enrolments/confirmation", body.clone()));
    let answers = futures_util::future::join_all(tries).await;
    let won = answers.iter().filter(|answer| answer.status == 201);
    assert_eq!(won.count(), 1);
}

// A17, A19
#[tokio::test(flavor = "multi_thread")]
async fn a_link_lapses_and_a_newer_one_voids_it() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let operator = client.staff("operator").await;
    let first = invite(&client, &operator, json!({})).await;
    let all = operator.get("/admin/staff").await.ok(200);
    let id = all["items"]
        .as_array()
        .and_then(|items| items.last())
        .and_then(|entry| entry["id"].as_str())
        .expect("an id")
        .to_string();
    operator
        .post(&format!("/admin/staff/{id}/reset"), Value::Null)
        .await
        .ok(200);
    let second = client.enrolment_token("zhao@example.cn", 2).await;
    client
        .post("/staff/enrolments", json!({"token": first}))
        .await
        .problem(410, "staff-link-expired");
    client
        .post("/staff/enrolments", json!({"token": second}))
        .await
        .ok(201);
    server.clock.advance(24 * 3600 + 1);
    client
        .post("/staff/enrolments", json!({"token": second}))
        .await
        .problem(410, "staff-link-expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_apps_secret_lapses_before_the_link() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let operator = client.staff("operator").await;
    let token = invite(&client, &operator, json!({})).await;
    let body = proof(&client, &server, &token, 40).await;
    server.clock.advance(1801);
    client
        .post("/staff/enrolments/confirmation", body)
        .await
        .problem(410, "enrolment-expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_has_one_staff_account() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let operator = client.staff("operator").await;
    // 9001 is the demo clerk's own ID number.
    let token = invite(&client, &operator, json!({})).await;
    let body = proof(&client, &server, &token, 9001).await;
    client
        .post("/staff/enrolments/confirmation", body)
        .await
        .problem(409, "staff-exists");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_number_told_beforehand_must_be_theirs() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let operator = client.staff("operator").await;
    let known = client.citizen(41).await["id_number"].clone();
    let token = invite(&client, &operator, json!({"id_number": known})).await;
    let body = proof(&client, &server, &token, 40).await;
    let answer = client.post("/staff/enrolments/confirmation", body).await;
    answer.problem(422, "invalid-input");
    assert_eq!(
        answer.field_codes(),
        [("id_number".to_string(), "differs-from-file".to_string())]
    );
    let body = proof(&client, &server, &token, 41).await;
    client
        .post("/staff/enrolments/confirmation", body)
        .await
        .ok(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_links_is_limited() {
    let server = TestServer::start().await;
    let client = server.client();
    for _ in 0..10 {
        client
            .post("/staff/enrolments", json!({"token": "x"}))
            .await
            .problem(410, "staff-link-expired");
    }
    client
        .post("/staff/enrolments", json!({"token": "x"}))
        .await
        .problem(429, "rate-limited");
}

// A61
#[tokio::test(flavor = "multi_thread")]
async fn codes_of_an_enrolment_are_guessed_five_times() {
    let server = TestServer::start().await;
    let client = server.client();
    let operator = client.staff("operator").await;
    let token = invite(&client, &operator, json!({})).await;
    let right = proof(&client, &server, &token, 9).await;
    let mut wrong = right.clone();
    wrong["code"] = if right["code"] == "000000" {
        "000001"
    } else {
        "000000"
    }
    .into();
    let path = "/staff/enrolments/confirmation";
    for _ in 0..5 {
        let refused = client.post(path, wrong.clone()).await;
        refused.problem(422, "totp-invalid");
    }
    client.post(path, right).await.problem(429, "rate-limited");
}
