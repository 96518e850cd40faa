//! `/admin/condition` and `/admin/statistics`

use renzheng::{
    admin::condition,
    audit::chain,
    config::{Config, LimitProfile},
    provider::SmsGateway,
    statistics,
};
use renzheng_tests::{TestServer, phone, verification::fault};
use serde_json::{Value, json};

use super::operator;

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_counted_by_day_once() {
    let server = TestServer::with(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.sms.prices.insert(SmsGateway::Aliyun, 0.045);
    })
    .await;
    let client = server.client();
    let operator = operator(&server).await;
    let today = statistics::day(server.clock.now());
    for number in 1..=3 {
        client.register(&phone(number)).await;
    }
    let person = client.signed_in_again(&phone(1)).await;
    let citizen = client.citizen(21).await;
    let wrong = json!({"name": "李雷", "id_number": citizen["id_number"]});
    person
        .post("/me/verifications/id-card", wrong)
        .await
        .ok(201);
    let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    person
        .post("/me/verifications/id-card", claim)
        .await
        .ok(201);
    let app = server.app();
    while chain::extend(app).await.expect("chained") > 0 {}

    let path = format!("/admin/statistics?from={today}&to={today}");
    let shown = operator.get(&path).await.ok(200);
    let figures = shown["figures"].as_array().expect("figures");
    let find = |kind: &str, method: &str, result: &str| -> Value {
        let found = figures.iter().find(|figure| {
            figure["kind"] == kind && figure["method"] == method && figure["result"] == result
        });
        found
            .cloned()
            .unwrap_or_else(|| panic!("{kind} {method} in {shown}"))
    };
    assert_eq!(find("registration", "", "")["count"], 3);
    // Whoever registers is signed in.
    assert_eq!(find("sign-in", "pwd", "")["count"], 4);
    assert_eq!(find("verification", "id-card", "passed")["count"], 1);
    assert_eq!(find("verification", "id-card", "mismatch")["count"], 1);
    let sms = find("sms", "aliyun", "sent");
    let sent = sms["count"].as_f64().expect("a number");
    assert!(sent >= 3.0);
    let cost = sms["cost"].as_f64().expect("a cost");
    assert!((cost - sent * 0.045).abs() < 1e-9, "{sms}");

    let csv = operator
        .get(&path.replace("statistics?", "statistics/csv?"))
        .await;
    assert_eq!(csv.header("content-type"), "text/csv");
    let name = format!("renzheng-{today}-{today}.csv");
    assert!(csv.header("content-disposition").contains(&name));
    let csv = csv.text();
    assert!(csv.starts_with("day,kind,method,result,count,cost_yuan\r\n"));
    assert!(
        csv.contains(&format!("\r\n{today},registration,,,3,\r\n")),
        "{csv}"
    );

    let tomorrow = today.succ_opt().expect("a day");
    let none = format!("/admin/statistics?from={tomorrow}&to={tomorrow}");
    assert_eq!(operator.get(&none).await.ok(200)["figures"], json!([]));
    for place in ["statistics", "statistics/csv"] {
        for days in [
            format!("from={tomorrow}&to={today}"),
            "from=2025-01-01&to=2026-12-31".to_owned(),
            "from=-200000-01-01&to=-200000-01-01".to_owned(),
        ] {
            let refused = operator.get(&format!("/admin/{place}?{days}")).await;
            refused.problem(422, "invalid-input");
            assert_eq!(
                refused.field_codes(),
                [("to".into(), "days-invalid".into())]
            );
        }
        operator
            .get(&format!("/admin/{place}?from={today}"))
            .await
            .problem(400, "malformed-request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn providers_and_queues_are_shown_as_they_are() {
    let server = TestServer::single(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
    })
    .await;
    let client = server.client();
    let operator = operator(&server).await;
    client.register(&phone(1)).await;
    let shown = operator.get("/admin/condition").await.ok(200);
    let provider = |shown: &Value, serves: &str| {
        let all = shown["providers"].as_array().expect("providers");
        let found = all.iter().find(|provider| provider["serves"] == serves);
        found
            .cloned()
            .unwrap_or_else(|| panic!("{serves} in {shown}"))
    };
    for serves in ["sms", "id-card", "face", "alipay"] {
        assert_eq!(provider(&shown, serves)["state"], "working", "{serves}");
    }
    let names: Vec<&str> = shown["queues"]
        .as_array()
        .expect("queues")
        .iter()
        .filter_map(|queue| queue["name"].as_str())
        .collect();
    assert_eq!(names, ["sms", "mail", "verification", "sign-out", "audit"]);

    let person = client.signed_in_again(&phone(1)).await;
    let citizen = client.citizen(21).await;
    fault(&client, "aliyun-id2meta", "error", 60).await;
    let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    let tried = person.post("/me/verifications/id-card", claim).await;
    assert_eq!(tried.ok(201)["status"], "pending");
    let shown = operator.get("/admin/condition").await.ok(200);
    let failing = provider(&shown, "id-card");
    assert_ne!(failing["state"], "working", "{failing}");
    let queue = shown["queues"][2].clone();
    assert_eq!(queue["waiting"], 1, "{queue}");
    assert!(queue["oldest_seconds"].is_u64());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_node_finds_out_is_shown_by_all_until_it_is_gone() {
    let relaxed = |config: &mut Config| config.limits = LimitProfile::Relaxed;
    let Some(mut server) = TestServer::many(2, relaxed).await else {
        return eprintln!("skipped: not the run for PostgreSQL and Redis");
    };
    let client = server.client_of(0);
    let operator = client.staff("operator").await;
    let person = client.registered(&phone(1)).await;
    let citizen = client.citizen(21).await;
    fault(&client, "aliyun-id2meta", "error", 60).await;
    let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    let other = server
        .client_of(1)
        .bearer(&person.header("authorization")[7..]);
    let tried = other.post("/me/verifications/id-card", claim).await;
    assert_eq!(tried.ok(201)["status"], "pending");
    // As the job does every few seconds.
    let found = server.node(1).app();
    let id = found.node_id.to_string();
    condition::publish(found).await.expect("published");

    let shown = operator.get("/admin/condition").await.ok(200);
    let nodes = shown["nodes"].as_array().expect("nodes");
    assert_eq!(nodes.len(), 2, "{shown}");
    assert_eq!(nodes[0]["node_id"], shown["node_id"]);
    assert_ne!(nodes[0]["node_id"], nodes[1]["node_id"]);
    assert_eq!(nodes[1]["node_id"], json!(id));
    let state = |node: &Value| -> Value {
        let all = node["providers"].as_array().expect("providers");
        let found = all.iter().find(|provider| provider["serves"] == "id-card");
        found.expect("it")["state"].clone()
    };
    assert_ne!(state(&nodes[1]), "working");
    assert_ne!(state(&shown), "working", "the worst is shown");

    server.stop_node(1).await;
    // Long enough for another code of the authenticator app, too.
    server.clock.advance(31);
    let operator = client.staff("operator").await;
    let shown = operator.get("/admin/condition").await.ok(200);
    assert_eq!(shown["nodes"].as_array().expect("nodes").len(), 1);
}
