//! `/me/verifications/hall` and `/hall`

mod approvals;
mod cases;
mod codes;

use renzheng_tests::{Client, TestServer, verification};
use serde_json::{Value, json};

/// A server where a supervisor always, or never, looks at cases that are not typed off the card.
async fn server(percent: u32) -> TestServer {
    TestServer::with(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.hall.second_approval_percent = percent;
    })
    .await
}

/// A registered person whose ID card is on file.
async fn verified(client: &Client, number: u32, citizen: usize) -> (Client, Value) {
    let citizen = client.citizen(citizen).await;
    let person = verification::verified(client, number, &citizen).await;
    (person, citizen)
}

fn identity(citizen: &Value) -> Value {
    json!({"name": citizen["name"], "id_number": citizen["id_number"]})
}

/// What the method says of itself in the person's overview.
async fn method(person: &Client) -> Value {
    let all = person.get("/me/verifications").await.ok(200);
    let methods = all["methods"].as_array().cloned().unwrap_or_default();
    methods
        .into_iter()
        .find(|method| method["method"] == "hall")
        .expect("the method")
}
