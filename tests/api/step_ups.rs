//! `/me/step-ups`, `/me/password`

mod passkey;

use renzheng_tests::{PASSWORD, TestServer, phone};
use serde_json::{Value, json};

const NEW: &str = "battery staple correct horse";

// A7, A16, A28
#[tokio::test(flavor = "multi_thread")]
async fn a_step_up_allows_one_act_in_its_session() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let change = json!({"new_password": NEW});
    person
        .put("/me/password", change.clone())
        .await
        .problem(403, "step-up-required");

    let able = person.stepped_up(&mine, "password", 2).await;
    // A mistyped password does not cost the step-up.
    let weak = able
        .put("/me/password", json!({"new_password": "12345678"}))
        .await;
    weak.problem(422, "invalid-input");
    assert_eq!(weak.field_codes()[0].0, "new_password");
    able.put("/me/password", change.clone()).await.ok(204);
    able.put("/me/password", change.clone())
        .await
        .problem(403, "step-up-required");

    client
        .sign_in(&mine, PASSWORD)
        .await
        .problem(401, "invalid-credentials");
    client.sign_in(&mine, NEW).await.ok(201);
    let notice = client.messages(&mine, 3).await;
    assert!(
        notice[0]["text"]
            .as_str()
            .expect("a text")
            .contains("密码已修改"),
        "{notice:?}"
    );
}

// A20, A28
#[tokio::test(flavor = "multi_thread")]
async fn a_step_up_is_bound_to_purpose_session_and_time() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    let change = json!({"new_password": NEW});
    // Another purpose.
    let able = person.stepped_up(&mine, "email", 2).await;
    able.put("/me/password", change.clone())
        .await
        .problem(403, "step-up-required");
    // Another session of the same person.
    let able = person.stepped_up(&mine, "password", 3).await;
    let other = client.sign_in(&mine, PASSWORD).await.ok(201);
    let other = able.bearer(other["access_token"].as_str().expect("a token"));
    other
        .put("/me/password", change.clone())
        .await
        .problem(403, "step-up-required");
    // Five minutes later.
    server.clock.advance(301);
    able.put("/me/password", change)
        .await
        .problem(403, "step-up-required");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_purpose_a_step_up_allows_any_one_act() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    person
        .send(reqwest::Method::POST, "/me/step-ups/codes", None)
        .await
        .ok(202);
    let code = client.newest_code(&mine, 2).await;
    let grant = person
        .post("/me/step-ups", json!({"code": code}))
        .await
        .ok(201);
    assert_eq!(grant["expires_in"], 300);
    // The code is used up.
    person
        .post("/me/step-ups", json!({"code": code}))
        .await
        .problem(422, "code-invalid");
    let able = person.with(
        "x-step-up",
        grant["step_up_token"].as_str().expect("a token"),
    );
    able.put("/me/password", json!({"new_password": NEW}))
        .await
        .ok(204);
}

// A21
#[tokio::test(flavor = "multi_thread")]
async fn codes_for_a_step_up_are_guessed_five_times() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let person = client.registered(&mine).await;
    person.post("/me/step-ups/codes", json!({})).await.ok(202);
    let code = client.newest_code(&mine, 2).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        person
            .post("/me/step-ups", json!({"code": wrong}))
            .await
            .problem(422, "code-invalid");
    }
    person
        .post("/me/step-ups", json!({"code": code}))
        .await
        .problem(422, "code-invalid");
    person
        .post("/me/step-ups", json!({"code": "x"}))
        .await
        .problem(422, "invalid-input");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_for_a_step_up_are_limited() {
    let server = TestServer::start().await;
    let mine = phone(1);
    let person = server.client().registered(&mine).await;
    let refused = person.post("/me/step-ups/codes", Value::Null).await;
    refused.problem(429, "rate-limited");
    assert!(
        refused
            .header("retry-after")
            .parse::<u64>()
            .expect("seconds")
            <= 60
    );
    server.clock.advance(61);
    person.post("/me/step-ups/codes", Value::Null).await.ok(202);
}

// A27
#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_signs_out_every_other_device() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let created = client.register(&mine).await;
    let session = &created["session"];
    let person = client.bearer(session["access_token"].as_str().expect("a token"));
    let other = client.sign_in(&mine, PASSWORD).await.ok(201);
    let able = person.stepped_up(&mine, "password", 2).await;
    able.put("/me/password", json!({"new_password": NEW}))
        .await
        .ok(204);
    person.get("/me").await.ok(200);
    client
        .bearer(other["access_token"].as_str().expect("a token"))
        .get("/me")
        .await
        .problem(401, "unauthenticated");
    client
        .post(
            "/sessions/refresh",
            json!({"refresh_token": other["refresh_token"]}),
        )
        .await
        .problem(401, "invalid-refresh-token");
}

// A28
#[tokio::test(flavor = "multi_thread")]
async fn what_is_masked_is_shown_to_who_proves_themself() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mine = phone(1);
    let created = client.register(&mine).await;
    let token = |session: &Value| {
        session["access_token"]
            .as_str()
            .expect("a token")
            .to_owned()
    };
    let person = client.bearer(&token(&created["session"]));
    // A sign-in of lately will do.
    let details = person.get("/me/details").await.ok(200);
    assert_eq!(details, json!({"phone": mine}));
    let citizen = client.citizen(21).await;
    let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    person
        .post("/me/verifications/id-card", claim)
        .await
        .ok(201);

    server.clock.advance(301);
    person
        .get("/me/details")
        .await
        .problem(403, "step-up-required");
    let able = person.stepped_up(&mine, "export", 2).await;
    able.get("/me/details")
        .await
        .problem(403, "step-up-required");
    let able = person.stepped_up(&mine, "details", 3).await;
    let details = able.get("/me/details").await.ok(200);
    assert_eq!(details["name"], citizen["name"]);
    assert_eq!(details["id_number"], citizen["id_number"]);
    able.get("/me/details")
        .await
        .problem(403, "step-up-required");
    let trail = person.get("/me/activity").await.ok(200).to_string();
    assert!(trail.contains("查看完整信息"), "{trail}");
}

// A61
#[tokio::test(flavor = "multi_thread")]
async fn details_are_shown_twenty_times_an_hour() {
    let server = TestServer::start().await;
    let person = server.client().registered(&phone(1)).await;
    for _ in 0..20 {
        person.get("/me/details").await.ok(200);
    }
    person.get("/me/details").await.problem(429, "rate-limited");
}
