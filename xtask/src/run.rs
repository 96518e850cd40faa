//! Running the server, and what else needs it built.

use std::process::Command;

use anyhow::ensure;

use crate::{
    services, setup,
    shell::{cargo, native, output, root, step, target},
    spa,
};

/// Builds the pages and the server, and serves until Ctrl-C. As the tests build it, unless it is to be as shipped: that
/// takes three times as long, and what the tests need is built by then.
pub fn run(release: bool, arguments: &[String]) -> anyhow::Result<()> {
    println!(
        "The first build takes about a quarter of an hour on two cores, with --release half an hour; later ones seconds."
    );
    setup::wasm_target()?;
    spa::build()?;
    let program = if release {
        let mut build = cargo();
        build.args(["build", "--release", "-p", "renzheng"]);
        step("server", &mut build)?;
        "release/renzheng"
    } else {
        step("server", native("build").args(["--bin", "renzheng"]))?;
        "debug/renzheng"
    };
    let mut server = Command::new(target()?.join(program));
    if arguments.is_empty() {
        server.arg("serve");
    } else {
        server.args(arguments);
    }
    println!();
    let status = server.current_dir(root()?).status()?;
    ensure!(status.success(), "the server ended ({status})");
    Ok(())
}

/// Writes `openapi.yaml` and `docs/errors.md`.
pub fn openapi() -> anyhow::Result<()> {
    step("server", native("build").args(["--bin", "renzheng"]))?;
    for (command, file) in [("openapi", "openapi.yaml"), ("errors", "docs/errors.md")] {
        let text = output(Command::new(target()?.join("debug/renzheng")).arg(command))?;
        std::fs::write(root()?.join(file), text + "\n")?;
    }
    Ok(())
}

/// Runs the measurements.
pub fn bench(rows: &[String]) -> anyhow::Result<()> {
    setup::wasm_target()?;
    spa::build()?;
    let mut bench = measurements()?;
    println!("\n==> services");
    let postgres = services::postgres().inspect_err(|error| println!("    {error}: rows left out"));
    let redis = services::redis().inspect_err(|error| println!("    {error}: rows left out"));
    bench.args(rows);
    if let Ok(postgres) = &postgres {
        let url = format!("postgres://postgres@127.0.0.1:{}/postgres", postgres.port);
        bench.env("BENCH_POSTGRES_URL", url);
    }
    if let Ok(redis) = &redis {
        let url = format!("redis://127.0.0.1:{}/", redis.port);
        bench.env("BENCH_REDIS_URL", url);
    }
    step("measurements", &mut bench)
}

/// Fills a PostgreSQL database with people.
pub fn seed(people: u64, url: &str, data: &str) -> anyhow::Result<()> {
    let people = people.to_string();
    step("seed", measurements()?.args(["seed", &people, url, data]))
}

/// Measures among ten thousand people and among `people`, on databases made on the server at `url`.
pub fn scale(people: u64, url: &str) -> anyhow::Result<()> {
    let people = people.to_string();
    step(
        "measurements",
        measurements()?.args(["scale", &people, url]),
    )
}

/// The program that measures, built together with the server that it measures.
fn measurements() -> anyhow::Result<Command> {
    step(
        "server and measurements",
        cargo().args([
            "build",
            "--release",
            "-p",
            "renzheng",
            "-p",
            "renzheng-bench",
        ]),
    )?;
    Ok(Command::new(target()?.join("release/renzheng-bench")))
}
