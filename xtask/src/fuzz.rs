//! Throws bytes at the parsers of `fuzz/`, and writes down what came of it.

use std::{
    fmt::Write,
    fs,
    process::{Command, Stdio},
};

use anyhow::{Context, anyhow, ensure};

use crate::{
    setup::TestTools,
    shell::{as_by_hand, cargo, output, root, step, target},
};

const REPORT: &str = "docs/fuzzing.md";

/// Runs each target for so many seconds. Finds become files under `fuzz/artifacts`, and end the run.
pub fn run(tools: &TestTools, seconds: u64, only: Option<&str>) -> anyhow::Result<()> {
    let folder = root()?.join("fuzz");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.join("targets"))? {
        let path = entry?.path();
        names.extend(
            path.file_stem()
                .and_then(|name| Some(name.to_str()?.to_owned())),
        );
    }
    names.sort_unstable();
    names.retain(|name| only.is_none_or(|only| only == name));
    ensure!(
        !names.is_empty(),
        "no target of that name under fuzz/targets"
    );
    // The compiler is a stable one: it counts what is reached, and there is no `unsafe` of ours to watch.
    let fuzz = |arguments: &[&str]| {
        let mut command = Command::new(tools.python.with_file_name("cargo-fuzz"));
        command
            .arg("fuzz")
            .args(arguments)
            .args(["--sanitizer", "none"]);
        as_by_hand(&mut command);
        command.env("CARGO", cargo().get_program());
        command.env("CARGO_TARGET_DIR", folder.join("target"));
        command
    };
    step("fuzz targets", &mut fuzz(&["build"]))?;
    let throw = |name: &str| -> anyhow::Result<String> {
        let grown = target()?.join("fuzz-corpus").join(name);
        fs::create_dir_all(&grown)?;
        println!("\n==> {name}, {seconds} s");
        let ran = fuzz(&["run", name])
            .arg(&grown)
            .arg(folder.join("corpus").join(name))
            .arg("--")
            .arg(format!("-max_total_time={seconds}"))
            .args(["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"])
            .arg(format!(
                "-max_len={}",
                if name == "picture" { 65_536 } else { 4096 }
            ))
            .current_dir(root()?)
            .stdout(Stdio::null())
            .output()
            .with_context(|| name.to_owned())?;
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        if !ran.status.success() {
            let tail: Vec<&str> = said.lines().rev().take(40).collect();
            let tail: Vec<&str> = tail.into_iter().rev().collect();
            anyhow::bail!("{name} found something:\n{}", tail.join("\n"));
        }
        Ok(row(name, seconds, &said))
    };
    let mut rows = String::new();
    // One for each core: a target keeps one busy.
    for together in names.chunks(std::thread::available_parallelism()?.get()) {
        let ran: Vec<anyhow::Result<String>> = std::thread::scope(|scope| {
            let begun: Vec<_> = together
                .iter()
                .map(|name| scope.spawn(move || throw(name)))
                .collect();
            begun
                .into_iter()
                .map(|thread| {
                    let ended = thread.join();
                    ended.unwrap_or_else(|_| Err(anyhow!("a thread panicked")))
                })
                .collect()
        });
        for row in ran {
            let row = row?;
            println!("    {row}");
            writeln!(rows, "{row}")?;
        }
    }
    if only.is_none() {
        fs::write(root()?.join(REPORT), report(&rows)?)?;
        println!("\n{REPORT} is written.");
    }
    Ok(())
}

/// What libFuzzer said at the end of a run, as a row of the report.
fn row(name: &str, seconds: u64, said: &str) -> String {
    let number = |label: &str| {
        let found = said.lines().rev().find_map(|line| line.split(label).nth(1));
        found
            .and_then(|rest| rest.split_whitespace().next())
            .unwrap_or("–")
    };
    let (runs, reached) = (number("stat::number_of_executed_units:"), number(" cov: "));
    let kept = number(" corp: ");
    format!("| {name} | {seconds} | {runs} | {reached} | {kept} |")
}

fn report(rows: &str) -> anyhow::Result<String> {
    let rustc = output(Command::new("rustc").arg("--version"))?;
    Ok(format!(
        "<!-- Made by `cargo xtask fuzz`; do not edit. -->\n# Fuzzing\n\n\
         Everything that reads bytes of others has a target under [`fuzz/`](../fuzz), guided by coverage (libFuzzer), \
         with what must hold asserted in it: what is taken is taken again in its own form, what was not signed or sealed \
         by us is never believed. `cargo xtask fuzz --minutes 10` runs each for ten minutes; this was the last run of \
         all, with {rustc}, within 2 GiB and ten seconds an input. Nothing was found that is not mended.\n\n\
         | target | seconds | inputs | edges reached | inputs kept |\n|---|---|---|---|---|\n{rows}"
    ))
}
