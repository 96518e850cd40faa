//! Which refusals the tests have met, written down in the file that `TEST_REFUSALS` names: a line each of method, path
//! and code. The contract test `refusals` holds it against the description.

use std::{fs::OpenOptions, io::Write};

use reqwest::Method;

use crate::Answer;

/// The variable that names the file.
pub const FILE: &str = "TEST_REFUSALS";

/// Writes a refusal down.
pub fn note(method: &Method, path: &str, answer: &Answer) {
    let Some(file) = std::env::var_os(FILE) else {
        return;
    };
    if answer.status.as_u16() < 400 {
        return;
    }
    let body = answer.json();
    let (Some(code), Some(path)) = (body["code"].as_str(), path.split('?').next()) else {
        return;
    };
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .expect("a file for refusals");
    // In one piece: tests of one process write side by side.
    let line = format!("{method} {path} {code}\n");
    file.write_all(line.as_bytes()).expect("written");
}
