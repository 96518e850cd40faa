//! `/me/verifications/alipay`

mod outages;

use futures_util::future::join_all;
use renzheng_tests::{
    Client, TestServer,
    alipay::{agreed, brought, decide},
    phone,
    verification::{fault, verified},
};
use renzheng_types::verification::Method;
use serde_json::{Value, json};

const BEGIN: &str = "/me/verifications/alipay";
const CALLBACK: &str = "/me/verifications/alipay/callback";

fn account(citizen: &Value) -> &str {
    citizen["alipay_account"].as_str().expect("an account")
}

/// The attempts at Alipay that are kept of a person.
async fn rows(server: &TestServer, person: &Client) -> Vec<(String, Option<String>)> {
    let id = person.get("/me").await.ok(200)["id"].clone();
    let id = id.as_str().expect("an id").parse().expect("a UUID");
    renzheng::verification::store::of_account(server.app(), id)
        .await
        .expect("rows")
        .into_iter()
        .filter(|row| row.method == "alipay")
        .map(|row| {
            assert!(
                row.status == "pending" || row.claim_sealed.is_none(),
                "wiped"
            );
            (row.status, row.provider_reference)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_holder_of_the_account_gets_level_two() {
    let server = TestServer::start().await;
    let client = server.client();
    let citizen = client.citizen(3).await;
    let person = verified(&client, 1, &citizen).await;
    let before = person.get("/me").await.ok(200);
    let overview = person.get("/me/verifications").await.ok(200);
    let state = overview["methods"]
        .as_array()
        .and_then(|all| all.iter().find(|state| state["method"] == "alipay"))
        .expect("offered")
        .clone();
    assert_eq!((&state["level"], &state["needs"]), (&json!(2), &json!(0)));
    assert_eq!(state["fields"], json!([]));

    let begun = person.post(BEGIN, Value::Null).await.ok(201);
    assert_eq!(begun["expires_in"], 600);
    let url = begun["redirect_url"].as_str().expect("a URL");
    assert!(url.contains("scope=auth_user") && url.contains("redirect_uri=http"));
    let page = client
        .sandbox_get(&url[url.find("/alipay/").expect("the sandbox's")..])
        .await;
    page.ok(200);
    assert!(page.text().contains(account(&citizen)) && page.text().contains("<svg"));

    let back = agreed(&person, account(&citizen)).await;
    let attempt = person.post(CALLBACK, back).await.ok(201);
    assert_eq!(attempt["status"], "passed", "{attempt}");
    assert_eq!(
        (&attempt["method"], &attempt["tries_left"]),
        (&json!("alipay"), &json!(5))
    );
    let after = person.get("/me").await.ok(200);
    assert_eq!(after["level"], 2);
    for field in ["name", "id_number", "sex", "birth_date"] {
        assert_eq!(after[field], before[field], "{field} stays as it was");
    }
    let kept = rows(&server, &person).await;
    assert_eq!(kept.len(), 1);
    assert!(kept[0].1.as_ref().is_some_and(|id| id.starts_with("2088")));
    person
        .post(BEGIN, Value::Null)
        .await
        .problem(409, "already-verified");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_nobody_on_file_alipay_says_who_it_is() {
    let server = TestServer::start().await;
    let client = server.client();
    let citizen = client.citizen(5).await;
    let person = client.registered(&phone(1)).await;
    let back = agreed(&person, account(&citizen)).await;
    let attempt = person.post(CALLBACK, back).await.ok(201);
    assert_eq!(attempt["status"], "passed", "{attempt}");
    let me = person.get("/me").await.ok(200);
    assert_eq!((&me["level"], &me["sex"]), (&json!(2), &citizen["sex"]));
    assert_eq!(me["birth_date"], citizen["birth_date"]);
    // What stands on name and number goes on from there.
    let body = json!({"number": citizen["social_security"]});
    let attempt = person.post("/me/verifications/social-security", body).await;
    assert_eq!(attempt.ok(201)["status"], "passed");

    let other = client.registered(&phone(2)).await;
    let back = agreed(&other, account(&citizen)).await;
    other
        .post(CALLBACK, back)
        .await
        .problem(409, "id-number-taken");
    assert_eq!(other.get("/me").await.ok(200)["level"], 0);
}

// C26
#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_account_and_one_without_a_name_fail_and_count() {
    let server = TestServer::start().await;
    let client = server.client();
    let (citizen, other) = (client.citizen(3).await, client.citizen(4).await);
    let person = verified(&client, 1, &citizen).await;
    for (account, reason, left, said) in [
        (account(&other), "mismatch", 4, "不一致"),
        ("mismatch@alipay.example", "mismatch", 3, "不一致"),
        ("norecord@alipay.example", "no-record", 2, "尚未"),
    ] {
        let back = agreed(&person, account).await;
        let attempt = person.post(CALLBACK, back).await.ok(201);
        assert_eq!(
            (&attempt["status"], &attempt["reason"]),
            (&json!("failed"), &json!(reason))
        );
        assert_eq!(attempt["tries_left"], left);
        let message = attempt["message"].as_str().expect("a message");
        assert!(message.contains(said), "{message}");
        assert!(
            !attempt
                .to_string()
                .contains(other["name"].as_str().expect("a name"))
        );
    }
    for _ in 0..2 {
        let back = agreed(&person, "norecord@alipay.example").await;
        person.post(CALLBACK, back).await.ok(201);
    }
    // Nobody is sent there for a try that would not be taken.
    person
        .post(BEGIN, Value::Null)
        .await
        .problem(429, "rate-limited");
    assert_eq!(person.get("/me").await.ok(200)["level"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_agree_brings_nothing_back() {
    let server = TestServer::start().await;
    let person = server.client().registered(&phone(1)).await;
    let begun = person.post(BEGIN, Value::Null).await.ok(201);
    let answer = decide(&person, &begun, "citizen1@alipay.example", "refuse").await;
    let back = brought(&answer);
    assert!(!back.contains_key("auth_code"));
    assert_eq!(back["error"], "access_denied");
    for code in ["", " ", "a b", &"x".repeat(129)] {
        let body = json!({"state": back["state"], "auth_code": code});
        person
            .post(CALLBACK, body)
            .await
            .problem(422, "invalid-input");
    }
    assert!(rows(&server, &person).await.is_empty());
}

// A20, C29
#[tokio::test(flavor = "multi_thread")]
async fn a_state_works_once_in_its_session_for_ten_minutes() {
    let server = TestServer::with(|config| config.session.access_token_seconds = 3600).await;
    let client = server.client();
    let citizen = client.citizen(3).await;
    let person = verified(&client, 1, &citizen).await;
    let stranger = client.registered(&phone(2)).await;
    let elsewhere = client.signed_in_again(&phone(1)).await;
    let back = agreed(&person, account(&citizen)).await;
    let state = back["state"].as_str().expect("a state");
    let expired = "authorization-expired";
    // Another account, another session of the same account, and changed in any way.
    stranger
        .post(CALLBACK, back.clone())
        .await
        .problem(410, expired);
    elsewhere
        .post(CALLBACK, back.clone())
        .await
        .problem(410, expired);
    let (token, signature) = state.split_once('.').expect("signed");
    for forged in [
        String::new(),
        ".".into(),
        token.into(),
        format!("{token}."),
        format!("{token}.{}", "0".repeat(signature.len())),
        format!("{}.{signature}", "A".repeat(token.len())),
        format!("{state}x"),
        "x".repeat(5000),
    ] {
        let body = json!({"state": forged, "auth_code": back["auth_code"]});
        person.post(CALLBACK, body).await.problem(410, expired);
    }
    // Twenty at once: one gets through.
    let tries = (0..20).map(|_| person.post(CALLBACK, back.clone()));
    let answers = join_all(tries).await;
    let (through, others): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(through.len(), 1);
    assert_eq!(through[0].json()["status"], "passed");
    for answer in others {
        answer.problem(410, expired);
    }
    // And later still: nothing changes.
    person.post(CALLBACK, back).await.problem(410, expired);
    assert_eq!(rows(&server, &person).await.len(), 1);

    let late = agreed(&stranger, "citizen9@alipay.example").await;
    server.clock.advance(601);
    stranger.post(CALLBACK, late).await.problem(410, expired);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_switched_off_weighed_otherwise_and_lapse() {
    let off = TestServer::with(|config| config.verification.disabled = vec![Method::Alipay]).await;
    let person = off.client().registered(&phone(1)).await;
    person
        .post(BEGIN, Value::Null)
        .await
        .problem(404, "not-found");
    let body = json!({"state": "a.b", "auth_code": "c"});
    person.post(CALLBACK, body).await.problem(404, "not-found");

    let server = TestServer::with(|config| {
        config.verification.levels.insert(Method::Alipay, 3);
        config.verification.valid_days.insert(Method::Alipay, 1);
    })
    .await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let back = agreed(&person, "citizen3@alipay.example").await;
    person.post(CALLBACK, back).await.ok(201);
    let overview = person.get("/me/verifications").await.ok(200);
    assert_eq!(overview["level"], 3);
    let state = overview["methods"]
        .as_array()
        .and_then(|all| all.iter().find(|state| state["method"] == "alipay"));
    assert!(state.expect("listed")["valid_until"].is_string());
    server.clock.advance(24 * 3600 + 1);
    let person = person.signed_in_again(&phone(1)).await;
    assert_eq!(person.get("/me").await.ok(200)["level"], 0);
    // It may be done again, as the same person only.
    let back = agreed(&person, "citizen4@alipay.example").await;
    let attempt = person.post(CALLBACK, back).await.ok(201);
    assert_eq!(attempt["reason"], "mismatch");
    let back = agreed(&person, "citizen3@alipay.example").await;
    assert_eq!(
        person.post(CALLBACK, back).await.ok(201)["status"],
        "passed"
    );
}

// A38, C15, C29
#[tokio::test(flavor = "multi_thread")]
async fn alipay_takes_only_what_its_application_signed_and_sends_nobody_elsewhere() {
    let server = TestServer::start().await;
    let client = server.client();
    let page = "/alipay/oauth2/publicAppAuthorize.htm";
    for (query, wrong) in [
        ("", "app_id"),
        ("?app_id=2021000000000001&scope=auth_base", "scope"),
        (
            "?app_id=2021000000000001&scope=auth_user&redirect_uri=https://evil.example/",
            "redirect_uri",
        ),
    ] {
        let answer = client.sandbox_get(&format!("{page}{query}")).await;
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains(wrong));
    }
    for (fields, code) in [
        (vec![("app_id", "1")], "isv.invalid-app-id"),
        (
            vec![
                ("app_id", "2021000000000001"),
                ("sign_type", "RSA2"),
                ("charset", "utf-8"),
                ("version", "1.0"),
                ("sign", "AAAA"),
            ],
            "isv.invalid-signature",
        ),
    ] {
        let answer = client.sandbox_form("/alipay/gateway.do", &fields).await;
        let answer = answer.ok(200);
        assert_eq!(answer["error_response"]["sub_code"], code);
        assert!(
            answer["sign"]
                .as_str()
                .is_some_and(|sign| sign.len() == 344)
        );
    }
}

/// What was set out for before is refused on the way back, once it is of no use any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_way_back_may_come_too_late() {
    let server = TestServer::start().await;
    let client = server.client();
    let citizen = client.citizen(3).await;
    let person = verified(&client, 1, &citizen).await;
    let (first, second) = (
        agreed(&person, account(&citizen)).await,
        agreed(&person, account(&citizen)).await,
    );
    fault(&client, "alipay-user", "error", 60).await;
    let pending = person.post(CALLBACK, first).await.ok(201);
    assert_eq!(pending["status"], "pending");
    person
        .post(CALLBACK, second)
        .await
        .problem(409, "verification-pending");

    let citizen = client.citizen(4).await;
    let person = verified(&client, 2, &citizen).await;
    fault(&client, "alipay-user", "none", 60).await;
    let (first, second) = (
        agreed(&person, account(&citizen)).await,
        agreed(&person, account(&citizen)).await,
    );
    let passed = person.post(CALLBACK, first).await.ok(201);
    assert_eq!(passed["status"], "passed");
    person
        .post(CALLBACK, second)
        .await
        .problem(409, "already-verified");

    let person = verified(&client, 3, &client.citizen(5).await).await;
    let mut ways = Vec::new();
    for _ in 0..6 {
        ways.push(agreed(&person, "norecord@alipay.example").await);
    }
    let last = ways.pop().expect("six");
    for way in ways {
        let failed = person.post(CALLBACK, way).await.ok(201);
        assert_eq!(failed["status"], "failed");
    }
    let refused = person.post(CALLBACK, last).await;
    refused.problem(429, "rate-limited");
}
