//! Signing staff in and out.

use renzheng::entity::{audit_event, staff_session};
use renzheng_tests::{PASSWORD, TestServer, phone, trigger::whenever};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

// A11, C7, C27
#[tokio::test(flavor = "multi_thread")]
async fn both_factors_are_always_asked_and_one_answer_given() {
    let server = TestServer::start().await;
    let client = server.client();
    let right = client.staff_credentials("clerk").await;
    let wrong = |field: &str, value: &str| {
        let mut body = right.clone();
        body[field] = value.into();
        body
    };
    let mut refusals = Vec::new();
    for body in [
        wrong("login", "demo.nobody"),
        wrong("password", "demo-0000000000000000"),
        wrong("code", "000000"),
        wrong("code", "k7wq2-9hfxa-m3rtd"),
    ] {
        let answer = client.post("/staff/sessions", body).await;
        let mut problem = answer.problem(401, "invalid-staff-credentials");
        problem["request_id"] = Value::Null;
        refusals.push(problem);
    }
    assert!(refusals.windows(2).all(|pair| pair[0] == pair[1]));
    let neither = client
        .post(
            "/staff/sessions",
            json!({"login": "demo.clerk", "password": PASSWORD}),
        )
        .await;
    neither.problem(422, "invalid-input");
    assert_eq!(neither.field_codes()[0].0, "code");

    server.clock.advance(61);
    let right = client.staff_credentials("clerk").await;
    let session = client.post("/staff/sessions", right.clone()).await.ok(201);
    assert_eq!(session["idle_seconds"], 900);
    assert_eq!(session["expires_in"], 12 * 3600);
    assert_eq!(session["staff"]["role"], "clerk");
    let clerk = client.bearer(session["access_token"].as_str().expect("a token"));
    let event = audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("staff.sign-in"))
        .one(server.app().database.read())
        .await
        .expect("a look")
        .expect("an event");
    assert_eq!(event.detail, r#"{"factor":"totp"}"#);
    let me = clerk.get("/staff/me").await.ok(200);
    assert_eq!(me["login"], "demo.clerk");
    assert_eq!(me["hall"]["name"], "示范政务服务中心");
    // The app's code was used.
    client
        .post("/staff/sessions", right)
        .await
        .problem(401, "invalid-staff-credentials");

    clerk.delete("/staff/sessions/current").await.ok(204);
    clerk.get("/staff/me").await.problem(401, "unauthenticated");
}

// A11, C27
#[tokio::test(flavor = "multi_thread")]
async fn refused_sign_ins_are_in_the_trail_also_of_numbers_that_nobody_has() {
    let server = TestServer::start().await;
    let client = server.client();
    client.staff_credentials("clerk").await;
    for login in ["demo.clerk", "demo.nobody"] {
        let body = json!({"login": login, "password": "not the password", "code": "000000"});
        let answer = client.post("/staff/sessions", body).await;
        answer.problem(401, "invalid-staff-credentials");
    }
    let refused = audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("staff.sign-in-refused"))
        .all(server.app().database.read())
        .await
        .expect("events");
    let known = refused.iter().map(|event| event.subject_id.is_some());
    assert_eq!(known.collect::<Vec<_>>(), [true, false]);
    assert!(refused.iter().all(|event| event.detail == "{}"));
}

// A26, A27
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_was_overtaken_begins_nothing() {
    for change in ["enrolled_at = NULL", "password_hash = NULL"] {
        let server = TestServer::start().await;
        let client = server.client();
        let right = client.staff_credentials("clerk").await;
        // Between the code and the session.
        whenever(
            &server,
            "UPDATE OF totp_last_step ON staff",
            "NEW.totp_last_step > 0",
            &format!("UPDATE staff SET {change} WHERE id = NEW.id"),
        )
        .await;
        let answer = client.post("/staff/sessions", right).await;
        answer.problem(401, "invalid-staff-credentials");
        let begun = staff_session::Entity::find()
            .count(server.app().database.read())
            .await;
        assert_eq!(begun.expect("a count"), 0, "{change}");
    }
}

// A26, A27
#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_staff_that_was_overtaken_is_not_made() {
    for change in [
        "UPDATE staff SET password_hash = NULL WHERE id = NEW.id",
        "UPDATE staff_session SET ended_at = created_at WHERE staff_id = NEW.id",
    ] {
        for (method, path) in [
            ("POST", "/staff/me/recovery-codes"),
            ("PUT", "/staff/me/password"),
        ] {
            let server = TestServer::start().await;
            let client = server.client();
            let clerk = client.staff("clerk").await;
            let mut proof = client.staff_proof(&server, "clerk").await;
            if method == "PUT" {
                proof["new_password"] = "eight other lovely words".into();
            }
            // Between the proof and the change.
            whenever(
                &server,
                "UPDATE OF totp_last_step ON staff",
                "NEW.totp_last_step > 0",
                change,
            )
            .await;
            let answer = match method {
                "PUT" => clerk.put(path, proof).await,
                _ => clerk.post(path, proof).await,
            };
            answer.problem(403, "second-factor-invalid");
        }
    }
}

// A30, C27
#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_idleness_and_after_twelve_hours() {
    let server = TestServer::start().await;
    let client = server.client();
    let clerk = client.staff("clerk").await;
    server.clock.advance(14 * 60);
    clerk.get("/staff/me").await.ok(200);
    server.clock.advance(15 * 60 + 1);
    clerk.get("/staff/me").await.problem(401, "unauthenticated");

    let clerk = client.staff("clerk").await;
    for _ in 0..71 {
        server.clock.advance(10 * 60);
        clerk.get("/staff/me").await.ok(200);
    }
    server.clock.advance(10 * 60);
    clerk.get("/staff/me").await.problem(401, "unauthenticated");
}

// A33, A34
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_has_a_cookie_of_its_own() {
    let server = TestServer::start().await;
    let client = server.client();
    let browser = client.with("x-csrf", "1");
    let body = client.staff_credentials("clerk").await;
    let answer = browser.post("/staff/sessions", body).await;
    assert!(answer.ok(201).get("access_token").is_none());
    let cookie = answer.header("set-cookie").to_string();
    assert!(cookie.starts_with("__Host-staff="), "{cookie}");
    for flag in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    let pair = cookie.split(';').next().expect("a pair");
    let signed_in = browser.with("cookie", pair);
    signed_in.get("/staff/me").await.ok(200);
    // Without the header, another site may have sent it.
    let forged = client.with("cookie", pair);
    forged
        .delete("/staff/sessions/current")
        .await
        .problem(403, "cross-site-request");
    // What a cookie carries is no bearer token, and no citizen's session.
    let secret = pair.trim_start_matches("__Host-staff=");
    client
        .bearer(secret)
        .get("/staff/me")
        .await
        .problem(401, "unauthenticated");
    client
        .with("cookie", &format!("__Host-session={secret}"))
        .get("/me")
        .await
        .problem(401, "unauthenticated");
    let answer = signed_in.delete("/staff/sessions/current").await;
    answer.ok(204);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    signed_in
        .get("/staff/me")
        .await
        .problem(401, "unauthenticated");
}

// A12, A61
#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_limited_by_number_and_by_address() {
    let server = TestServer::start().await;
    let client = server.client();
    let body = json!({"login": "demo.clerk", "password": PASSWORD, "code": "000000"});
    client.staff_credentials("clerk").await;
    for _ in 0..5 {
        client
            .post("/staff/sessions", body.clone())
            .await
            .problem(401, "invalid-staff-credentials");
    }
    let answer = client.post("/staff/sessions", body.clone()).await;
    answer.problem(429, "rate-limited");
    assert!(!answer.header("retry-after").is_empty());
    for _ in 0..3 {
        server.clock.advance(61);
        for _ in 0..5 {
            client
                .post("/staff/sessions", body.clone())
                .await
                .problem(401, "invalid-staff-credentials");
        }
    }
    // Twenty failures are a day's, also for the right credentials.
    server.clock.advance(61);
    let right = client.staff_credentials("clerk").await;
    client
        .post("/staff/sessions", right)
        .await
        .problem(429, "rate-limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_code_of_the_app_signs_in_once_under_a_race() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let body = client.staff_credentials("clerk").await;
    let tries = (0..8).map(|_| client.post("/staff/sessions", body.clone()));
    let answers = futures_util::future::join_all(tries).await;
    let signed_in = answers.iter().filter(|answer| answer.status == 201);
    assert_eq!(signed_in.count(), 1);
}

// A14
#[tokio::test(flavor = "multi_thread")]
async fn demo_staff_are_nobody_in_production() {
    let server = TestServer::start().await;
    let client = server.client();
    client.staff("operator").await;
    // The same database under the production profile.
    let mut config = server.config.clone();
    config.profile = renzheng::config::Profile::Production;
    config.public_url = Some("https://id.example".into());
    let app = server.app();
    let store = renzheng::staff::store::find_by_login(app, "demo.operator").await;
    let staff = store.expect("a database").expect("a demo operator");
    assert!(staff.demo);
    assert!(renzheng::staff::is_usable(app, &staff));
    assert!(!renzheng::staff::is_usable_in(&config, &staff));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_with_both_factors() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let credentials = client.staff_credentials("clerk").await;
    let clerk = client.staff("clerk").await;
    server.clock.advance(30);
    let elsewhere = client.staff("clerk").await;
    server.clock.advance(30);
    let code = client.staff_credentials("clerk").await["code"].clone();
    let change = |password: &Value, new: &str, code: &Value| json!({"password": password, "new_password": new, "code": code});
    let old = &credentials["password"];
    let weak = clerk
        .put("/staff/me/password", change(old, "demo.clerk", &code))
        .await;
    weak.problem(422, "invalid-input");
    clerk
        .put(
            "/staff/me/password",
            change(&"wrong".into(), PASSWORD, &code),
        )
        .await
        .problem(403, "second-factor-invalid");
    clerk
        .put(
            "/staff/me/password",
            change(old, PASSWORD, &"000000".into()),
        )
        .await
        .problem(403, "second-factor-invalid");
    clerk
        .put("/staff/me/password", change(old, PASSWORD, &code))
        .await
        .ok(204);
    clerk.get("/staff/me").await.ok(200);
    elsewhere
        .get("/staff/me")
        .await
        .problem(401, "unauthenticated");

    // Recovery codes, by the new password; each stands in for the app once.
    clerk
        .post("/staff/me/recovery-codes", json!({"password": PASSWORD}))
        .await
        .problem(422, "invalid-input");
    server.clock.advance(30);
    let code = client.staff_credentials("clerk").await["code"].clone();
    clerk
        .post(
            "/staff/me/recovery-codes",
            json!({"password": old, "code": code}),
        )
        .await
        .problem(403, "second-factor-invalid");
    let codes = clerk
        .post(
            "/staff/me/recovery-codes",
            json!({"password": PASSWORD, "code": code}),
        )
        .await
        .ok(201);
    let spare = codes["codes"][3].clone();
    let body = json!({"login": "demo.clerk", "password": PASSWORD, "code": spare});
    let session = client.post("/staff/sessions", body.clone()).await.ok(201);
    assert_eq!(session["staff"]["recovery_codes_left"], 9);
    client
        .post("/staff/sessions", body)
        .await
        .problem(401, "invalid-staff-credentials");
}

// A56
#[tokio::test(flavor = "multi_thread")]
async fn citizens_are_not_staff_and_staff_no_citizens() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let citizen = client.registered(&phone(1)).await;
    citizen
        .get("/staff/me")
        .await
        .problem(401, "unauthenticated");
    let clerk = client.staff("clerk").await;
    clerk.get("/me").await.problem(401, "unauthenticated");
    let body = json!({"login": phone(1), "password": PASSWORD, "code": "000000"});
    client
        .post("/staff/sessions", body)
        .await
        .problem(401, "invalid-staff-credentials");
}

/// Proofs of oneself are counted, whatever they are for.
// A61
#[tokio::test(flavor = "multi_thread")]
async fn second_proofs_of_staff_are_limited() {
    let server = TestServer::start().await;
    let clerk = server.client().staff("clerk").await;
    let proof = json!({"password": "wrong wrong wrong", "code": "000000"});
    // Signing in was the first of five in a minute.
    let mut last = clerk.post("/staff/me/recovery-codes", proof.clone()).await;
    for _ in 0..5 {
        last = clerk.post("/staff/me/recovery-codes", proof.clone()).await;
    }
    last.problem(429, "rate-limited");
    clerk
        .post("/staff/me/passkeys/enrolments", proof.clone())
        .await
        .problem(429, "rate-limited");
    let mut change = proof;
    change["new_password"] = "purple giraffe 77 lantern".into();
    let refused = clerk.put("/staff/me/password", change).await;
    refused.problem(429, "rate-limited");
}
