//! The code that a person shows.

use renzheng_tests::{TestServer, phone, verification::fault};
use renzheng_types::verification::Method;
use serde_json::{Value, json};

use super::{server, verified};

#[tokio::test(flavor = "multi_thread")]
async fn a_code_opens_a_case_once() {
    let server = server(0).await;
    let client = server.client();
    let (person, citizen) = verified(&client, 1, 21).await;
    let none = person.get("/me/verifications/hall").await.ok(200);
    assert_eq!(none, json!({"status": "none"}));
    let made = person
        .post("/me/verifications/hall", Value::Null)
        .await
        .ok(201);
    let code = made["code"].as_str().expect("a code");
    assert!(code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(made["expires_in"], 600);
    assert!(made["qr"].as_str().expect("a picture").contains("<svg"));
    let waiting = person.get("/me/verifications/hall").await.ok(200);
    assert_eq!(waiting["status"], "code");

    let clerk = client.staff("clerk").await;
    let spaced = format!("{} {}", &code[..4], &code[4..]);
    let case = clerk.take(&spaced.into()).await.ok(201);
    assert_eq!(case["status"], "open");
    assert_eq!(case["hall"], "示范政务服务中心");
    assert_eq!(case["person"]["name"], citizen["name"]);
    assert_eq!(case["person"]["id_number"], citizen["id_number"]);
    assert_eq!(case["person"]["birth_date"], citizen["birth_date"]);
    let portrait = case["person"]["portrait"].as_str().expect("a photo");
    assert!(portrait.starts_with("data:image/"), "{portrait}");
    let seen = person.get("/me/verifications/hall").await.ok(200);
    assert_eq!(seen["status"], "at-counter");
    assert_eq!(seen["hall"], "示范政务服务中心");
    // It was used.
    clerk
        .take(&made["code"])
        .await
        .problem(422, "hall-code-invalid");
    let again = format!("/hall/cases/{}", case["id"].as_str().expect("an id"));
    assert_eq!(
        clerk.get(&again).await.ok(200)["person"]["name"],
        citizen["name"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_that_hangs_costs_the_photo_alone() {
    let server = server(0).await;
    let client = server.client();
    let (person, citizen) = verified(&client, 1, 21).await;
    let code = person.hall_code().await;
    let clerk = client.staff("clerk").await;
    fault(&client, "authority", "slow", 600).await;
    let case = clerk.take(&code).await.ok(201);
    assert_eq!(case["person"]["name"], citizen["name"]);
    assert!(case["person"].get("portrait").is_none(), "{case}");
}

// A65, C13, C27
#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_parallel_looks_one_gets_the_person() {
    let server = server(0).await;
    let client = server.client();
    let (person, _) = verified(&client, 1, 21).await;
    let code = person.hall_code().await;
    let clerk = client.staff("clerk").await;
    let looks = (0..50).map(|_| clerk.take(&code));
    let answers = futures_util::future::join_all(looks).await;
    let taken = answers.iter().filter(|answer| answer.status == 201);
    assert_eq!(taken.count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.problem(422, "hall-code-invalid");
    }
}

// A19, A20, C27
#[tokio::test(flavor = "multi_thread")]
async fn a_code_lapses_and_a_newer_one_voids_it() {
    let server = server(0).await;
    let client = server.client();
    let (person, _) = verified(&client, 1, 21).await;
    let clerk = client.staff("clerk").await;
    let first = person.hall_code().await;
    let second = person.hall_code().await;
    clerk.take(&first).await.problem(422, "hall-code-invalid");
    let case = clerk.take(&second).await.ok(201);
    // Beginning anew ends what the clerk is looking at.
    let third = person.hall_code().await;
    let body = json!({"checks": renzheng_tests::staff::checks()});
    clerk
        .act(&case, "pass", body)
        .await
        .problem(410, "case-expired");
    server.clock.advance(601);
    clerk.take(&third).await.problem(422, "hall-code-invalid");
    let person = client.signed_in_again(&phone(1)).await;
    let gone = person.get("/me/verifications/hall").await.ok(200);
    assert_eq!(gone["status"], "none");
}

/// A code that was made before the method was switched off shows nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_worth_nothing_once_the_method_is_off() {
    let mut server = TestServer::start().await;
    let person = server.client().registered(&phone(1)).await;
    let code = person.hall_code().await;
    server.config.verification.disabled = vec![Method::Hall];
    let server = server.restart().await;
    let clerk = server.client().staff("clerk").await;
    clerk.take(&code).await.problem(404, "not-found");
}

// A61, C27
#[tokio::test(flavor = "multi_thread")]
async fn guessing_codes_is_limited_by_clerk() {
    let server = TestServer::start().await;
    let client = server.client();
    let clerk = client.staff("clerk").await;
    for wrong in ["1234567", "abcdefgh"] {
        let answer = clerk.take(&wrong.into()).await;
        answer.problem(422, "invalid-input");
    }
    for wrong in 0..10 {
        clerk
            .take(&format!("{wrong:08}").into())
            .await
            .problem(422, "hall-code-invalid");
    }
    let answer = clerk.take(&"00000011".into()).await;
    answer.problem(429, "rate-limited");
    assert!(!answer.header("retry-after").is_empty());
    // Another member of staff goes on.
    let supervisor = client.staff("supervisor").await;
    supervisor
        .take(&"00000011".into())
        .await
        .problem(422, "hall-code-invalid");
}

// A61, C27
#[tokio::test(flavor = "multi_thread")]
async fn more_people_than_a_days_work_raise_an_alarm() {
    let server = TestServer::one(|config| config.hall.lookups_a_day = 2).await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let clerk = client.staff("clerk").await;
    // Wrong codes show nobody, and are not counted as people.
    clerk
        .take(&"00000000".into())
        .await
        .problem(422, "hall-code-invalid");
    for _ in 0..2 {
        clerk.take(&person.hall_code().await).await.ok(201);
    }
    let code = person.hall_code().await;
    clerk.take(&code).await.problem(429, "rate-limited");
    let metrics = reqwest::get(server.metrics_url()).await.expect("metrics");
    let metrics = metrics.text().await.expect("text");
    assert!(
        metrics.contains("renzheng_hall_acts_total{act=\"lookup\",outcome=\"limited\"} 1"),
        "{metrics}"
    );
    // The code was not used up by the refusal.
    client.staff("supervisor").await.take(&code).await.ok(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_limited_by_person() {
    let server = TestServer::start().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    for _ in 0..20 {
        person.hall_code().await;
    }
    person
        .post("/me/verifications/hall", Value::Null)
        .await
        .problem(429, "rate-limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_is_off_makes_no_codes() {
    let server = TestServer::with(|config| {
        config.verification.disabled = vec![Method::Hall];
    })
    .await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    person
        .post("/me/verifications/hall", Value::Null)
        .await
        .problem(404, "not-found");
    let all = person.get("/me/verifications").await.ok(200);
    assert!(!all.to_string().contains("\"hall\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_serves_in_a_closed_hall() {
    let server = server(0).await;
    let client = server.client();
    let operator = client.staff("operator").await;
    let hall = operator.get("/admin/halls").await.ok(200)["items"][0].clone();
    let path = format!("/admin/halls/{}", hall["id"].as_str().expect("an id"));
    let body = json!({"name": hall["name"], "address": hall["address"], "open": false});
    operator.put(&path, body).await.ok(200);
    let person = client.registered(&phone(1)).await;
    let clerk = client.staff("clerk").await;
    clerk
        .take(&person.hall_code().await)
        .await
        .problem(403, "no-counter");
}
