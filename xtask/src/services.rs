//! The servers that tests talk to: PostgreSQL, Redis, ChromeDriver. Each on a port of its own, stopped at the end.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, bail};
use tempfile::TempDir;

use crate::{
    setup::TestTools,
    shell::{is_root, target},
};

/// A process that ends with the tests, and then what it kept on disk.
pub struct Service {
    child: Child,
    pub port: u16,
    _folder: Option<TempDir>,
}

impl Drop for Service {
    fn drop(&mut self) {
        // PostgreSQL ends its own processes on SIGINT; the others take it as well.
        let _ = Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .status();
        for _ in 0..50 {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// All that tests talk to, and what tells them where it is.
pub struct Environment {
    pub variables: Vec<(&'static str, String)>,
    _services: [Service; 3],
}

/// Starts the services; they end with what is returned.
pub fn environment(tools: &TestTools) -> anyhow::Result<Environment> {
    println!("\n==> services");
    let postgres = postgres()?;
    let redis = redis()?;
    let chromedriver = chromedriver()?;
    let path = |path: &Path| path.display().to_string();
    let mut variables = vec![
        (
            "TEST_POSTGRES_URL",
            format!("postgres://postgres@127.0.0.1:{}/postgres", postgres.port),
        ),
        (
            "TEST_REDIS_URL",
            format!("redis://127.0.0.1:{}/", redis.port),
        ),
        (
            "TEST_CHROMEDRIVER_URL",
            format!("http://127.0.0.1:{}", chromedriver.port),
        ),
        ("TEST_PYTHON", path(&tools.python)),
        (
            "TEST_SCHEMATHESIS",
            path(&tools.python.with_file_name("schemathesis")),
        ),
        (
            "TEST_AXE",
            path(&tools.node_modules.join("axe-core/axe.min.js")),
        ),
        ("TEST_NODE_MODULES", path(&tools.node_modules)),
        ("TEST_APACHE_MODULES", path(&tools.apache_modules)),
    ];
    if let Some(chromium) = &tools.chromium {
        variables.push(("TEST_CHROMIUM", path(chromium)));
    }
    Ok(Environment {
        variables,
        _services: [postgres, redis, chromedriver],
    })
}

/// Durability is off, and what a cluster of five hundred short-lived databases would do for each of them.
const POSTGRES_SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    "max_connections=800",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    // Each new database is written to the log: else a checkpoint follows the other, and holds everything up.
    "max_wal_size=2GB",
];

/// PostgreSQL: a cluster made for these tests.
pub fn postgres() -> anyhow::Result<Service> {
    let programs = postgres_programs().context("PostgreSQL is not installed")?;
    // PostgreSQL refuses to run as root, and its user must be able to reach the folder.
    let folder = tempfile::Builder::new()
        .prefix("renzheng-test-postgres-")
        .tempdir()?;
    if is_root() {
        run(Command::new("chown").arg("postgres").arg(folder.path()))?;
    }
    let data = folder.path().join("data");
    run(as_postgres(&programs.join("initdb"))
        .args([
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--no-sync",
            "-D",
        ])
        .arg(&data)
        .stdout(Stdio::null()))?;
    let port = free_port()?;
    let child = as_postgres(&programs.join("postgres"))
        .arg("-D")
        .arg(&data)
        .args(["-p", &port.to_string(), "-k"])
        .arg(folder.path())
        .args(POSTGRES_SETTINGS.iter().flat_map(|setting| ["-c", setting]))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("postgres")?;
    ready(child, port, Some(folder), "PostgreSQL")
}

fn as_postgres(program: &Path) -> Command {
    if is_root() {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
            .arg(program)
            .current_dir("/");
        command
    } else {
        Command::new(program)
    }
}

/// The folder of `initdb` and `postgres`, where Debian keeps it, or on the path.
pub fn postgres_programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").is_file())
        .max()
}

/// Redis without persistence.
pub fn redis() -> anyhow::Result<Service> {
    let port = free_port()?;
    let child = Command::new("redis-server")
        .args([
            "--port",
            &port.to_string(),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ])
        .stdout(Stdio::null())
        .spawn()
        .context("redis-server")?;
    ready(child, port, None, "Redis")
}

/// The browser's driver.
pub fn chromedriver() -> anyhow::Result<Service> {
    let port = free_port()?;
    let log = target()?.join("chromedriver.log");
    let child = Command::new("chromedriver")
        .arg(format!("--port={port}"))
        .arg(format!("--log-path={}", log.display()))
        .stdout(Stdio::null())
        .spawn()
        .context("chromedriver")?;
    ready(child, port, None, "ChromeDriver")
}

fn ready(child: Child, port: u16, folder: Option<TempDir>, name: &str) -> anyhow::Result<Service> {
    let service = Service {
        child,
        port,
        _folder: folder,
    };
    for _ in 0..300 {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, service.port)).is_ok() {
            println!("    {name} on port {}", service.port);
            return Ok(service);
        }
        thread::sleep(Duration::from_millis(100));
    }
    bail!("{name} did not start within 30 s")
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status()?;
    anyhow::ensure!(
        status.success(),
        "{} failed",
        command.get_program().display()
    );
    Ok(())
}
