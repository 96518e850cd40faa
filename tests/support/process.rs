//! The real program as a process, to be killed.

use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU16, Ordering},
    },
};

use crate::Client;

/// `renzheng serve` on a data folder.
pub struct Process {
    child: Child,
    pub url: String,
    pub sandbox_url: String,
}

impl Process {
    /// Starts the program and waits until it says that it is ready.
    pub fn start(data: &Path, sandbox_port: u16) -> Self {
        Self::with(data, sandbox_port, &[])
    }

    /// [`start`](Self::start) with more variables set.
    pub fn with(data: &Path, sandbox_port: u16, variables: &[(&str, &str)]) -> Self {
        Self::logging(data, sandbox_port, variables, Stdio::inherit())
    }

    /// [`with`](Self::with), its log going to `log`.
    pub fn logging(
        data: &Path,
        sandbox_port: u16,
        variables: &[(&str, &str)],
        log: impl Into<Stdio>,
    ) -> Self {
        Self::run(
            Command::new(program()).arg("serve"),
            data,
            sandbox_port,
            variables,
            log.into(),
        )
        .expect("the program ended before it was ready")
    }

    /// [`start`](Self::start) on a disk of that size that only it sees; `None` where no such disk may be made.
    pub fn on_small_disk(data: &Path, sandbox_port: u16, size: &str) -> Option<Self> {
        let mount = format!(
            "mount -t tmpfs -o size={size} tmpfs \"$RENZHENG_DATA_DIR\" && exec \"$0\" serve"
        );
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", &mount]).arg(program());
        let path = std::env::var("PATH").unwrap_or_default();
        let variables = [("PATH", path.as_str())];
        Self::run(&mut command, data, sandbox_port, &variables, Stdio::null())
    }

    /// How a path that only the process sees is reached from here.
    pub fn seen(&self, path: &Path) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.child.id()));
        root.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// `None` when it ends before it is ready.
    fn run(
        command: &mut Command,
        data: &Path,
        sandbox_port: u16,
        variables: &[(&str, &str)],
        log: Stdio,
    ) -> Option<Self> {
        let port = free_port();
        let mut child = command
            .env_clear()
            .env("RENZHENG_LISTEN", format!("127.0.0.1:{port}"))
            .env(
                "RENZHENG_SANDBOX_LISTEN",
                format!("127.0.0.1:{sandbox_port}"),
            )
            .env(
                "RENZHENG_METRICS_LISTEN",
                format!("127.0.0.1:{}", free_port()),
            )
            .env("RENZHENG_DATA_DIR", data)
            .env("RENZHENG_LIMITS", "relaxed")
            // Tests and what they start are one crowd.
            .env("RENZHENG_BACKGROUND_NICENESS", "0")
            .env("RENZHENG_LOG", "error")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .ok()?;
        let stdout = child.stdout.take().expect("its output");
        let ready = BufReader::new(stdout)
            .lines()
            .map_while(Result::ok)
            .any(|line| line.contains("ready"));
        let process = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
            sandbox_url: format!("http://127.0.0.1:{sandbox_port}"),
        };
        ready.then_some(process)
    }

    pub fn client(&self) -> Client {
        Client::new(self.url.clone(), self.sandbox_url.clone())
    }

    /// Asks `renzheng health` as a container does: with the server's own configuration.
    pub fn is_healthy(&self) -> bool {
        let status = Command::new(program())
            .arg("health")
            .env_clear()
            .env("RENZHENG_LISTEN", self.url.trim_start_matches("http://"))
            .env("RENZHENG_PUBLIC_URL", "https://id.example.cn")
            .stderr(Stdio::null())
            .status();
        status.expect("the program runs").success()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs one of the program's commands on a data folder; answers whether it succeeded and what it printed.
pub fn command(data: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(program())
        .args(arguments)
        .env_clear()
        .env("RENZHENG_DATA_DIR", data)
        .output()
        .expect("the program runs");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

/// A port that is free now, out of the range from which systems give ports to whoever connects: nobody takes it
/// before, or between two runs of, the program that it is for.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = (std::process::id() % 1000) as u16;
    (0..10_000)
        .map(|_| {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            20_000 + (first * 10).wrapping_add(number) % 10_000
        })
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("a port")
}

/// The program that was built with these tests; built now when it was not. Looked after once.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(built)
}

fn built() -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    let folder = test
        .parent()
        .and_then(Path::parent)
        .expect("target/<profile>");
    let path = folder.join("renzheng");
    let mut cargo = Command::new(env!("CARGO"));
    // What cargo told this test about its package: build scripts that look at it would run anew.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    let status = cargo
        .args(["build", "--quiet", "--workspace"])
        .args(["--exclude", "renzheng-frontend", "--bin", "renzheng"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .status()
        .expect("cargo runs");
    assert!(
        status.success() && path.is_file(),
        "{} is not built",
        path.display()
    );
    path
}
