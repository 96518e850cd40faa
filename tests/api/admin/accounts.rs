//! `/admin/accounts`

use renzheng_tests::{Client, TestServer, phone};
use serde_json::{Value, json};

use super::{NOBODY, id_of, operator, operator_who_is, text, why};

async fn search(operator: &Client, by: &str, value: &Value) -> renzheng_tests::Answer {
    let body = json!({"by": by, "value": value, "reason": "complaint"});
    operator.post("/admin/accounts/search", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_found_by_what_is_exactly_theirs_and_shown_masked() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let citizen = client.citizen(21).await;
    let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    let wrong = json!({"name": "李雷", "id_number": citizen["id_number"]});
    person
        .post("/me/verifications/id-card", wrong)
        .await
        .ok(201);
    person
        .post("/me/verifications/id-card", claim)
        .await
        .ok(201);
    let id = id_of(&person).await;
    let operator = operator(&server).await;

    for (by, value) in [
        ("phone", json!(phone(1))),
        ("phone", json!(format!("+86 {}", phone(1)))),
        ("id-number", citizen["id_number"].clone()),
    ] {
        let found = search(&operator, by, &value).await.ok(200);
        assert_eq!(found["items"][0]["id"], id, "{by}");
        assert_eq!(found["items"][0]["level"], 1);
        assert_eq!(found["items"][0]["status"], "active");
    }
    for (by, value) in [("phone", phone(9)), ("email", "nobody@example.cn".into())] {
        let found = search(&operator, by, &json!(value)).await.ok(200);
        assert_eq!(found["items"], json!([]), "{by}");
    }

    let path = format!("/admin/accounts/{id}");
    let shown = operator.get(&path).await.ok(200);
    assert_eq!(shown["phone"], "139****0001");
    assert_eq!(shown["sessions"], 1);
    assert_eq!(shown["verifications"][0]["status"], "passed");
    assert_eq!(shown["verifications"][1]["reason"], "mismatch");
    let whole = shown.to_string();
    for secret in [
        &phone(1),
        &text(&citizen["id_number"]),
        &text(&citizen["name"]),
    ] {
        assert!(!whole.contains(secret), "{secret} in {whole}");
    }

    // All of it is in the trail, with why, and the person sees it.
    let trail = operator
        .get(&format!("/admin/audit-events?subject_id={id}"))
        .await
        .ok(200);
    let events = trail["items"].as_array().expect("events");
    let look = events
        .iter()
        .find(|event| event["action"] == "account.look-up")
        .expect("a look");
    assert_eq!(look["detail"]["reason"], "complaint");
    assert!(events.iter().any(|event| event["action"] == "account.show"));
    assert!(!trail.to_string().contains(&phone(1)));
    let activity = person.get("/me/activity").await.ok(200).to_string();
    assert!(activity.contains("管理员查看账户"), "{activity}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_says_why_for_whom_and_not_too_often() {
    let server = TestServer::start().await;
    let operator = operator(&server).await;
    let path = "/admin/accounts/search";
    let reasonless = json!({"by": "phone", "value": phone(1)});
    operator
        .post(path, reasonless)
        .await
        .problem(400, "malformed-request");
    let wrong = json!({"by": "phone", "value": "1390", "reason": "fraud", "case_number": "李雷"});
    let refused = operator.post(path, wrong).await;
    refused.problem(422, "invalid-input");
    let expected = [
        ("value".into(), "phone-invalid".into()),
        ("case_number".into(), "case-number-invalid".into()),
    ];
    assert_eq!(refused.field_codes(), expected);
    operator
        .get(&format!("/admin/accounts/{NOBODY}"))
        .await
        .problem(404, "not-found");
    for _ in 0..59 {
        search(&operator, "phone", &json!(phone(1))).await.ok(200);
    }
    search(&operator, "phone", &json!(phone(1)))
        .await
        .problem(429, "rate-limited");
    operator
        .get(&format!("/admin/accounts/{NOBODY}"))
        .await
        .problem(429, "rate-limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_looks_at_or_changes_their_own_account() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let operator = operator_who_is(&server, 50).await;
    let own = client.citizen(50).await;
    let person = client.registered(&text(&own["phone"])).await;
    let id = id_of(&person).await;
    search(&operator, "phone", &own["phone"])
        .await
        .problem(403, "own-case");
    let path = format!("/admin/accounts/{id}");
    operator.get(&path).await.problem(403, "own-case");
    for act in ["lock", "unlock"] {
        operator
            .post(&format!("{path}/{act}"), why())
            .await
            .problem(403, "own-case");
    }
    operator
        .delete(&format!("{path}/sessions?reason=fault"))
        .await
        .problem(403, "own-case");
    person.get("/me").await.ok(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_to_nobody_or_for_no_good_reason_is_refused() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let operator = operator(&server).await;
    let mine = format!("/admin/accounts/{}", id_of(&person).await);
    let nobody = format!("/admin/accounts/{NOBODY}");
    let vague = json!({"reason": "fraud", "case_number": phone(1)});
    for act in ["lock", "unlock"] {
        operator
            .post(&format!("{nobody}/{act}"), why())
            .await
            .problem(404, "not-found");
        operator
            .post(&format!("{mine}/{act}"), vague.clone())
            .await
            .problem(422, "invalid-input");
    }
    operator
        .delete(&format!("{nobody}/sessions?reason=fault"))
        .await
        .problem(404, "not-found");
    operator
        .delete(&format!("{mine}/sessions?reason=fault&case_number=a%20b"))
        .await
        .problem(422, "invalid-input");
    operator
        .delete(&format!("{mine}/sessions"))
        .await
        .problem(400, "malformed-request");
    person.get("/me").await.ok(200);
}
