//! `/admin/staff` and `/admin/halls`

use renzheng_tests::{TestServer, phone};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn halls_are_added_renamed_and_closed() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let operator = client.staff("operator").await;
    let new = json!({"name": "东区大厅", "address": "东街 2 号"});
    let hall = operator.post("/admin/halls", new.clone()).await.ok(201);
    operator
        .post("/admin/halls", new)
        .await
        .problem(409, "hall-exists");
    let nameless = operator
        .post("/admin/halls", json!({"name": " ", "address": "x"}))
        .await;
    nameless.problem(422, "invalid-input");
    assert_eq!(nameless.field_codes().len(), 2);
    let path = format!("/admin/halls/{}", hall["id"].as_str().expect("an id"));
    let nameless = json!({"name": "", "address": "东街 2 号", "open": true});
    operator
        .put(&path, nameless)
        .await
        .problem(422, "invalid-input");
    let closed = json!({"name": "东区分厅", "address": "东街 2 号", "open": false});
    assert_eq!(
        operator.put(&path, closed.clone()).await.ok(200)["open"],
        false
    );
    let taken = json!({"name": "示范政务服务中心", "address": "东街 2 号", "open": true});
    operator.put(&path, taken).await.problem(409, "hall-exists");
    operator
        .put("/admin/halls/01931b6e-9d60-7a43-8c1f-2f4b6a7d9e03", closed)
        .await
        .problem(404, "not-found");
    let all = operator.get("/admin/halls").await.ok(200);
    assert_eq!(all["items"].as_array().map(Vec::len), Some(2));
    // Nobody is put into a closed hall.
    let clerk =
        json!({"name": "赵小兰", "email": "z@example.cn", "role": "clerk", "hall_id": hall["id"]});
    operator
        .post("/admin/staff", clerk)
        .await
        .problem(422, "invalid-input");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_are_taken_on_moved_and_shut_out_at_once() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let operator = client.staff("operator").await;
    let hall = operator.get("/admin/halls").await.ok(200)["items"][0]["id"].clone();
    let mistakes = operator
        .post(
            "/admin/staff",
            json!({"name": "1", "email": "x", "role": "clerk", "login": "?"}),
        )
        .await;
    mistakes.problem(422, "invalid-input");
    let fields: Vec<String> = mistakes
        .field_codes()
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(fields, ["name", "email", "login", "hall_id"]);
    let taken = json!({"name": "赵小兰", "email": "z@example.cn", "role": "operator", "login": "demo.clerk"});
    operator
        .post("/admin/staff", taken)
        .await
        .problem(409, "staff-exists");

    let (clerk, id) = client
        .enrolled(&server, &operator, "clerk", Some(&hall), 50)
        .await;
    clerk
        .get("/hall/approvals")
        .await
        .problem(403, "role-not-allowed");
    let path = format!("/admin/staff/{}", id.as_str().expect("an id"));
    let duty = json!({"role": "supervisor"});
    let moved = operator
        .put(&format!("{path}/duty"), duty.clone())
        .await
        .ok(200);
    assert_eq!(moved["role"], "supervisor");
    assert!(moved.get("hall").is_none());
    clerk.get("/staff/me").await.problem(401, "unauthenticated");
    operator
        .put(&format!("{path}/duty"), json!({"role": "clerk"}))
        .await
        .problem(422, "invalid-input");

    operator
        .post(&format!("{path}/disable"), Value::Null)
        .await
        .ok(200);
    assert_eq!(operator.get(&path).await.ok(200)["status"], "disabled");
    let signed = operator
        .post(&format!("{path}/enable"), Value::Null)
        .await
        .ok(200);
    assert_eq!(signed["status"], "active");
    let reset = operator
        .post(&format!("{path}/reset"), Value::Null)
        .await
        .ok(200);
    assert_eq!(reset["status"], "invited");

    // Nobody does it to themself, and nothing is done to nobody.
    let me = operator.get("/staff/me").await.ok(200)["id"].clone();
    let mine = format!("/admin/staff/{}", me.as_str().expect("an id"));
    let nobody = "/admin/staff/01931b6e-9d60-7a43-8c1f-2f4b6a7d9e03";
    for act in ["disable", "enable", "reset"] {
        operator
            .post(&format!("{mine}/{act}"), Value::Null)
            .await
            .problem(403, "own-case");
        operator
            .post(&format!("{nobody}/{act}"), Value::Null)
            .await
            .problem(404, "not-found");
    }
    operator
        .put(&format!("{mine}/duty"), duty.clone())
        .await
        .problem(403, "own-case");
    operator
        .put(&format!("{nobody}/duty"), duty)
        .await
        .problem(404, "not-found");
    operator.get(nobody).await.problem(404, "not-found");
    // The demo clerk has no mail address to send a link to.
    let all = operator.get("/admin/staff").await.ok(200);
    let demo = all["items"]
        .as_array()
        .and_then(|items| items.iter().find(|entry| entry["login"] == "demo.clerk"))
        .and_then(|entry| entry["id"].as_str())
        .expect("the demo clerk");
    operator
        .post(&format!("/admin/staff/{demo}/reset"), Value::Null)
        .await
        .problem(409, "email-missing");
    operator
        .get("/admin/staff?cursor=x")
        .await
        .problem(422, "cursor-invalid");
}

// A15, A31
#[tokio::test(flavor = "multi_thread")]
async fn somebody_disabled_is_out_whatever_they_try() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let operator = client.staff("operator").await;
    let clerk = client.staff("clerk").await;
    let id = clerk.get("/staff/me").await.ok(200)["id"].clone();
    let path = format!("/admin/staff/{}/disable", id.as_str().expect("an id"));
    operator.post(&path, Value::Null).await.ok(200);
    clerk.get("/staff/me").await.problem(401, "unauthenticated");
    server.clock.advance(30);
    let right = client.staff_credentials("clerk").await;
    client
        .post("/staff/sessions", right)
        .await
        .problem(401, "invalid-staff-credentials");
}

// A62, A63, C27
#[tokio::test(flavor = "multi_thread")]
async fn everything_is_in_the_trail_and_the_chain_holds() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let citizen = client.citizen(21).await;
    let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    person
        .post("/me/verifications/id-card", claim)
        .await
        .ok(201);
    let clerk = client.staff("clerk").await;
    let case = clerk.take(&person.hall_code().await).await.ok(201);
    clerk
        .act(&case, "refuse", json!({"reason": "photo-differs"}))
        .await
        .ok(200);
    let app = server.app();
    renzheng::audit::chain::extend(app).await.expect("chained");
    let length = renzheng::audit::chain::verify(app)
        .await
        .expect("a database");
    assert!(length.is_ok_and(|length| length >= 6));
    let me = person.get("/me").await.ok(200)["id"].clone();
    let me = me.as_str().expect("an id").parse().expect("a UUID");
    let events = app
        .database
        .lagging(|on| async move { Ok(renzheng::audit::of_subject(&on, me, None, 50).await?) })
        .await
        .expect("a database");
    let clerk_id = clerk.get("/staff/me").await.ok(200)["id"].clone();
    let by_clerk = format!("staff:{}", clerk_id.as_str().expect("an id"));
    for action in ["hall.lookup", "hall.refuse"] {
        let event = events
            .iter()
            .find(|event| event.action == action)
            .unwrap_or_else(|| panic!("{action}"));
        assert_eq!(event.actor, by_clerk);
        assert!(event.detail.contains(case["id"].as_str().expect("an id")));
        assert!(event.detail.contains("hall"));
    }
    // The person sees that staff looked, and not where they sit.
    let activity = person.get("/me/activity").await.ok(200);
    let seen = activity["items"]
        .as_array()
        .and_then(|items| items.iter().find(|item| item["action"] == "hall.lookup"))
        .expect("a look");
    assert_eq!(seen["address"], "");
}
