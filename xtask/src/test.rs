//! Everything that must hold before a change lands.

use std::process::Command;

use crate::{
    services, setup,
    shell::{cargo, step, target},
    spa, supply_chain,
};

/// The API tests that run among three nodes every time: those about state that nodes share.
const AMONG_NODES: [&str; 5] = [
    "qr_logins::",
    "resets::",
    "sessions::",
    "sms_codes::",
    "step_ups::",
];

/// Runs all checks. `fast` leaves out what needs more than cargo; `all_nodes` runs everything among three nodes too.
pub fn test(fast: bool, all_nodes: bool) -> anyhow::Result<()> {
    println!(
        "The first run takes about forty minutes on two cores, later ones thirty; --fast ten."
    );
    setup::wasm_target()?;
    let tools = if fast {
        None
    } else {
        Some(setup::test_tools()?)
    };
    step("format", cargo().args(["fmt", "--all", "--check"]))?;
    if let Some(tools) = &tools {
        supply_chain::check(tools)?;
    }
    step(
        "lints",
        cargo().args([
            "clippy",
            "--workspace",
            "--exclude",
            "renzheng-frontend",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    step(
        "lints of the web pages",
        cargo().args([
            "clippy",
            "-p",
            "renzheng-frontend",
            "--target",
            "wasm32-unknown-unknown",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    spa::build()?;
    step("server", cargo().args(["build", "-p", "renzheng"]))?;
    step(
        "unit tests",
        cargo().args([
            "test",
            "--workspace",
            "--exclude",
            "renzheng-tests",
            "--exclude",
            "renzheng-frontend",
        ]),
    )?;
    let Some(tools) = tools else {
        return step(
            "API and contract on SQLite",
            cargo().args([
                "test",
                "-p",
                "renzheng-tests",
                "--test",
                "api",
                "--test",
                "contract",
            ]),
        );
    };

    println!("\n==> services");
    let postgres = services::postgres()?;
    let redis = services::redis()?;
    let chromedriver = services::chromedriver()?;
    let refusals = target()?.join("refusals-met");
    if refusals.exists() {
        std::fs::remove_file(&refusals)?;
    }
    let environment = [
        (
            "TEST_POSTGRES_URL",
            format!("postgres://postgres@127.0.0.1:{}/postgres", postgres.port),
        ),
        (
            "TEST_REDIS_URL",
            format!("redis://127.0.0.1:{}/", redis.port),
        ),
        (
            "TEST_CHROMEDRIVER_URL",
            format!("http://127.0.0.1:{}", chromedriver.port),
        ),
        ("TEST_PYTHON", tools.python.display().to_string()),
        (
            "TEST_SCHEMATHESIS",
            tools
                .python
                .with_file_name("schemathesis")
                .display()
                .to_string(),
        ),
        (
            "TEST_AXE",
            tools
                .node_modules
                .join("axe-core/axe.min.js")
                .display()
                .to_string(),
        ),
        (
            "TEST_NODE_MODULES",
            tools.node_modules.display().to_string(),
        ),
        (
            "TEST_APACHE_MODULES",
            tools.apache_modules.display().to_string(),
        ),
        ("TEST_REFUSALS", refusals.display().to_string()),
    ];
    let tests = |arguments: &[&str]| -> Command {
        let mut command = cargo();
        command
            .args(["test", "-p"])
            .args(arguments)
            .envs(environment.iter().map(|(name, value)| (name, value)));
        command
    };
    step(
        "API and contract on SQLite",
        &mut tests(&["renzheng-tests", "--test", "api", "--test", "contract"]),
    )?;
    step(
        "every refusal is tested",
        tests(&["renzheng-tests", "--test", "contract", "refusals"]).args(["--", "--ignored"]),
    )?;
    step(
        "API on PostgreSQL",
        tests(&["renzheng-tests", "--test", "api"]).env("TEST_DATABASE", "postgres"),
    )?;
    let three_nodes = [
        ("TEST_NODES", "3"),
        ("TEST_DATABASE", "postgres"),
        ("TEST_EPHEMERAL", "redis"),
    ];
    let mut among_nodes = tests(&["renzheng-tests", "--test", "api"]);
    if all_nodes {
        among_nodes.args(["--test", "e2e"]);
    } else {
        among_nodes.arg("--").args(AMONG_NODES);
    }
    step(
        "API among three nodes on PostgreSQL and Redis",
        among_nodes.envs(three_nodes),
    )?;
    step("browser", &mut tests(&["renzheng-tests", "--test", "e2e"]))?;
    println!("\nAll checks passed.");
    Ok(())
}
