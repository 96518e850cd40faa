//! Faces that Aliyun and Tencent look at on pages of their own.

mod callbacks;
mod outages;
mod results;
mod states;

use renzheng::config::{Config, LimitProfile};
use renzheng_tests::{Client, TestServer, face_page};
use renzheng_types::verification::Method;
use serde_json::{Value, json};

use super::{CONSENT, PATH};

const BACK: &str = "/me/verifications/face/callback";

/// One cloud: its name, what the sandbox calls its two actions, and how long its page can be used.
struct Cloud {
    name: &'static str,
    init: &'static str,
    result: &'static str,
    life: i64,
}

const ALIYUN: Cloud = Cloud {
    name: "aliyun",
    init: "aliyun-face-init",
    result: "aliyun-face-result",
    life: 1800,
};

const TENCENT: Cloud = Cloud {
    name: "tencent",
    init: "tencent-face-init",
    result: "tencent-face-result",
    life: 7200,
};

/// Asks `names` for faces, in this order. Tokens last, so that a test can wait for a page to lapse.
fn asks(config: &mut Config, names: &[&str]) {
    let names = names.iter().map(ToString::to_string).collect();
    config.verification.routes.insert(Method::Face, names);
    config.session.access_token_seconds = 3600;
}

async fn server(names: &[&str]) -> TestServer {
    TestServer::with(|config| asks(config, names)).await
}

async fn relaxed(names: &[&str]) -> TestServer {
    TestServer::with(|config| {
        asks(config, names);
        config.limits = LimitProfile::Relaxed;
    })
    .await
}

async fn begin(person: &Client) -> Value {
    person.post(PATH, json!({"consent": CONSENT})).await.ok(201)
}

/// From the first step to the answer.
async fn verify(person: &Client, choice: &str) -> Value {
    let begun = begin(person).await;
    let back = face_page::done(person, &begun, choice).await;
    person.post(BACK, back).await.ok(201)
}

/// How often an upstream was called.
async fn calls(client: &Client, upstream: &str) -> u64 {
    let all = client.sandbox_get("/upstreams").await.ok(200);
    let found = all.as_array().and_then(|all| {
        all.iter()
            .find(|one| one["upstream"] == upstream)
            .and_then(|one| one["calls"].as_u64())
    });
    found.expect("listed")
}

/// An attempt that the retry job makes, once it is there and decided.
async fn made(person: &Client, begun: &Value) -> Value {
    awaited(person, begun, |attempt| attempt["status"] != "pending").await
}

/// The try was counted when they set out; it is given back a moment after the attempt is decided.
async fn assert_given_back(person: &Client, begun: &Value) {
    awaited(person, begun, |attempt| attempt["tries_left"] == 5).await;
}

async fn awaited(person: &Client, begun: &Value, is_so: fn(&Value) -> bool) -> Value {
    let id = begun["id"].as_str().expect("an id");
    let path = format!("/me/verifications/attempts/{id}");
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
    let mut last = String::new();
    for _ in 0..400 {
        looks.tick().await;
        let answer = person.get(&path).await;
        if answer.status == 200 && is_so(&answer.json()) {
            return answer.json();
        }
        last = answer.text();
    }
    panic!("never came: {last}");
}
