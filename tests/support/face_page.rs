//! A person at the page of the sandbox's Aliyun or Tencent, where faces are looked at.

use std::collections::HashMap;

use reqwest::Url;
use serde_json::{Value, json};

use crate::{Client, client::Answer};

/// The path of the page in the sandbox.
pub fn page_of(begun: &Value) -> String {
    let url = begun["redirect_url"].as_str().expect("a URL");
    let url = Url::parse(url).expect("a URL");
    assert!(url.path().starts_with("/faces/"), "{url}");
    url.path().to_string()
}

/// Who is before the camera, or `give-up`.
pub async fn choose(client: &Client, begun: &Value, choice: &str) -> Answer {
    let fields = [("choice", choice)];
    client.sandbox_form(&page_of(begun), &fields).await
}

/// What a browser brings back in its address: all of it.
pub fn brought(answer: &Answer) -> HashMap<String, String> {
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    let url = Url::parse(answer.header("location")).expect("a URL");
    assert_eq!(url.path(), "/me/verifications/face/callback");
    url.query_pairs().into_owned().collect()
}

/// Does the check, and answers what is handed in on the way back.
pub async fn done(client: &Client, begun: &Value, choice: &str) -> Value {
    let brought = brought(&choose(client, begun, choice).await);
    json!({"state": brought["state"]})
}
