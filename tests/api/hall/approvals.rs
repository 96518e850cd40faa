//! The second pair of eyes.

use renzheng_tests::{Client, TestServer, phone, staff::checks, verification::fault};
use serde_json::{Value, json};

use super::{identity, server, verified};

/// A case that the demo clerk recorded and that waits for approval.
async fn waiting(clerk: &Client, person: &Client, typed: Option<&Value>) -> Value {
    let case = clerk.take(&person.hall_code().await).await.ok(201);
    let mut body = json!({"checks": checks()});
    if let Some(citizen) = typed {
        body["identity"] = identity(citizen);
    }
    let recorded = clerk.act(&case, "pass", body).await.ok(200);
    assert_eq!(recorded["status"], "awaiting-approval", "{recorded}");
    recorded
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_approves_and_the_level_rises() {
    let server = server(100).await;
    let client = server.client();
    let (person, citizen) = verified(&client, 1, 21).await;
    let clerk = client.staff("clerk").await;
    let supervisor = client.staff("supervisor").await;
    let case = waiting(&clerk, &person, None).await;

    // The person waits, and is told for what.
    let visit = person.get("/me/verifications/hall").await.ok(200);
    assert_eq!(visit["status"], "pending");
    let path = format!(
        "/me/verifications/attempts/{}",
        visit["attempt_id"].as_str().expect("an id")
    );
    let attempt = person.get(&path).await.ok(200);
    assert_eq!(
        (&attempt["status"], &attempt["reason"]),
        (&json!("pending"), &json!("review"))
    );
    person
        .post("/me/verifications/hall", Value::Null)
        .await
        .problem(409, "verification-pending");

    // The list says nothing of the person; the case does.
    let list = supervisor.get("/hall/approvals").await.ok(200);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(list["items"][0]["clerk"], "王小红");
    let text = list.to_string();
    for secret in ["name", "id_number"] {
        assert!(!text.contains(citizen[secret].as_str().expect("a text")));
    }
    let path = format!("/hall/cases/{}", case["id"].as_str().expect("an id"));
    let shown = supervisor.get(&path).await.ok(200);
    assert_eq!(shown["person"]["id_number"], citizen["id_number"]);
    // Whoever recorded sees no more of it, and changes nothing.
    assert!(clerk.get(&path).await.ok(200).get("person").is_none());
    clerk
        .act(&case, "refuse", json!({"reason": "other"}))
        .await
        .problem(409, "case-decided");

    let approved = supervisor
        .review(&case, "approve", Value::Null)
        .await
        .ok(200);
    assert_eq!(approved["status"], "passed");
    assert!(approved.get("person").is_none());
    assert_eq!(person.get("/me").await.ok(200)["level"], 3);
    supervisor
        .review(&case, "reject", json!({"reason": "other"}))
        .await
        .problem(409, "case-decided");
    supervisor.get(&path).await.problem(404, "not-found");
    let list = supervisor.get("/hall/approvals").await.ok(200);
    assert_eq!(list["items"], json!([]));
}

// A65, C13, C27
#[tokio::test(flavor = "multi_thread")]
async fn of_parallel_decisions_one_counts() {
    let server = server(100).await;
    let client = server.client();
    let (person, _) = verified(&client, 1, 21).await;
    let clerk = client.staff("clerk").await;
    let supervisor = client.staff("supervisor").await;
    let case = waiting(&clerk, &person, None).await;
    let approvals = (0..10).map(|_| supervisor.review(&case, "approve", Value::Null));
    let rejections =
        (0..10).map(|_| supervisor.review(&case, "reject", json!({"reason": "other"})));
    let (approvals, rejections) = futures_util::future::join(
        futures_util::future::join_all(approvals),
        futures_util::future::join_all(rejections),
    )
    .await;
    let answers: Vec<_> = approvals.into_iter().chain(rejections).collect();
    let counted = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(counted.count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.problem(409, "case-decided");
    }
}

// A66, C27
#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_what_they_recorded_or_what_is_about_them() {
    let server = server(100).await;
    let client = server.client();
    let supervisor = client.staff("supervisor").await;
    let (person, _) = verified(&client, 1, 21).await;
    let case = waiting(&supervisor, &person, None).await;
    for (act, body) in [
        ("approve", Value::Null),
        ("reject", json!({"reason": "other"})),
    ] {
        supervisor
            .review(&case, act, body)
            .await
            .problem(403, "own-case");
    }
    assert_eq!(
        supervisor.get("/hall/approvals").await.ok(200)["items"][0]["mine"],
        true
    );

    // 9002 is the demo supervisor.
    let clerk = client.staff("clerk").await;
    let (person, _) = verified(&client, 2, 9002).await;
    let case = waiting(&clerk, &person, None).await;
    let path = format!("/hall/cases/{}", case["id"].as_str().expect("an id"));
    supervisor.get(&path).await.problem(403, "own-case");
    supervisor
        .review(&case, "approve", Value::Null)
        .await
        .problem(403, "own-case");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_identity_goes_on_file_and_ends_what_was_anothers() {
    let server = server(0).await;
    let client = server.client();
    let clerk = client.staff("clerk").await;
    let supervisor = client.staff("supervisor").await;
    // The account was verified as somebody else; the card says who it really is.
    let (person, _) = verified(&client, 1, 21).await;
    let citizen = client.citizen(22).await;
    let case = waiting(&clerk, &person, Some(&citizen)).await;
    let path = format!("/hall/cases/{}", case["id"].as_str().expect("an id"));
    let shown = supervisor.get(&path).await.ok(200);
    assert_eq!(shown["person"]["id_number"], citizen["id_number"]);
    let approved = supervisor
        .review(&case, "approve", Value::Null)
        .await
        .ok(200);
    assert_eq!(approved["status"], "passed");
    let me = person.get("/me").await.ok(200);
    assert_eq!(me["level"], 3);
    assert_eq!(me["birth_date"], citizen["birth_date"]);
    let all = person.get("/me/verifications").await.ok(200);
    assert_eq!(all["methods"][0]["method"], "id-card");
    assert_eq!(all["methods"][0]["status"], "unverified");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_register_denies_fails_also_after_approval() {
    let server = server(0).await;
    let client = server.client();
    let clerk = client.staff("clerk").await;
    let supervisor = client.staff("supervisor").await;
    let person = client.registered(&phone(1)).await;
    let mut citizen = client.citizen(22).await;
    citizen["name"] = "测试不一致".into();
    let case = waiting(&clerk, &person, Some(&citizen)).await;
    let failed = supervisor
        .review(&case, "approve", Value::Null)
        .await
        .ok(200);
    assert_eq!(
        (&failed["status"], &failed["reason"]),
        (&json!("failed"), &json!("mismatch"))
    );

    // An ID number that another account has.
    verified(&client, 2, 23).await;
    let case = waiting(&clerk, &person, Some(&client.citizen(23).await)).await;
    let failed = supervisor
        .review(&case, "approve", Value::Null)
        .await
        .ok(200);
    assert_eq!(
        (&failed["status"], &failed["reason"]),
        (&json!("failed"), &json!("id-number-taken"))
    );
    assert_eq!(person.get("/me").await.ok(200)["level"], 0);
}

// C28
#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_the_register_is_waited_out() {
    let server = server(0).await;
    let client = server.client();
    let clerk = client.staff("clerk").await;
    let person = client.registered(&phone(1)).await;
    let citizen = client.citizen(22).await;
    let case = waiting(&clerk, &person, Some(&citizen)).await;
    // However long it has lain with the supervisor: the register is asked only now.
    server.clock.advance(30 * 3600);
    let supervisor = client.staff("supervisor").await;
    fault(&client, "aliyun-id2meta", "error", 3).await;
    let postponed = supervisor
        .review(&case, "approve", Value::Null)
        .await
        .ok(200);
    assert_eq!(postponed["status"], "waiting");
    server.clock.advance(60);
    let person = client.signed_in_again(&phone(1)).await;
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(50));
    for _ in 0..200 {
        looks.tick().await;
        if person.get("/me").await.ok(200)["level"] == 3 {
            return;
        }
    }
    panic!("never decided");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_person_learns_so() {
    let server = server(100).await;
    let client = server.client();
    let (person, _) = verified(&client, 1, 21).await;
    let clerk = client.staff("clerk").await;
    let supervisor = client.staff("supervisor").await;
    let case = waiting(&clerk, &person, None).await;
    supervisor
        .review(&case, "reject", json!({"reason": "mismatch"}))
        .await
        .problem(422, "invalid-input");
    let rejected = supervisor
        .review(&case, "reject", json!({"reason": "card-suspect"}))
        .await
        .ok(200);
    assert_eq!(rejected["status"], "rejected");
    let visit = person.get("/me/verifications/hall").await.ok(200);
    assert_eq!(visit["status"], "failed");
    assert_eq!(person.get("/me").await.ok(200)["level"], 1);
    person.hall_code().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_nobody_looks_at_is_rejected_by_itself() {
    let server = server(100).await;
    let client = server.client();
    let (person, _) = verified(&client, 1, 21).await;
    let clerk = client.staff("clerk").await;
    let case = waiting(&clerk, &person, None).await;
    server.clock.advance(3 * 24 * 3600 + 1);
    renzheng::hall::approval::lapse(server.app())
        .await
        .expect("lapsed");
    server.clock.advance(30);
    let person = client.signed_in_again(&phone(1)).await;
    let visit = person.get("/me/verifications/hall").await.ok(200);
    assert_eq!(visit["status"], "failed");
    let supervisor = client.staff("supervisor").await;
    supervisor
        .review(&case, "approve", Value::Null)
        .await
        .problem(404, "not-found");
}

// A56, C27
#[tokio::test(flavor = "multi_thread")]
async fn supervisors_look_at_their_own_hall_unless_they_have_none() {
    let server: TestServer = server(100).await;
    let client = server.client();
    let operator = client.staff("operator").await;
    let body = json!({"name": "东区大厅", "address": "东街 2 号"});
    let east = operator.post("/admin/halls", body).await.ok(201)["id"].clone();
    let (elsewhere, _) = client
        .enrolled(&server, &operator, "supervisor", Some(&east), 60)
        .await;
    let (wide, _) = client
        .enrolled(&server, &operator, "supervisor", None, 61)
        .await;
    let (person, _) = verified(&client, 1, 21).await;
    let clerk = client.staff("clerk").await;
    let case = waiting(&clerk, &person, None).await;
    let path = format!("/hall/cases/{}", case["id"].as_str().expect("an id"));
    let none = elsewhere.get("/hall/approvals").await.ok(200);
    assert_eq!(none["items"], json!([]));
    elsewhere.get(&path).await.problem(404, "not-found");
    elsewhere
        .review(&case, "approve", Value::Null)
        .await
        .problem(404, "not-found");
    // A supervisor of all halls sits at no counter.
    wide.take(&"00000000".into())
        .await
        .problem(403, "no-counter");
    let list = wide.get("/hall/approvals").await.ok(200);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    wide.review(&case, "approve", Value::Null).await.ok(200);
    wide.get("/hall/approvals?cursor=x")
        .await
        .problem(422, "cursor-invalid");
}

// A66, C27
#[tokio::test(flavor = "multi_thread")]
async fn the_share_is_drawn_on_the_server() {
    let server = server(50).await;
    let client = server.client();
    let clerk = client.staff("clerk").await;
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..24 {
        let (person, _) = verified(&client, 100 + number, 100 + number as usize).await;
        let case = clerk.take(&person.hall_code().await).await.ok(201);
        let recorded = clerk
            .act(&case, "pass", json!({"checks": checks()}))
            .await
            .ok(200);
        seen.insert(recorded["status"].as_str().unwrap_or_default().to_string());
        if seen.len() == 2 {
            return;
        }
    }
    panic!("always {seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_not_there_is_not_decided() {
    let server = server(0).await;
    let supervisor = server.client().staff("supervisor").await;
    let case = json!({"id": "01931b6e-9d60-7a43-8c1f-2f4b6a7d9e03"});
    let body = json!({"reason": "other"});
    let answer = supervisor.review(&case, "reject", body).await;
    answer.problem(404, "not-found");
    let answer = supervisor.review(&case, "approve", Value::Null).await;
    answer.problem(404, "not-found");
}
