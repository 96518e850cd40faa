//! A person at the sandbox's Alipay.

use std::collections::HashMap;

use reqwest::Url;
use serde_json::{Value, json};

use crate::{Client, client::Answer};

/// Signs in as the holder of `account` and decides: `agree` or `refuse`.
pub async fn decide(client: &Client, begun: &Value, account: &str, decision: &str) -> Answer {
    let url = begun["redirect_url"].as_str().expect("a URL");
    let url = Url::parse(url).expect("a URL");
    let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
    let fields = [
        ("app_id", asked["app_id"].as_str()),
        ("scope", &asked["scope"]),
        ("redirect_uri", &asked["redirect_uri"]),
        ("state", &asked["state"]),
        ("account", account),
        ("decision", decision),
    ];
    client.sandbox_form("/alipay/oauth2/decide", &fields).await
}

/// What a browser brings back in its address.
pub fn brought(answer: &Answer) -> HashMap<String, String> {
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    let url = Url::parse(answer.header("location")).expect("a URL");
    assert_eq!(url.path(), "/me/verifications/alipay/callback");
    url.query_pairs().into_owned().collect()
}

/// Sets out, agrees as the holder of `account`, and answers what is handed in on the way back.
pub async fn agreed(person: &Client, account: &str) -> Value {
    let begun = person
        .post("/me/verifications/alipay", Value::Null)
        .await
        .ok(201);
    let brought = brought(&decide(person, &begun, account, "agree").await);
    assert_eq!(brought["state"], begun["state"].as_str().expect("a state"));
    json!({"state": brought["state"], "auth_code": brought["auth_code"]})
}
