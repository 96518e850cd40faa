//! Runs the tests that hold requirements, and those that inject faults.

use std::{collections::BTreeMap, fmt::Write, fs, process::Command};

use anyhow::{Context, bail};

use super::{Test, tests};
use crate::{
    services, setup,
    shell::{native, output, root, step, target},
    spa,
};

const FAULTS: &str = "docs/faults.md";
/// The variable that names the file in which tests that inject faults write their counts.
const COUNTS: &str = "TEST_FAULTS";

/// Every test that holds a requirement: on SQLite, and again on PostgreSQL with Redis.
pub fn run() -> anyhow::Result<()> {
    let all = tests(&root()?)?;
    let chosen = |_: &Test| true;
    on_everything(&all, chosen, &[("TEST_TIMING_SAMPLES", "300".into())])?;
    println!("\n{} tests hold.", all.len());
    Ok(())
}

/// The tests that inject faults, and what they count into `docs/faults.md`.
pub fn faults() -> anyhow::Result<()> {
    let all = tests(&root()?)?;
    let counts = target()?.join("faults");
    if counts.exists() {
        fs::remove_file(&counts)?;
    }
    let injects = |test: &Test| test.rows.iter().any(|row| row.starts_with('D'));
    on_everything(
        &all,
        injects,
        &[
            (COUNTS, counts.display().to_string()),
            ("TEST_KILLS", "40".into()),
        ],
    )?;
    let counted = fs::read_to_string(&counts).context("no test counted anything")?;
    fs::write(root()?.join(FAULTS), report(&counted)?)?;
    println!("\n{FAULTS} is written.");
    Ok(())
}

fn on_everything(
    all: &[Test],
    chosen: impl Fn(&Test) -> bool,
    more: &[(&str, String)],
) -> anyhow::Result<()> {
    let tools = setup::test_tools()?;
    let chosen: Vec<&Test> = all.iter().filter(|test| chosen(test)).collect();
    let in_browser = chosen.iter().any(|test| test.target == "e2e");
    if in_browser {
        setup::wasm_target()?;
        spa::build()?;
    }
    step("server", native("build").args(["--bin", "renzheng"]))?;
    let environment = services::environment(&tools)?;

    let mut by_target: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for test in &chosen {
        by_target.entry(test.target).or_default().push(&test.name);
    }
    let command = |target: &str, names: &[&str]| {
        let mut command = native("test");
        match target {
            "" => command.arg("--lib"),
            target => command.args(["--test", target]),
        };
        command.args(["--", "--exact"]).args(names);
        command.envs(environment.variables.iter().cloned());
        command.envs(more.iter().cloned());
        command
    };
    for (target, names) in &by_target {
        let what = match *target {
            "" => format!("{} unit tests", names.len()),
            target => format!("{} tests of {target}", names.len()),
        };
        step(&what, &mut command(target, names))?;
    }
    if let Some(names) = by_target.get("api") {
        step(
            &format!("{} tests on PostgreSQL and Redis", names.len()),
            command("api", names)
                .env("TEST_DATABASE", "postgres")
                .env("TEST_EPHEMERAL", "redis"),
        )?;
    }
    Ok(())
}

/// The counts as a table: fault, on what, injected, acknowledged, lost, duplicated, each line of the file with tabs
/// between. Tests that were run twice are added up.
fn report(counted: &str) -> anyhow::Result<String> {
    let commit = output(Command::new("git").args(["rev-parse", "--short", "HEAD"]))?;
    let mut sums: BTreeMap<[&str; 2], [u64; 4]> = BTreeMap::new();
    for line in counted.lines() {
        let parts: Vec<&str> = line.split('\t').collect();
        let [fault, on, counts @ ..] = parts.as_slice() else {
            bail!("{line:?} counts nothing");
        };
        let sum = sums.entry([fault, on]).or_default();
        for (sum, count) in sum.iter_mut().zip(counts) {
            *sum += count.parse::<u64>()?;
        }
    }
    let mut text = format!(
        "<!-- Made by `cargo xtask faults`; do not edit. -->\n# Faults\n\n\
         What goes wrong, how often it was made to, and what became of what had been answered. Measured at {commit}; \
         the last two columns must be 0. Which tests inject which fault is in \
         [security-coverage.md](security-coverage.md#faults), and what people see meanwhile in [operate.md](operate.md).\n\n\
         | fault | on | injected | acknowledged | lost | duplicated |\n|---|---|---|---|---|---|\n"
    );
    for ([fault, on], [injected, acknowledged, lost, duplicated]) in sums {
        writeln!(
            text,
            "| {fault} | {on} | {injected} | {acknowledged} | {lost} | {duplicated} |"
        )?;
    }
    Ok(text)
}
