//! What staff do with their own passkeys.

use renzheng_tests::{TestServer, authenticator::Authenticator};
use serde_json::{Value, json};

use super::{ENROLMENTS, PASSKEYS, bearer, device, only, path};

// A31, A56, A62
#[tokio::test(flavor = "multi_thread")]
async fn passkeys_are_added_named_and_removed_with_both_factors() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let clerk = client.staff("clerk").await;
    let colleague = client.staff("supervisor").await;
    let right = client.staff_proof(&server, "clerk").await;
    let with = |field: &str, value: &str| {
        let mut proof = right.clone();
        proof[field] = value.into();
        proof
    };
    for wrong in [with("password", "wrong wrong"), with("code", "000000")] {
        clerk
            .post(ENROLMENTS, wrong)
            .await
            .problem(403, "second-factor-invalid");
    }
    let neither = clerk
        .post(ENROLMENTS, json!({"password": right["password"]}))
        .await;
    neither.problem(422, "invalid-input");
    assert_eq!(neither.field_codes()[0].0, "code");

    let mut key = device(&server);
    let enrolment = clerk.post(ENROLMENTS, right.clone()).await.ok(201);
    let credential = key.create(&enrolment);
    let body = |name: &str| json!({"name": name, "credential": credential});
    let nameless = clerk.post(PASSKEYS, body("")).await;
    nameless.problem(422, "invalid-input");
    assert_eq!(nameless.field_codes()[0].0, "name");
    // What is begun in one session is not ended in another.
    colleague
        .post(PASSKEYS, body("x"))
        .await
        .problem(410, "enrolment-expired");
    server.clock.advance(30);
    let elsewhere = client.staff("clerk").await;
    clerk.post(PASSKEYS, body("电脑")).await.ok(201);
    clerk
        .post(PASSKEYS, body("电脑"))
        .await
        .problem(410, "enrolment-expired");
    elsewhere
        .get("/staff/me")
        .await
        .problem(401, "unauthenticated");

    // The device that has one is named. A passkey may prove the next act.
    let mut proof = right.clone();
    proof["code"] = Value::Null;
    proof["passkey"] = key.assertion(&client).await;
    let enrolment = clerk.post(ENROLMENTS, proof.clone()).await.ok(201);
    let known = &enrolment["public_key"]["excludeCredentials"][0]["id"];
    assert!(known.is_string(), "{enrolment}");
    // Made for another site.
    let credential = Authenticator::new("http://localhost:1").create(&enrolment);
    clerk
        .post(PASSKEYS, json!({"name": "x", "credential": credential}))
        .await
        .problem(422, "passkey-unusable");
    clerk
        .post(ENROLMENTS, proof)
        .await
        .problem(403, "second-factor-invalid");

    let one = path(&only(&clerk).await);
    let renamed = clerk.patch(&one, json!({"name": "工作电脑"})).await;
    assert_eq!(renamed.ok(200)["name"], "工作电脑");
    clerk
        .patch(&one, json!({"name": "一".repeat(21)}))
        .await
        .problem(422, "invalid-input");
    colleague
        .patch(&one, json!({"name": "x"}))
        .await
        .problem(404, "not-found");

    let remove = format!("{one}/remove");
    let theirs = client.staff_proof(&server, "supervisor").await;
    colleague
        .post(&remove, theirs)
        .await
        .problem(404, "not-found");
    clerk
        .post(&remove, with("code", "000000"))
        .await
        .problem(403, "second-factor-invalid");
    clerk
        .post(&remove, json!({"password": right["password"]}))
        .await
        .problem(422, "invalid-input");
    let assertion = key.assertion(&client).await;
    let session = client.staff_by_passkey("clerk", assertion).await.ok(201);
    let elsewhere = bearer(&client, &session);
    let proof = client.staff_proof(&server, "clerk").await;
    clerk.post(&remove, proof).await.ok(204);
    elsewhere
        .get("/staff/me")
        .await
        .problem(401, "unauthenticated");
    clerk.get("/staff/me").await.ok(200);
    let assertion = key.assertion(&client).await;
    client
        .staff_by_passkey("clerk", assertion)
        .await
        .problem(401, "invalid-staff-credentials");
    server.clock.advance(30);
    client.staff("clerk").await;

    let operator = client.staff("operator").await;
    let app = server.app();
    renzheng::audit::chain::extend(app).await.expect("chained");
    for action in ["staff.add-passkey", "staff.remove-passkey"] {
        let trail = operator
            .get(&format!("/admin/audit-events?action={action}"))
            .await
            .ok(200);
        assert_eq!(trail["items"].as_array().map(Vec::len), Some(1), "{action}");
    }
}
