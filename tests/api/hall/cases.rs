//! What a clerk records, and what comes of it.

use renzheng_tests::{phone, staff::checks};
use serde_json::{Value, json};

use super::{identity, method, server, verified};

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_person_has_the_highest_level_at_once() {
    let server = server(0).await;
    let client = server.client();
    let (person, _) = verified(&client, 1, 21).await;
    let before = method(&person).await;
    assert_eq!(
        (&before["level"], &before["needs"], &before["status"]),
        (&json!(3), &json!(0), &json!("unverified"))
    );
    let clerk = client.staff("clerk").await;
    let case = clerk.take(&person.hall_code().await).await.ok(201);
    let mut one_missing = checks();
    one_missing["photo_matches"] = false.into();
    let answer = clerk
        .act(&case, "pass", json!({"checks": one_missing}))
        .await;
    answer.problem(422, "invalid-input");
    assert_eq!(
        answer.field_codes(),
        [(
            "checks.photo_matches".to_string(),
            "check-missing".to_string()
        )]
    );
    let passed = clerk
        .act(&case, "pass", json!({"checks": checks()}))
        .await
        .ok(200);
    assert_eq!(passed["status"], "passed");
    assert!(passed.get("person").is_none(), "seen enough: {passed}");
    let visit = person.get("/me/verifications/hall").await.ok(200);
    assert_eq!(visit["status"], "passed");
    let path = format!(
        "/me/verifications/attempts/{}",
        visit["attempt_id"].as_str().expect("an id")
    );
    let attempt = person.get(&path).await.ok(200);
    assert_eq!(
        (&attempt["method"], &attempt["status"]),
        (&json!("hall"), &json!("passed"))
    );
    assert_eq!(person.get("/me").await.ok(200)["level"], 3);
    assert_eq!(method(&person).await["status"], "verified");
    let notice = &client.messages(&phone(1), 2).await[0]["text"];
    assert!(
        notice.as_str().expect("a text").contains("办事大厅"),
        "{notice}"
    );

    // It cannot be changed, nor done again.
    for (act, body) in [
        ("pass", json!({"checks": checks()})),
        ("refuse", json!({"reason": "other"})),
        ("release", Value::Null),
    ] {
        clerk
            .act(&case, act, body)
            .await
            .problem(409, "case-decided");
    }
    person
        .post("/me/verifications/hall", Value::Null)
        .await
        .problem(409, "already-verified");

    // The evidence says which case, and what was checked.
    let row = attempt_row(&server, &person, &attempt).await;
    assert_eq!(row.provider.as_deref(), Some("hall"));
    assert_eq!(row.provider_reference.as_deref(), case["id"].as_str());
    let elements: Value =
        serde_json::from_str(row.elements.as_deref().unwrap_or_default()).expect("JSON");
    assert_eq!(elements, checks());
    assert!(row.claim_sealed.is_none());
}

async fn attempt_row(
    server: &renzheng_tests::TestServer,
    person: &renzheng_tests::Client,
    attempt: &Value,
) -> renzheng::entity::verification_attempt::Model {
    let id = |value: &Value| value.as_str().expect("an id").parse().expect("a UUID");
    let account = person.get("/me").await.ok(200)["id"].clone();
    renzheng::verification::store::find(server.app(), id(&account), id(&attempt["id"]))
        .await
        .expect("a database")
        .expect("an attempt")
}

// A65, C13, C27
#[tokio::test(flavor = "multi_thread")]
async fn of_parallel_records_one_counts() {
    let server = server(0).await;
    let client = server.client();
    let (person, _) = verified(&client, 1, 21).await;
    let clerk = client.staff("clerk").await;
    let case = clerk.take(&person.hall_code().await).await.ok(201);
    let passes = (0..10).map(|_| clerk.act(&case, "pass", json!({"checks": checks()})));
    let refusals = (0..10).map(|_| clerk.act(&case, "refuse", json!({"reason": "other"})));
    let (passes, refusals) = futures_util::future::join(
        futures_util::future::join_all(passes),
        futures_util::future::join_all(refusals),
    )
    .await;
    let answers: Vec<_> = passes.into_iter().chain(refusals).collect();
    let counted = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(counted.count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.problem(409, "case-decided");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_person_learns_so_and_may_come_again() {
    let server = server(0).await;
    let client = server.client();
    let (person, _) = verified(&client, 1, 21).await;
    let clerk = client.staff("clerk").await;
    let case = clerk.take(&person.hall_code().await).await.ok(201);
    for reason in ["not-reviewed", "mismatch", "id-number-taken"] {
        clerk
            .act(&case, "refuse", json!({"reason": reason}))
            .await
            .problem(422, "invalid-input");
    }
    let refused = clerk
        .act(&case, "refuse", json!({"reason": "card-expired"}))
        .await
        .ok(200);
    assert_eq!(refused["status"], "refused");
    assert_eq!(refused["reason"], "card-expired");
    let visit = person.get("/me/verifications/hall").await.ok(200);
    assert_eq!(visit["status"], "failed");
    let path = format!(
        "/me/verifications/attempts/{}",
        visit["attempt_id"].as_str().expect("an id")
    );
    let attempt = person.get(&path).await.ok(200);
    assert_eq!(attempt["reason"], "refused");
    let row = attempt_row(&server, &person, &attempt).await;
    assert_eq!(row.result_code.as_deref(), Some("card-expired"));
    assert_eq!(person.get("/me").await.ok(200)["level"], 1);
    let notice = &client.messages(&phone(1), 2).await[0]["text"];
    assert!(
        notice.as_str().expect("a text").contains("未通过"),
        "{notice}"
    );
    clerk.take(&person.hall_code().await).await.ok(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_may_be_closed_and_lapses() {
    let server = server(0).await;
    let client = server.client();
    let (person, _) = verified(&client, 1, 21).await;
    let clerk = client.staff("clerk").await;
    let case = clerk.take(&person.hall_code().await).await.ok(201);
    let closed = clerk.act(&case, "release", Value::Null).await.ok(200);
    assert_eq!(closed["status"], "closed");
    assert!(closed.get("person").is_none());
    let visit = person.get("/me/verifications/hall").await.ok(200);
    assert_eq!(visit["status"], "none");
    clerk
        .act(&case, "pass", json!({"checks": checks()}))
        .await
        .problem(410, "case-expired");

    let case = clerk.take(&person.hall_code().await).await.ok(201);
    server.clock.advance(14 * 60);
    clerk.get("/staff/me").await.ok(200);
    server.clock.advance(6 * 60 + 1);
    for (act, body) in [
        ("pass", json!({"checks": checks()})),
        ("refuse", json!({"reason": "other"})),
        ("release", Value::Null),
    ] {
        clerk
            .act(&case, act, body)
            .await
            .problem(410, "case-expired");
    }
    let path = format!("/hall/cases/{}", case["id"].as_str().expect("an id"));
    let lapsed = clerk.get(&path).await.ok(200);
    assert!(lapsed.get("person").is_none() && lapsed["status"] == "closed");
}

// A56, C18, C27
#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_its_clerks_alone() {
    let server = server(0).await;
    let client = server.client();
    let (person, _) = verified(&client, 1, 21).await;
    let clerk = client.staff("clerk").await;
    let supervisor = client.staff("supervisor").await;
    let case = clerk.take(&person.hall_code().await).await.ok(201);
    let path = format!("/hall/cases/{}", case["id"].as_str().expect("an id"));
    supervisor.get(&path).await.problem(404, "not-found");
    for (act, body) in [
        ("pass", json!({"checks": checks()})),
        ("refuse", json!({"reason": "other"})),
        ("release", Value::Null),
    ] {
        supervisor
            .act(&case, act, body)
            .await
            .problem(404, "not-found");
    }
}

// A66, C27
#[tokio::test(flavor = "multi_thread")]
async fn nobody_handles_their_own_case() {
    let server = server(0).await;
    let client = server.client();
    // 9001 is the demo clerk.
    let own = client.citizen(9001).await;
    let clerk = client.staff("clerk").await;
    let (person, _) = verified(&client, 1, 9001).await;
    let code = person.hall_code().await;
    clerk.take(&code).await.problem(403, "own-case");
    // The code is gone: it was shown.
    clerk.take(&code).await.problem(422, "hall-code-invalid");

    // By their phone.
    let theirs = own["phone"].as_str().expect("a phone");
    let person = client.registered(theirs).await;
    clerk
        .take(&person.hall_code().await)
        .await
        .problem(403, "own-case");

    // By the ID number that they type themself.
    let person = client.registered(&phone(2)).await;
    let case = clerk.take(&person.hall_code().await).await.ok(201);
    let body = json!({"checks": checks(), "identity": identity(&own)});
    clerk
        .act(&case, "pass", body)
        .await
        .problem(403, "own-case");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_without_identity_needs_one_typed() {
    let server = server(0).await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let clerk = client.staff("clerk").await;
    let case = clerk.take(&person.hall_code().await).await.ok(201);
    assert!(case.get("person").is_none());
    let answer = clerk.act(&case, "pass", json!({"checks": checks()})).await;
    answer.problem(422, "invalid-input");
    let fields: Vec<String> = answer
        .field_codes()
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(fields, ["name", "id_number"]);
    let body = json!({"checks": checks(), "identity": {"name": "1", "id_number": "2"}});
    clerk
        .act(&case, "pass", body)
        .await
        .problem(422, "invalid-input");
    // Typed: a supervisor always looks, whatever the share.
    let citizen = client.citizen(22).await;
    let body = json!({"checks": checks(), "identity": identity(&citizen)});
    let recorded = clerk.act(&case, "pass", body).await.ok(200);
    assert_eq!(recorded["status"], "awaiting-approval");
    assert_eq!(recorded["typed"], true);
    assert!(recorded.get("person").is_none());
    assert_eq!(person.get("/me").await.ok(200)["level"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_identity_on_file_typed_again_is_not_a_new_one() {
    let server = server(0).await;
    let client = server.client();
    let (person, citizen) = verified(&client, 1, 21).await;
    let clerk = client.staff("clerk").await;
    let case = clerk.take(&person.hall_code().await).await.ok(201);
    let body = json!({"checks": checks(), "identity": identity(&citizen)});
    let passed = clerk.act(&case, "pass", body).await.ok(200);
    assert_eq!(
        (&passed["status"], &passed["typed"]),
        (&json!("passed"), &json!(false))
    );
}
