//! What the machine can do at best.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use poem::{
    EndpointExt, IntoResponse, Route, Server, get, handler,
    listener::{Acceptor, Listener, TcpListener},
    web::Data,
};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, TransactionTrait};

/// The argument that makes this program the bare server.
pub const BARE: &str = "bare";
/// What it answers comes by this variable.
const BODY: &str = "BENCH_BODY";

/// Hashes per second with the service's parameters, memory used again, on so many threads.
pub async fn hashes(threads: usize, round: Duration) -> anyhow::Result<f64> {
    let counts: Vec<_> = (0..threads)
        .map(|_| tokio::task::spawn_blocking(move || hash_for(round)))
        .collect();
    let begun = Instant::now();
    let mut all = 0;
    for count in counts {
        all += count.await??;
    }
    Ok(f64::from(all) / begun.elapsed().as_secs_f64())
}

fn hash_for(round: Duration) -> anyhow::Result<u32> {
    let params = Params::new(19456, 2, 1, Some(32)).map_err(anyhow::Error::msg)?;
    let mut memory = vec![Block::new(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let (begun, mut count) = (Instant::now(), 0);
    while begun.elapsed() < round {
        let mut output = [0; 32];
        argon2
            .hash_password_into_with_memory(
                b"correct horse battery staple",
                b"0123456789abcdef",
                &mut output,
                &mut memory,
            )
            .map_err(anyhow::Error::msg)?;
        count += 1;
    }
    Ok(count)
}

#[handler]
fn me(body: Data<&serde_json::Value>) -> impl IntoResponse {
    poem::web::Json(body.0.clone())
}

/// Serves one JSON document, and nothing else.
pub async fn serve_bare() -> anyhow::Result<()> {
    let body: serde_json::Value = serde_json::from_str(&std::env::var(BODY)?)?;
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await?;
    let address = acceptor.local_addr();
    let address = address.first().and_then(|bound| bound.as_socket_addr());
    let address = address.context("an address")?;
    writeln!(std::io::stdout(), "{address}")?;
    let app = Route::new().at("/me", get(me)).data(body);
    Server::new_with_acceptor(acceptor).run(app).await?;
    Ok(())
}

/// The bare server, as a process of its own like the service.
pub struct Bare {
    child: Child,
    url: String,
    http: reqwest::Client,
}

impl Bare {
    pub async fn start(body: &serde_json::Value) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(BARE)
            .env(BODY, body.to_string())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its output")?).read_line(&mut line)?;
        Ok(Self {
            child,
            url: format!("http://{}/me", line.trim()),
            http: reqwest::Client::new(),
        })
    }

    pub async fn get(&self) -> anyhow::Result<()> {
        let answer = self.http.get(&self.url).send().await?;
        ensure!(answer.status() == 200, "{}", answer.status());
        answer.bytes().await?;
        Ok(())
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Rows written one transaction at a time, as durably as the service does.
pub struct Inserts {
    database: DatabaseConnection,
    _folder: tempfile::TempDir,
}

impl Inserts {
    pub async fn open() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = format!(
            "sqlite://{}?mode=rwc",
            folder.path().join("limit.db").display()
        );
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        let database = Database::connect(options).await?;
        for statement in [
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE entry (id INTEGER PRIMARY KEY, body BLOB NOT NULL)",
        ] {
            database.execute_unprepared(statement).await?;
        }
        Ok(Self {
            database,
            _folder: folder,
        })
    }

    pub async fn per_second(&self, round: Duration) -> anyhow::Result<f64> {
        let (begun, mut count) = (Instant::now(), 0);
        while begun.elapsed() < round {
            let transaction = self.database.begin().await?;
            transaction
                .execute_unprepared("INSERT INTO entry (body) VALUES (randomblob(256))")
                .await?;
            transaction.commit().await?;
            count += 1;
        }
        Ok(f64::from(count) / begun.elapsed().as_secs_f64())
    }
}
