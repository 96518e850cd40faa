//! `cargo xtask …`: set-up, build, run, test.

mod run;
mod services;
mod setup;
mod shell;
mod spa;
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
    },
    /// Build the web pages into frontend/dist.
    Build,
    /// Write openapi.yaml from the code.
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
    /// Install what is missing.
    Setup,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Run { arguments } => run::run(&arguments),
        Command::Test { fast, all_nodes } => test::test(fast, all_nodes),
        Command::Build => setup::wasm_target().and_then(|()| spa::build()),
        Command::Openapi => run::openapi(),
        Command::Bench { rows } => run::bench(&rows),
        Command::Seed { people, url, data } => run::seed(people, &url, &data),
        Command::Scale { people, url } => run::scale(people, &url),
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
