//! `/service`, health, metrics, keys

use renzheng_tests::{
    PASSWORD, TestServer, phone,
    process::{Process, free_port},
};

#[tokio::test(flavor = "multi_thread")]
async fn says_what_it_is() {
    let server = TestServer::start().await;
    let info = server.client().get("/service").await.ok(200);
    assert_eq!(info["profile"], "demo");
    assert_eq!(info["name"], "统一身份认证");
    assert!(
        info["sandbox_url"]
            .as_str()
            .expect("a URL")
            .starts_with("http://localhost:")
    );
    let info = server
        .client()
        .with("accept-language", "en")
        .get("/service")
        .await
        .ok(200);
    assert_eq!(info["name"], "Unified Identity");
}

#[tokio::test(flavor = "multi_thread")]
async fn is_alive_and_ready() {
    let server = TestServer::start().await;
    let client = server.client();
    assert_eq!(client.get("//healthz").await.ok(200)["status"], "ok");
    assert_eq!(client.get("//readyz").await.ok(200)["status"], "ready");
}

#[test]
fn a_container_asks_for_its_health() {
    let folder = tempfile::tempdir().expect("a folder");
    let variables = [("RENZHENG_PUBLIC_URL", "https://id.example.cn")];
    let mut process = Process::with(folder.path(), free_port(), &variables);
    assert!(process.is_healthy());
    process.kill();
    assert!(!process.is_healthy());
}

// A67
#[tokio::test(flavor = "multi_thread")]
async fn publishes_its_keys_without_their_secrets() {
    let server = TestServer::start().await;
    let keys = server.client().get("//oauth2/jwks").await.ok(200);
    let key = &keys["keys"][0];
    assert_eq!((&key["kty"], &key["crv"]), (&"EC".into(), &"P-256".into()));
    assert!(key["kid"].is_string());
    assert!(key.get("d").is_none());
}

// A62, A70
#[tokio::test(flavor = "multi_thread")]
async fn counts_on_a_port_of_its_own_and_names_nobody() {
    let server = TestServer::one(|_| {}).await;
    let client = server.client();
    client.register(&phone(1)).await;
    client.sign_in(&phone(1), PASSWORD).await.ok(201);
    client.get("//metrics").await.problem(404, "not-found");
    let text = reqwest::get(server.metrics_url())
        .await
        .expect("metrics")
        .text()
        .await
        .expect("text");
    assert!(text.contains("/api/v1/sessions"), "{text}");
    assert!(!text.contains(&phone(1)), "a phone number in {text}");
}

// A63
#[tokio::test(flavor = "multi_thread")]
async fn the_audit_trail_is_chained_and_shows_tampering() {
    use renzheng::audit::chain;
    use sea_orm::ConnectionTrait;
    let server = TestServer::start().await;
    server.client().register(&phone(1)).await;
    server.client().sign_in(&phone(1), PASSWORD).await.ok(201);
    let app = server.app();
    chain::extend(app).await.expect("chained");
    let length = chain::verify(app).await.expect("a walk").expect("whole");
    assert!(length >= 3, "{length}");
    app.database
        .write()
        .execute_unprepared("UPDATE audit_event SET action = 'nothing' WHERE position = 2")
        .await
        .expect("tampered");
    assert_eq!(chain::verify(app).await.expect("a walk"), Err(2));
}
