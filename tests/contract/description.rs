//! The OpenAPI description is true, whole and current.

use renzheng_tests::{
    TestServer,
    description::{description, is_protocol, operations},
};
use reqwest::Method;
use serde_json::{Value, json};

// A70
#[test]
fn the_checked_in_description_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.yaml");
    let checked_in = std::fs::read_to_string(path).expect("openapi.yaml");
    assert!(
        checked_in == renzheng::http::spec::openapi_yaml(),
        "openapi.yaml is stale: run `cargo xtask openapi`"
    );
}

/// Also those under a path that several APIs serve.
// A70
#[test]
fn every_method_of_a_path_is_described() {
    let description = description();
    for method in ["get", "patch", "delete"] {
        let described = description["paths"]["/me"][method]["operationId"].is_string();
        assert!(described, "{method} /me");
    }
}

#[test]
fn the_list_of_errors_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors.md");
    let checked_in = std::fs::read_to_string(path).expect("docs/errors.md");
    assert!(
        checked_in == renzheng::http::errors::markdown(),
        "docs/errors.md is stale: run `cargo xtask openapi`"
    );
}

#[test]
fn every_operation_is_described() {
    let description = description();
    let operations = operations(&description);
    assert!(operations.len() >= 14, "{}", operations.len());
    let mut ids = std::collections::HashSet::new();
    for (path, method, operation) in &operations {
        let name = format!("{method} {path}");
        assert!(
            operation["summary"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{name}: summary"
        );
        assert!(
            operation["description"]
                .as_str()
                .is_some_and(|text| text.contains("Permissions:")),
            "{name}: permissions"
        );
        let id = operation["operationId"].as_str().expect("an id");
        assert!(
            id.contains('_') && ids.insert(id.to_string()),
            "{name}: {id}"
        );
        assert!(
            operation["tags"]
                .as_array()
                .is_some_and(|tags| tags.len() == 1),
            "{name}: tag"
        );
        let responses = operation["responses"].as_object().expect("responses");
        assert!(responses.contains_key("503"), "{name}: 503");
        assert!(
            !responses.contains_key("500"),
            "{name}: no input gives a 500"
        );
        for (status, response) in responses {
            let status: u16 = status.parse().expect("a status");
            if is_protocol(path) {
                // OAuth's own errors, or a page.
                let content = &response["content"];
                let told = content["application/json"]["schema"]["$ref"]
                    == "#/components/schemas/OAuthError"
                    || content.get("text/html").is_some()
                    || content.get("application/problem+json").is_some();
                assert!(status < 400 || told, "{name}: {status}");
            } else if status >= 400 {
                let codes = &response["content"]["application/problem+json"]["schema"]["allOf"][1]
                    ["properties"]["code"]["enum"];
                assert!(
                    codes.as_array().is_some_and(|codes| !codes.is_empty()),
                    "{name}: {status}"
                );
            }
        }
    }
}

#[test]
fn every_request_body_has_an_example() {
    let description = description();
    for (path, method, operation) in operations(&description) {
        if is_protocol(&path) {
            let form = operation.pointer("/requestBody/content/application~1x-www-form-urlencoded");
            let example = form.is_none_or(|form| form["example"].is_object());
            assert!(example, "{method} {path}: no example");
            continue;
        }
        let Some(schema) =
            operation.pointer("/requestBody/content/application~1json; charset=utf-8/schema")
        else {
            let pictures = operation.pointer("/requestBody/content/image~1jpeg");
            assert!(
                pictures.is_some() || operation.get("requestBody").is_none(),
                "{method} {path}: a body that is neither JSON nor a picture"
            );
            continue;
        };
        let name = schema["$ref"]
            .as_str()
            .and_then(|name| name.rsplit('/').next())
            .expect("a named schema");
        let schema = &description["components"]["schemas"][name];
        let variants = ["anyOf", "oneOf"]
            .iter()
            .find_map(|key| schema[*key].as_array());
        let examples: Vec<&Value> = match variants {
            Some(variants) => variants
                .iter()
                .map(|variant| {
                    let name = variant["$ref"]
                        .as_str()
                        .and_then(|name| name.rsplit('/').next())
                        .expect("a name");
                    let inner = description["components"]["schemas"][name]["allOf"][1]["$ref"]
                        .as_str()
                        .unwrap_or_default();
                    &description["components"]["schemas"]
                        [inner.rsplit('/').next().unwrap_or_default()]["example"]
                })
                .collect(),
            None => vec![&schema["example"]],
        };
        for example in examples {
            assert!(example.is_object(), "{method} {path}: no example in {name}");
        }
    }
}

// A56, C16
#[tokio::test(flavor = "multi_thread")]
async fn every_signed_in_operation_refuses_strangers() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let mut signed_in = 0;
    for (path, method, operation) in operations(&description()) {
        if operation.get("security").is_none() || is_protocol(&path) {
            continue;
        }
        signed_in += 1;
        let path = path
            .replace("{id}", "01931b6e-9d60-7a43-8c1f-2f4b6a7d9e03")
            .replace("{client_id}", "app-unknown")
            .replace("{sub}", "unknown");
        let method: Method = method.to_uppercase().parse().expect("a method");
        let stranger = client.send(method.clone(), &path, Some(json!({}))).await;
        stranger.problem(401, "unauthenticated");
        let forger = client
            .bearer("eyJhbGciOiJub25lIn0.e30.")
            .send(method, &path, Some(json!({})))
            .await;
        forger.problem(401, "unauthenticated");
    }
    assert!(signed_in >= 30, "{signed_in}");
}

/// What is no id names nothing: said as such, by every operation that takes one.
// C18
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_id_is_not_found() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    let person = client.registered(&renzheng_tests::phone(1)).await;
    let described = description();
    for (path, method, operation) in operations(&described) {
        // Staff and applications have doors of their own, where a citizen is a stranger.
        let security = operation["security"].to_string();
        let of_others = security.contains("staff") || security.contains("application");
        if !path.contains("{id}") || of_others {
            continue;
        }
        let method: Method = method.to_uppercase().parse().expect("a method");
        let body = body_example(&described, &operation);
        if body.is_none() && operation.get("requestBody").is_some() {
            // Pictures: what is sent is looked at first.
            continue;
        }
        let answer = person
            .send(method.clone(), &path.replace("{id}", "x"), body)
            .await;
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text());
        answer.problem(404, "not-found");
    }
}

/// The example of an operation's body.
fn body_example(description: &Value, operation: &Value) -> Option<Value> {
    let schema =
        operation.pointer("/requestBody/content/application~1json; charset=utf-8/schema")?;
    let name = schema["$ref"].as_str()?.rsplit('/').next()?;
    Some(description["components"]["schemas"][name]["example"].clone())
}

// A70
#[tokio::test(flavor = "multi_thread")]
async fn the_server_serves_what_is_checked_in() {
    let server = TestServer::start().await;
    let client = server.client();
    let served = client.get("//openapi.json").await.ok(200);
    assert_eq!(served, description());
    let yaml = client.get("//openapi.yaml").await;
    yaml.ok(200);
    let docs = client.get("//docs").await;
    docs.ok(200);
    assert!(docs.text().contains("swagger-ui"));
}

/// `Object` ignores serde's attributes, so the two could drift apart: the SPA reads by serde what the API writes.
#[test]
fn both_serialisations_agree() {
    use poem_openapi::types::{Example, ToJSON};
    fn agree<T: Example + ToJSON + serde::Serialize>() {
        let example = T::example();
        let by_poem = example.to_json().expect("a value");
        let by_serde = serde_json::to_value(&example).expect("a value");
        assert_eq!(without_nulls(by_poem), without_nulls(by_serde));
    }
    agree::<renzheng_types::account::Account>();
    agree::<renzheng_types::account::AccountCreated>();
    agree::<renzheng_types::account::NewAccount>();
    agree::<renzheng_types::account::ProfileChange>();
    agree::<renzheng_types::agreement::Agreement>();
    agree::<renzheng_types::application::Authorization>();
    agree::<renzheng_types::application::AuthorizationDecision>();
    agree::<renzheng_types::application::Consent>();
    agree::<renzheng_types::application::Disclosure>();
    agree::<renzheng_types::integration::IdentityCode>();
    agree::<renzheng_types::integration::SubjectLevel>();
    agree::<renzheng_types::integration::WebhookDelivery>();
    agree::<renzheng_types::captcha::Captcha>();
    agree::<renzheng_types::service::ServiceInfo>();
    agree::<renzheng_types::session::Session>();
    agree::<renzheng_types::sms_code::NewSmsCode>();
    agree::<renzheng_types::address::Address>();
    agree::<renzheng_types::address::NewAddress>();
    agree::<renzheng_types::closing::Closing>();
    agree::<renzheng_types::device::Activity>();
    agree::<renzheng_types::device::Device>();
    agree::<renzheng_types::email::EmailState>();
    agree::<renzheng_types::passkey::NewPasskey>();
    agree::<renzheng_types::passkey::Passkey>();
    agree::<renzheng_types::passkey::PasskeyAdded>();
    agree::<renzheng_types::passkey::PasskeyAssertion>();
    agree::<renzheng_types::passkey::PasskeyChallenge>();
    agree::<renzheng_types::passkey::PasskeyEnrolment>();
    agree::<renzheng_types::password_reset::ResetProof>();
    agree::<renzheng_types::qr_login::QrAsker>();
    agree::<renzheng_types::qr_login::QrLogin>();
    agree::<renzheng_types::qr_login::QrState>();
    agree::<renzheng_types::second_factor::SecondFactors>();
    agree::<renzheng_types::session::SecondFactorNeeded>();
    agree::<renzheng_types::session::SecondFactorSignIn>();
    agree::<renzheng_types::step_up::NewStepUp>();
    agree::<renzheng_types::verification::Attempt>();
    agree::<renzheng_types::verification::Verifications>();
    agree::<renzheng_types::verification::FaceConsent>();
    agree::<renzheng_types::verification::FaceCallback>();
    agree::<renzheng_types::verification::FaceVerification>();
    agree::<renzheng_types::verification::NewFaceVerification>();
    agree::<renzheng_types::verification::BankCardClaim>();
    agree::<renzheng_types::verification::TelecomClaim>();
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        // Two ways to write UTC.
        Value::String(text) => text.replace("+00:00", "Z").into(),
        other => other,
    }
}

/// What is described by hand is there.
#[tokio::test(flavor = "multi_thread")]
async fn the_operations_of_the_protocol_are_served() {
    let server = TestServer::start().await;
    let client = server.client();
    let mut seen = 0;
    for (path, method, _) in operations(&description()) {
        if is_protocol(&path) {
            seen += 1;
            let method: Method = method.to_uppercase().parse().expect("a method");
            let answer = client.send(method, &format!("/{path}"), None).await;
            assert!(answer.status != 404 && answer.status != 405, "{path}");
            assert!(answer.status.as_u16() < 500, "{path}");
        }
    }
    assert!(seen >= 12, "{seen}");
}
