//! Running other programs, and saying so.

use std::{
    fs::File,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Instant,
};

use anyhow::{Context, ensure};

/// The workspace's root: the nearest folder above with a lock file.
pub fn root() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir()?;
    here.ancestors()
        .find(|folder| folder.join("Cargo.lock").is_file() && folder.join("xtask").is_dir())
        .map(PathBuf::from)
        .context("not inside the project")
}

/// Where cargo builds to.
pub fn target() -> anyhow::Result<PathBuf> {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => Ok(root()?.join("target")),
    }
}

/// The cargo that runs this.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    as_by_hand(&mut command);
    command
}

/// As if a command were called by hand: cargo tells what it runs which package that is of (`CARGO_PKG_NAME` …), and build
/// scripts that look at the same variables (ring's) would run anew, and half of everything be built anew.
pub fn as_by_hand(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
}

/// A cargo command about everything that is not the web pages. Always about the same packages: another choice of them
/// would choose other features of what they are built upon, and all of that would be built once more.
pub fn native(verb: &str) -> Command {
    let mut command = cargo();
    command.args([verb, "--workspace", "--exclude", "renzheng-frontend"]);
    command
}

/// Runs a step, showing what it prints and how long it took.
pub fn step(name: &str, command: &mut Command) -> anyhow::Result<()> {
    println!("\n==> {name}");
    let begun = Instant::now();
    let status = command
        .current_dir(root()?)
        .status()
        .with_context(|| format!("{name}: {}", command.get_program().display()))?;
    ensure!(status.success(), "{name} failed ({status})");
    println!("    {name}: {:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// A step that runs beside others: what one leaves idle, the other uses.
pub struct Beside {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

/// Begins a step. What it prints is kept until it is waited for, so that two don't write into each other's lines.
pub fn beside(name: &'static str, command: &mut Command) -> anyhow::Result<Beside> {
    println!("\n==> {name}, beside what follows");
    let log = target()?.join(format!("beside-{}.log", name.replace(' ', "-")));
    let file = File::create(&log)?;
    let child = command
        .current_dir(root()?)
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .spawn()
        .with_context(|| format!("{name}: {}", command.get_program().display()))?;
    Ok(Beside { name, child, log })
}

impl Beside {
    /// Waits for the step's end, and shows what it printed.
    pub fn wait(mut self) -> anyhow::Result<()> {
        let begun = Instant::now();
        let status = self.child.wait()?;
        let name = self.name;
        println!("\n==> {name}, beside what went before");
        print!("{}", std::fs::read_to_string(&self.log)?);
        ensure!(status.success(), "{name} failed ({status})");
        println!(
            "    {name}: waited for {:.0} s",
            begun.elapsed().as_secs_f64()
        );
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Where another step failed: nothing is left running.
        let _ = self.child.wait();
    }
}

/// Whether a program is there.
pub fn has(program: &str) -> bool {
    Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What a program prints.
pub fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output()?;
    ensure!(
        output.status.success(),
        "{} failed",
        command.get_program().display()
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_string())
}

/// Whether this user may install packages.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}
