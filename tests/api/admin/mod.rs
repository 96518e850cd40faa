//! `/admin`: what operators see and do. Staff and halls are in `staff/admin.rs`.

mod accounts;
mod clients;
mod locked;
mod notices;
mod service;
mod trail;
mod webhooks;

use renzheng_tests::{Client, TestServer};
use serde_json::{Value, json};

/// An account that nobody has.
const NOBODY: &str = "01931b6e-9d60-7a43-8c1f-2f4b6a7d9e03";

/// Why something is done.
fn why() -> Value {
    json!({"reason": "help-request", "case_number": "GD-2026/17"})
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Somebody's id.
async fn id_of(person: &Client) -> String {
    text(&person.get("/me").await.ok(200)["id"])
}

/// A demonstration's operator.
async fn operator(server: &TestServer) -> Client {
    server.client().staff("operator").await
}

/// An operator who is a citizen of the sandbox, with a phone of their own.
async fn operator_who_is(server: &TestServer, citizen: usize) -> Client {
    let client = server.client();
    let first = client.staff("operator").await;
    let enrolled = client.enrolled(server, &first, "operator", None, citizen);
    enrolled.await.0
}
