//! What each method answers.

use renzheng_tests::{
    TestServer, phone,
    verification::{decided, fault, verified},
};
use renzheng_types::verification::Method;
use serde_json::json;

use super::FORMS;

#[tokio::test(flavor = "multi_thread")]
async fn each_gives_level_two_and_all_of_them_no_more() {
    let server = TestServer::start().await;
    let client = server.client();
    let citizen = client.citizen(3).await;
    let person = verified(&client, 1, &citizen).await;
    let before = person.get("/me").await.ok(200);
    let overview = person.get("/me/verifications").await.ok(200);
    let methods = overview["methods"].as_array().expect("methods");
    let names: Vec<_> = methods.iter().map(|state| &state["method"]).collect();
    assert_eq!(
        names[..6],
        [
            "id-card",
            "bank-card",
            "social-security",
            "provident-fund",
            "telecom",
            "driving-licence"
        ]
    );
    for form in &FORMS {
        let state = methods
            .iter()
            .find(|state| state["method"] == form.method)
            .expect("listed");
        assert_eq!((&state["level"], &state["needs"]), (&json!(2), &json!(1)));
        let attempt = person.post(&form.path(), (form.right)(&citizen)).await;
        let attempt = attempt.ok(201);
        assert_eq!(attempt["status"], "passed", "{attempt}");
        assert_eq!(attempt["method"], form.method);
        assert_eq!(attempt["tries_left"], 5);
        person
            .post(&form.path(), (form.right)(&citizen))
            .await
            .problem(409, "already-verified");
    }
    let after = person.get("/me").await.ok(200);
    assert_eq!(after["level"], 2);
    for field in ["name", "id_number", "sex", "birth_date"] {
        assert_eq!(after[field], before[field], "{field} stays as it was");
    }
    let overview = person.get("/me/verifications").await.ok(200);
    for state in &overview["methods"].as_array().expect("methods")[..6] {
        assert_eq!(state["status"], "verified", "{state}");
        assert!(state["verified_at"].is_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_to_level_one_is_sent_there_first() {
    let server = TestServer::start().await;
    let client = server.client();
    let (person, citizen) = (client.registered(&phone(1)).await, client.citizen(3).await);
    for form in &FORMS {
        person
            .post(&form.path(), (form.right)(&citizen))
            .await
            .problem(403, "level-too-low");
    }
}

// A69, C26
#[tokio::test(flavor = "multi_thread")]
async fn a_mismatch_and_no_record_fail_and_count() {
    let server = TestServer::start().await;
    let client = server.client();
    let other = client.citizen(9).await;
    for (number, form) in (1..).zip(&FORMS) {
        let citizen = client.citizen(number as usize).await;
        let person = verified(&client, number, &citizen).await;
        let [mismatch, no_record, _] = form.magic;
        for (body, reason, left) in [
            (form.with(&citizen, mismatch), "mismatch", 4),
            (form.with(&citizen, no_record), "no-record", 3),
            ((form.right)(&other), "mismatch", 2),
        ] {
            let attempt = person.post(&form.path(), body).await.ok(201);
            assert_eq!(attempt["status"], "failed", "{attempt}");
            assert_eq!(attempt["reason"], reason, "{attempt}");
            assert_eq!(attempt["tries_left"], left, "{attempt}");
            assert!(attempt["message"].is_string());
        }
        assert_eq!(person.get("/me").await.ok(200)["level"], 1);
    }
}

// A61, C26, L7
#[tokio::test(flavor = "multi_thread")]
async fn failures_are_limited_over_all_methods() {
    let server = TestServer::start().await;
    let client = server.client();
    let citizen = client.citizen(3).await;
    let person = verified(&client, 1, &citizen).await;
    let form = &FORMS[1];
    for form in &FORMS {
        let body = form.with(&citizen, form.magic[0]);
        person.post(&form.path(), body).await.ok(201);
    }
    let answer = person.post(&form.path(), (form.right)(&citizen)).await;
    answer.problem(429, "rate-limited");
    let wait: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!((6 * 3600 - 60..=6 * 3600).contains(&wait), "{wait}");
    server.clock.advance(6 * 3600 + 1);
    let person = person.signed_in_again(&phone(1)).await;
    let attempt = person.post(&form.path(), (form.right)(&citizen)).await;
    assert_eq!(attempt.ok(201)["status"], "passed");
}

// A61, C26, L7
#[tokio::test(flavor = "multi_thread")]
async fn failures_with_one_id_number_are_limited_whoever_makes_them() {
    let server = TestServer::start().await;
    let client = server.client();
    let (citizen, other) = (client.citizen(3).await, client.citizen(4).await);
    let guess = json!({"name": other["name"], "id_number": citizen["id_number"]});
    let mut people = Vec::new();
    for number in 0..3 {
        people.push(client.registered(&phone(number)).await);
    }
    let path = "/me/verifications/id-card";
    for person in people.iter().take(2) {
        for _ in 0..5 {
            let attempt = person.post(path, guess.clone()).await.ok(201);
            assert_eq!(attempt["reason"], "mismatch");
        }
    }
    let right = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    people[2]
        .post(path, right)
        .await
        .problem(429, "rate-limited");
    // Another number is not concerned.
    let own = json!({"name": other["name"], "id_number": other["id_number"]});
    let attempt = people[2].post(path, own).await.ok(201);
    assert_eq!(attempt["status"], "passed");
}

// A61, L7
#[tokio::test(flavor = "multi_thread")]
async fn failures_from_one_address_are_limited() {
    let server = TestServer::start().await;
    let client = server.client();
    let mut people = Vec::new();
    for number in 0..5 {
        people.push(client.registered(&phone(number)).await);
    }
    let path = "/me/verifications/id-card";
    let name = client.citizen(9).await["name"].clone();
    for (number, person) in people.iter().enumerate().take(4) {
        let citizen = client.citizen(number + 10).await;
        let guess = json!({"name": name, "id_number": citizen["id_number"]});
        for _ in 0..5 {
            person.post(path, guess.clone()).await.ok(201);
        }
    }
    let citizen = client.citizen(20).await;
    let right = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    let answer = people[4].post(path, right.clone()).await;
    answer.problem(429, "rate-limited");
    server.clock.advance(24 * 3600 + 1);
    let person = people[4].signed_in_again(&phone(4)).await;
    assert_eq!(person.post(path, right).await.ok(201)["status"], "passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_fields_are_told_and_not_counted() {
    let server = TestServer::start().await;
    let client = server.client();
    let citizen = client.citizen(3).await;
    let person = verified(&client, 1, &citizen).await;
    for form in &FORMS {
        for (value, code) in form.invalid {
            let answer = person.post(&form.path(), form.with(&citizen, value)).await;
            answer.problem(422, "invalid-input");
            assert_eq!(answer.field_codes(), [(form.field.into(), (*code).into())]);
        }
        let mut unknown = (form.right)(&citizen);
        unknown["level"] = 3.into();
        let answer = person.post(&form.path(), unknown).await;
        answer.problem(400, "malformed-request");
        let attempt = person.post(&form.path(), (form.right)(&citizen)).await;
        assert_eq!(attempt.ok(201)["tries_left"], 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn telecom_takes_the_name_and_number_on_file_and_no_other() {
    let server = TestServer::start().await;
    let client = server.client();
    let (citizen, other) = (client.citizen(3).await, client.citizen(4).await);
    let person = verified(&client, 1, &citizen).await;
    let path = "/me/verifications/telecom";
    let overview = person.get("/me/verifications").await.ok(200);
    let me = person.get("/me").await.ok(200);
    let fields = &overview["methods"][4]["fields"];
    assert_eq!(fields[0]["value_on_file"], me["name"]);
    assert_eq!(fields[1]["value_on_file"], me["id_number"]);
    assert_eq!(fields[2]["kind"], "phone");
    assert!(fields[2].get("value_on_file").is_none());
    for (field, value) in [("name", &other["name"]), ("id_number", &other["id_number"])] {
        let mut body = json!({"phone": citizen["phone"]});
        body[field] = value.clone();
        let answer = person.post(path, body).await;
        answer.problem(422, "invalid-input");
        assert_eq!(
            answer.field_codes(),
            [(field.to_string(), "differs-from-file".to_string())]
        );
    }
    let whole = json!({"name": citizen["name"], "id_number": citizen["id_number"], "phone": citizen["phone"]});
    assert_eq!(person.post(path, whole).await.ok(201)["status"], "passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_can_be_switched_off_and_lapse() {
    let server = TestServer::with(|config| {
        config.verification.disabled = vec![Method::Telecom];
        config.verification.levels.insert(Method::BankCard, 3);
        config.verification.valid_days.insert(Method::BankCard, 1);
    })
    .await;
    let client = server.client();
    let citizen = client.citizen(3).await;
    let person = verified(&client, 1, &citizen).await;
    person
        .post("/me/verifications/telecom", json!({"phone": "13500000330"}))
        .await
        .problem(404, "not-found");
    let form = &FORMS[0];
    person
        .post(&form.path(), (form.right)(&citizen))
        .await
        .ok(201);
    assert_eq!(person.get("/me").await.ok(200)["level"], 3);
    server.clock.advance(24 * 3600 + 1);
    let session = client
        .sign_in(&phone(1), renzheng_tests::PASSWORD)
        .await
        .ok(201);
    assert_eq!(session["account"]["level"], 1);
}

// C26
#[tokio::test(flavor = "multi_thread")]
async fn what_was_passed_as_somebody_else_ends() {
    let server = TestServer::with(|config| {
        config.verification.valid_days.insert(Method::IdCard, 1);
    })
    .await;
    let client = server.client();
    let (citizen, other) = (client.citizen(3).await, client.citizen(5).await);
    let person = verified(&client, 1, &citizen).await;
    let [bank, social, ..] = &FORMS;
    person
        .post(&bank.path(), (bank.right)(&citizen))
        .await
        .ok(201);
    server.clock.advance(23 * 3600);
    let person = person.signed_in_again(&phone(1)).await;
    fault(&person, "authority", "error", 7200).await;
    let waiting = person.post(&social.path(), (social.right)(&citizen)).await;
    let waiting = waiting.ok(201);
    assert_eq!(waiting["status"], "pending");

    server.clock.advance(3600 + 1);
    let person = person.signed_in_again(&phone(1)).await;
    assert_eq!(person.get("/me").await.ok(200)["level"], 2);
    let claim = json!({"name": other["name"], "id_number": other["id_number"]});
    let attempt = person
        .post("/me/verifications/id-card", claim)
        .await
        .ok(201);
    assert_eq!(attempt["status"], "passed");
    assert_eq!(person.get("/me").await.ok(200)["level"], 1);

    server.clock.advance(7200);
    let person = person.signed_in_again(&phone(1)).await;
    let attempt = decided(&person, &waiting).await;
    assert_eq!(attempt["reason"], "mismatch", "{attempt}");
    assert_eq!(person.get("/me").await.ok(200)["level"], 1);
}

// A28
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_not_fresh_steps_up_first() {
    let server = TestServer::start().await;
    let client = server.client();
    let citizen = client.citizen(3).await;
    let person = verified(&client, 1, &citizen).await;
    server.clock.advance(301);
    for form in &FORMS {
        let right = (form.right)(&citizen);
        person
            .post(&form.path(), right.clone())
            .await
            .problem(403, "step-up-required");
        person
            .with("x-step-up", "0123456789")
            .post(&form.path(), right)
            .await
            .problem(403, "step-up-required");
    }
    let form = &FORMS[0];
    let other = person.stepped_up(&phone(1), "email", 2).await;
    other
        .post(&form.path(), (form.right)(&citizen))
        .await
        .problem(403, "step-up-required");
    server.clock.advance(61);
    let sure = person.stepped_up(&phone(1), "verification", 3).await;
    // What was mistyped costs no other message.
    sure.post(&form.path(), form.with(&citizen, "1"))
        .await
        .problem(422, "invalid-input");
    let attempt = sure.post(&form.path(), (form.right)(&citizen)).await;
    assert_eq!(attempt.ok(201)["status"], "passed");
    let next = &FORMS[1];
    sure.post(&next.path(), (next.right)(&citizen))
        .await
        .problem(403, "step-up-required");
}
