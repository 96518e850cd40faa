//! Installs what is missing, or says exactly what to install.

use std::{path::PathBuf, process::Command};

use anyhow::bail;

use crate::shell::{has, is_root, output, root, step};

const WASM: &str = "wasm32-unknown-unknown";
/// Pinned, so that a new release never changes what is found.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// The compiler's target for the web pages.
pub fn wasm_target() -> anyhow::Result<()> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    if PathBuf::from(sysroot)
        .join("lib/rustlib")
        .join(WASM)
        .is_dir()
    {
        return Ok(());
    }
    step(
        "rustup target add",
        Command::new("rustup").args(["target", "add", WASM]),
    )
}

/// What the tests need beside cargo.
pub struct TestTools {
    /// The `schemathesis` command.
    pub schemathesis: PathBuf,
}

/// A browser with its driver and Chinese fonts, PostgreSQL, Redis, schemathesis.
pub fn test_tools() -> anyhow::Result<TestTools> {
    let mut missing = Vec::new();
    let wanted = [
        ("chromium", "chromium"),
        ("chromedriver", "chromium-driver"),
        ("redis-server", "redis-server"),
        ("python3", "python3"),
    ];
    for (program, package) in wanted {
        if !has(program) {
            missing.push(package);
        }
    }
    if crate::services::postgres_programs().is_none() {
        missing.push("postgresql");
    }
    if !output(Command::new("fc-list").arg(":lang=zh")).is_ok_and(|fonts| !fonts.is_empty()) {
        missing.push("fonts-noto-cjk");
    }
    let venv = root()?.join("target/schemathesis");
    let python = if has("python3") {
        "python3"
    } else {
        "/usr/bin/python3"
    };
    let has_venv = Command::new(python)
        .args(["-c", "import venv, ensurepip"])
        .stderr(std::process::Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_venv {
        missing.push("python3-venv");
    }
    if !missing.is_empty() {
        install(&missing)?;
    }
    let schemathesis = venv.join("bin/schemathesis");
    if !schemathesis.is_file() {
        step(
            "python venv",
            Command::new(python).args(["-m", "venv"]).arg(&venv),
        )?;
        step(
            "pip install schemathesis",
            Command::new(venv.join("bin/pip")).args([
                "install",
                "--quiet",
                "--disable-pip-version-check",
                SCHEMATHESIS,
            ]),
        )?;
    }
    Ok(TestTools { schemathesis })
}

fn install(packages: &[&str]) -> anyhow::Result<()> {
    let list = packages.join(" ");
    if !is_root() || !has("apt-get") {
        bail!(
            "please install what the tests need, then run this again:\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends {list}"
        );
    }
    step(
        "apt-get update",
        Command::new("apt-get").args(["update", "-qq"]),
    )?;
    step(
        &format!("apt-get install {list}"),
        Command::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(packages),
    )
}
