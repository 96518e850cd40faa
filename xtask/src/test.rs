//! Everything that must hold before a change lands.

use std::process::Command;

use crate::{
    security, services, setup,
    shell::{as_by_hand, beside, cargo, native, step, target},
    supply_chain,
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
        "The first run takes twenty to forty minutes on two cores, later ones twelve to thirty; --fast about ten."
    );
    setup::wasm_target()?;
    let tools = if fast {
        None
    } else {
        Some(setup::test_tools()?)
    };
    step("format", cargo().args(["fmt", "--all", "--check"]))?;
    // Also a unit test, but it takes a second: better known before everything is built.
    security::check()?;
    if let Some(tools) = &tools {
        supply_chain::check(tools)?;
    }
    // Half of it is the work of one thread; it builds into folders of its own.
    let mut build = Command::new(std::env::current_exe()?);
    as_by_hand(&mut build);
    let pages = beside("web pages", build.arg("build"))?;
    step(
        "lints",
        native("clippy").args(["--all-targets", "--", "-D", "warnings"]),
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
    step("server and tests", native("build").arg("--all-targets"))?;
    pages.wait()?;
    step("unit tests", native("test").args(["--lib", "--bins"]))?;
    let Some(tools) = tools else {
        return step(
            "API and contract on SQLite",
            native("test").args(["--test", "api", "--test", "contract"]),
        );
    };

    let environment = services::environment(&tools)?;
    let refusals = target()?.join("refusals-met");
    if refusals.exists() {
        std::fs::remove_file(&refusals)?;
    }
    // Tests wait as often as they work; browsers rarely do.
    let cores = std::thread::available_parallelism()?.get();
    let browser = || -> Command {
        let mut command = native("test");
        command
            .envs(environment.variables.iter().cloned())
            .env("RUST_TEST_THREADS", (cores + 1).to_string());
        command
    };
    let tests = |arguments: &[&str]| -> Command {
        let mut command = browser();
        command
            .args(arguments)
            .env("TEST_REFUSALS", &refusals)
            .env("RUST_TEST_THREADS", (2 * cores).to_string());
        command
    };
    // Waits for one program in Python most of the time.
    let contract = beside("contract", &mut tests(&["--test", "contract"]))?;
    step("API on SQLite", &mut tests(&["--test", "api"]))?;
    step(
        "API on PostgreSQL",
        tests(&["--test", "api"]).env("TEST_DATABASE", "postgres"),
    )?;
    contract.wait()?;
    step(
        "every refusal is tested",
        tests(&["--test", "contract", "refusals"]).args(["--", "--ignored"]),
    )?;
    let three_nodes = [
        ("TEST_NODES", "3"),
        ("TEST_DATABASE", "postgres"),
        ("TEST_EPHEMERAL", "redis"),
    ];
    let mut among_nodes = tests(&["--test", "api"]);
    if !all_nodes {
        among_nodes.arg("--").args(AMONG_NODES);
    }
    step(
        "API among three nodes on PostgreSQL and Redis",
        among_nodes.envs(three_nodes),
    )?;
    if all_nodes {
        step(
            "browser among three nodes",
            browser().args(["--test", "e2e"]).envs(three_nodes),
        )?;
    }
    step("browser", browser().args(["--test", "e2e"]))?;
    println!("\nAll checks passed.");
    Ok(())
}
