//! Schemathesis (PyPI) reads the description and tries what it allows and what it forbids: no 5xx, no answer that is
//! not declared. Runs when `TEST_SCHEMATHESIS` names the command, as `cargo xtask test` does.

use std::process::Command;

use renzheng_tests::{TestServer, phone};

// A58, A64
#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_nothing() {
    let Ok(command) = std::env::var("TEST_SCHEMATHESIS") else {
        eprintln!("TEST_SCHEMATHESIS is not set: left out");
        return;
    };
    let server = TestServer::relaxed().await;
    let created = server.client().register(&phone(1)).await;
    let token = created["session"]["access_token"]
        .as_str()
        .expect("a token")
        .to_string();
    let url = server.url();
    let folder = server.folder().to_path_buf();
    let output = tokio::task::spawn_blocking(move || {
        Command::new(command)
            .current_dir(folder)
            .arg("run")
            .arg(format!("{url}/openapi.json"))
            .arg(format!("--url={url}/api/v1"))
            .arg(format!("--header=Authorization: Bearer {token}"))
            .args([
                "--checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance",
                "--max-examples=25",
                "--seed=20261101",
                "--generation-database=none",
                "--suppress-health-check=all",
                "--exclude-path=/sessions/current",
                // By the rules of OAuth, at the root: tests/api/oidc.
                "--exclude-path-regex=^/(oauth2|[.]well-known)/",
                // Streams for as long as its ticket lives.
                "--exclude-path=/qr-logins/{id}/events",
                "--no-color",
            ])
            .output()
            .expect("schemathesis runs")
    })
    .await
    .expect("schemathesis ends");
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
