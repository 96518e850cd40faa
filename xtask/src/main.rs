//! `cargo xtask …`: set-up, build, run, test.

mod fuzz;
mod run;
mod security;
mod services;
mod setup;
mod shell;
mod spa;
mod supply_chain;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and serve it on http://localhost:8080.
    Run {
        /// As it is shipped: quicker, and much longer to build.
        #[arg(long)]
        release: bool,
        /// Passed to `renzheng`, instead of `serve`.
        #[arg(trailing_var_arg = true)]
        arguments: Vec<String>,
    },
    /// Format check, lints, and all tests: units, API on SQLite and PostgreSQL, contract, browser.
    Test {
        /// Leave out PostgreSQL, schemathesis and the browser.
        #[arg(long)]
        fast: bool,
        /// Run every API and browser test among three nodes too, not only those about state that nodes share.
        #[arg(long)]
        all_nodes: bool,
        /// Only the tests that hold requirements of docs/security-coverage.md, on SQLite and on PostgreSQL with Redis.
        #[arg(long, conflicts_with_all = ["fast", "all_nodes"])]
        security: bool,
    },
    /// Write docs/security-coverage.md from the tests.
    Security,
    /// Inject faults, count what is lost, and write docs/faults.md.
    Faults,
    /// Build the web pages into frontend/dist.
    Build,
    /// Write openapi.yaml and docs/errors.md from the code.
    Openapi,
    /// Measure against the limits of docs/performance.md.
    Bench {
        /// Rows of the table, P1 to P17; all when none is named. Only all of them are written down.
        rows: Vec<String>,
    },
    /// Fill an empty PostgreSQL database with people, to try things at scale.
    Seed {
        people: u64,
        /// postgres://…
        url: String,
        /// The folder of the master key; made when it is not there.
        #[arg(default_value = "data")]
        data: String,
    },
    /// Measure among ten thousand people and among many, see docs/scale.md.
    Scale {
        people: u64,
        /// A PostgreSQL server on which databases may be made.
        url: String,
    },
    /// Throw bytes at every parser that meets bytes of others, and write docs/fuzzing.md.
    Fuzz {
        /// How long each target runs.
        #[arg(long, default_value_t = 10)]
        minutes: u64,
        /// One target instead of all.
        #[arg(long)]
        target: Option<String>,
    },
    /// Check dependencies and known vulnerabilities, and write the bill of materials.
    SupplyChain,
    /// Install what is missing.
    Setup,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Run { release, arguments } => run::run(release, &arguments),
        Command::Test { security: true, .. } => security::run(),
        Command::Test {
            fast, all_nodes, ..
        } => test::test(fast, all_nodes),
        Command::Security => security::write(),
        Command::Faults => security::faults(),
        Command::Build => setup::wasm_target().and_then(|()| spa::build()),
        Command::Openapi => run::openapi(),
        Command::Bench { rows } => run::bench(&rows),
        Command::Seed { people, url, data } => run::seed(people, &url, &data),
        Command::Scale { people, url } => run::scale(people, &url),
        Command::Fuzz { minutes, target } => {
            setup::test_tools().and_then(|tools| fuzz::run(&tools, minutes * 60, target.as_deref()))
        }
        Command::SupplyChain => setup::test_tools().and_then(|tools| supply_chain::run(&tools)),
        Command::Setup => setup::wasm_target().and_then(|()| setup::test_tools().map(drop)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
