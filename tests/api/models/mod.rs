//! State machines against small models of them: whatever is done in whatever order, the answers are the model's.

mod attempts;
mod qr;
mod refresh;

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use renzheng::config::LimitProfile;
use renzheng_tests::{Answer, PASSWORD, TestServer, faults::times, phone};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.enable_all().build().expect("a runtime")
}

/// The same sequences in every run; more of them with `TEST_CASES`.
fn runner() -> TestRunner {
    let cases = u32::try_from(times("TEST_CASES", 24)).expect("a number");
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 64,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// Status and code of an answer.
fn told(answer: &Answer) -> (u16, String) {
    let code = answer.json()["code"].as_str().unwrap_or_default().into();
    (answer.status.as_u16(), code)
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.into())
}

fn fine(status: u16) -> (u16, String) {
    (status, String::new())
}
