//! Every refusal that an operation declares is met by some test of it. Reads what the other tests wrote down in the
//! file of `TEST_REFUSALS`, so it is run after them, as `cargo xtask test` does.

use std::collections::HashSet;

use renzheng_tests::{
    description::{description, operations},
    refusals,
};
use serde_json::Value;

/// Verification methods that ask by form: one engine, where each declares what any of them may refuse.
const FORMS: [&str; 6] = [
    "id-card",
    "bank-card",
    "social-security",
    "provident-fund",
    "telecom",
    "driving-licence",
];

/// What the layers around every handler answer alike; each has tests of its own.
const OF_THE_LAYERS: [&str; 11] = [
    "unknown-host",
    "unavailable",
    "storage-full",
    "malformed-request",
    "body-too-large",
    "unsupported-media-type",
    "cross-site-request",
    "idempotency-in-progress",
    "idempotency-key-reused",
    "unauthenticated",
    "role-not-allowed",
];

#[test]
#[ignore = "needs what the other tests met: cargo xtask test"]
fn every_declared_refusal_is_tested() {
    let file = std::env::var_os(refusals::FILE).expect("TEST_REFUSALS");
    let met = std::fs::read_to_string(file).expect("what the tests met");
    let met: HashSet<(&str, &str, &str)> = met
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?, words.next()?, words.next()?))
        })
        .collect();
    let mut untested = Vec::new();
    for (path, method, operation) in operations(&description()) {
        for code in codes(&operation) {
            let is_met = met.iter().any(|(their_method, their_path, their_code)| {
                *their_code == code
                    && their_method.eq_ignore_ascii_case(&method)
                    && is_of(&path, their_path)
            });
            if !is_met && !OF_THE_LAYERS.contains(&code.as_str()) {
                untested.push(format!("{} {path}: {code}", method.to_uppercase()));
            }
        }
    }
    untested.sort();
    assert!(
        untested.is_empty(),
        "{} refusals that no test meets:\n{}",
        untested.len(),
        untested.join("\n")
    );
}

fn codes(operation: &Value) -> Vec<String> {
    let responses = operation["responses"].as_object().expect("responses");
    responses
        .values()
        .filter_map(|response| {
            response
                .pointer("/content/application~1problem+json/schema/allOf/1/properties/code/enum")
        })
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(|code| code.as_str().map(str::to_string))
        .collect()
}

/// Whether a path as called is one of a path as described.
fn is_of(described: &str, called: &str) -> bool {
    let form = |path: &str| {
        path.strip_prefix("/me/verifications/")
            .is_some_and(|method| FORMS.contains(&method))
    };
    if form(described) {
        return form(called);
    }
    let (described, called) = (described.split('/'), called.split('/'));
    described.clone().count() == called.clone().count()
        && described
            .zip(called)
            .all(|(one, other)| one.starts_with('{') || one == other)
}
