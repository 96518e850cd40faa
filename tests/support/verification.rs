//! Real-name verification, and the upstreams it asks.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{Client, phone};

/// A person who is `citizen` by ID card.
pub async fn verified(client: &Client, number: u32, citizen: &Value) -> Client {
    let person = client.registered(&phone(number)).await;
    let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    let attempt = person
        .post("/me/verifications/id-card", claim)
        .await
        .ok(201);
    assert_eq!(attempt["status"], "passed");
    person
}

/// Follows an attempt until it is decided.
pub async fn decided(person: &Client, attempt: &Value) -> Value {
    let id = attempt["id"].as_str().expect("an id");
    let path = format!("/me/verifications/attempts/{id}");
    let mut looks = tokio::time::interval(Duration::from_millis(25));
    for _ in 0..400 {
        looks.tick().await;
        let attempt = person.get(&path).await.ok(200);
        if attempt["status"] != "pending" {
            return attempt;
        }
    }
    panic!("not decided");
}

/// Makes an upstream of the sandbox fail in some way, by the clock of the service.
pub async fn fault(client: &Client, upstream: &str, mode: &str, seconds: u32) {
    let fault = json!({"upstream": upstream, "mode": mode, "for_seconds": seconds});
    client.sandbox_post("/faults", fault).await.ok(200);
}
