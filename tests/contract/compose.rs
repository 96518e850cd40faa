//! `docker-compose.yml` is one: checked against the schema of the Compose Specification, as check-jsonschema (PyPI)
//! brings it. `TEST_PYTHON` names the Python that has it, as `cargo xtask test` does.

use std::process::Command;

#[test]
fn the_compose_file_is_valid() {
    let Some(python) = std::env::var_os("TEST_PYTHON") else {
        eprintln!("TEST_PYTHON is not set: left out");
        return;
    };
    let output = Command::new(python)
        .args(["-m", "check_jsonschema"])
        .args(["--builtin-schema", "vendor.compose-spec"])
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../docker-compose.yml"
        ))
        .output()
        .expect("check-jsonschema runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}
