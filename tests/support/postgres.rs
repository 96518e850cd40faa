//! PostgreSQL servers of a test's own: a primary and its streaming replica.

use std::{
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseConnection};
use tempfile::TempDir;

use crate::process::free_port;

/// One server; it ends with the test.
pub struct Postgres {
    child: Child,
    pub port: u16,
    _folder: TempDir,
}

impl Postgres {
    /// A new cluster. `None` where PostgreSQL is not installed.
    pub async fn primary() -> Option<Self> {
        let programs = programs()?;
        let folder = folder();
        let mut init = as_postgres(&programs.join("initdb"));
        init.args(["--auth=trust", "--username=postgres", "--encoding=UTF8"]);
        init.arg("--no-sync")
            .arg("-D")
            .arg(folder.path().join("data"));
        succeeds(&mut init);
        Some(Self::serve(folder, &programs).await)
    }

    /// A replica of it, from a base backup.
    pub async fn replica(&self) -> Self {
        let programs = programs().expect("PostgreSQL");
        let folder = folder();
        let mut copy = as_postgres(&programs.join("pg_basebackup"));
        copy.args([
            "-h",
            "127.0.0.1",
            "-U",
            "postgres",
            "-p",
            &self.port.to_string(),
        ]);
        copy.args([
            "--write-recovery-conf",
            "--checkpoint=fast",
            "--no-sync",
            "-D",
        ]);
        succeeds(copy.arg(folder.path().join("data")));
        Self::serve(folder, &programs).await
    }

    async fn serve(folder: TempDir, programs: &Path) -> Self {
        let port = free_port();
        let child = as_postgres(&programs.join("postgres"))
            .arg("-D")
            .arg(folder.path().join("data"))
            .args(["-p", &port.to_string(), "-k"])
            .arg(folder.path())
            .args(["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let server = Self {
            child,
            port,
            _folder: folder,
        };
        let begun = Instant::now();
        while sea_orm::Database::connect(server.url("postgres"))
            .await
            .is_err()
        {
            assert!(begun.elapsed() < Duration::from_secs(30), "no PostgreSQL");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    pub async fn connect(&self, database: &str) -> DatabaseConnection {
        let connection = sea_orm::Database::connect(self.url(database)).await;
        connection.expect("PostgreSQL")
    }

    /// Runs a statement.
    pub async fn run(&self, database: &str, statement: &str) {
        let connection = self.connect(database).await;
        let ran = connection.execute_unprepared(statement).await;
        ran.expect(statement);
        connection.close().await.expect("closed");
    }

    /// Ends it at once, as a crash does.
    pub fn stop(&mut self) {
        // Its own processes end with it on SIGQUIT; it may be gone already.
        let _ = Command::new("kill")
            .args(["-QUIT", &self.child.id().to_string()])
            .stderr(Stdio::null())
            .status();
        let _ = self.child.wait();
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A folder that PostgreSQL's own user, whom it insists on, can write to.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    if is_root() {
        succeeds(Command::new("chown").arg("postgres").arg(folder.path()));
    }
    folder
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
        .arg(program)
        .current_dir("/");
    command
}

/// The newest that Debian has.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").is_file())
        .max()
}

#[track_caller]
fn succeeds(command: &mut Command) {
    let output = command.stdout(Stdio::null()).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
