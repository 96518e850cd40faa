//! What the machine can do at best.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use bytes::Bytes;
use poem::{
    EndpointExt, IntoResponse, Response, Route, Server, get, handler,
    listener::{Acceptor, Listener, TcpListener},
    web::Data,
};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, TransactionTrait,
};

use crate::load;

/// The argument that makes this program the bare server.
pub const BARE: &str = "bare";
/// What it answers comes by these variables: JSON itself, or the file of anything else.
const BODY: &str = "BENCH_BODY";
const KIND: &str = "BENCH_KIND";
const JSON: &str = "json";

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

/// Signatures per second with ES256 on so many threads.
pub async fn signs(threads: usize, round: Duration) -> anyhow::Result<f64> {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
    let key = Arc::new(key);
    let signing = move || {
        let key = Arc::clone(&key);
        move || -> anyhow::Result<u32> {
            let (begun, mut count, random) = (Instant::now(), 0, SystemRandom::new());
            while begun.elapsed() < round {
                key.sign(&random, &[7; 300])?;
                count += 1;
            }
            Ok(count)
        }
    };
    let begun = Instant::now();
    let counts: Vec<_> = (0..threads)
        .map(|_| tokio::task::spawn_blocking(signing()))
        .collect();
    let mut all = 0;
    for count in counts {
        all += count.await??;
    }
    Ok(f64::from(all) / begun.elapsed().as_secs_f64())
}

#[handler]
fn kept(body: Data<&Bytes>, kind: Data<&Kind>) -> impl IntoResponse {
    Response::builder()
        .content_type(&*kind.0.0)
        .body(body.0.clone())
}

#[handler]
fn made(body: Data<&serde_json::Value>) -> impl IntoResponse {
    poem::web::Json(body.0.clone())
}

#[derive(Clone)]
struct Kind(Arc<str>);

/// Serves one document, and nothing else.
pub async fn serve_bare() -> anyhow::Result<()> {
    let (body, kind) = (std::env::var(BODY)?, std::env::var(KIND)?);
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await?;
    let address = acceptor.local_addr();
    let address = address.first().and_then(|bound| bound.as_socket_addr());
    let address = address.context("an address")?;
    writeln!(std::io::stdout(), "{address}")?;
    let server = Server::new_with_acceptor(acceptor);
    if kind == JSON {
        let body: serde_json::Value = serde_json::from_str(&body)?;
        let app = Route::new().at("/document", get(made)).data(body);
        server.run(app).await?;
    } else {
        let body = Bytes::from(std::fs::read(body)?);
        let app = Route::new().at("/document", get(kept));
        server.run(app.data(body).data(Kind(kind.into()))).await?;
    }
    Ok(())
}

/// The bare server, as a process of its own like the service.
pub struct Bare {
    child: Child,
    url: String,
    http: reqwest::Client,
    _file: Option<tempfile::NamedTempFile>,
}

impl Bare {
    /// Makes this JSON anew for each request, as handlers do.
    pub fn json(body: &serde_json::Value) -> anyhow::Result<Self> {
        Self::start(&body.to_string(), JSON, None)
    }

    /// Answers these bytes.
    pub fn bytes(body: &[u8], kind: &str) -> anyhow::Result<Self> {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(body)?;
        let path = file.path().display().to_string();
        Self::start(&path, kind, Some(file))
    }

    fn start(
        body: &str,
        kind: &str,
        file: Option<tempfile::NamedTempFile>,
    ) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(BARE)
            .env(BODY, body)
            .env(KIND, kind)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its output")?).read_line(&mut line)?;
        Ok(Self {
            child,
            url: format!("http://{}/document", line.trim()),
            http: reqwest::Client::new(),
            _file: file,
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

/// Rows written one transaction at a time, as durably as the service does: on SQLite by its one writer, on PostgreSQL by
/// as many connections as the service has.
pub struct Inserts {
    database: DatabaseConnection,
    writers: usize,
    _folder: Option<tempfile::TempDir>,
}

impl Inserts {
    pub async fn sqlite() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("limit.db");
        let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()));
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
            writers: 1,
            _folder: Some(folder),
        })
    }

    pub async fn postgres(url: &str) -> anyhow::Result<Self> {
        const WRITERS: u32 = 16;
        let mut options = ConnectOptions::new(url);
        options.max_connections(WRITERS).sqlx_logging(false);
        let database = Database::connect(options).await?;
        let table = "CREATE TABLE bench_entry (id BIGSERIAL PRIMARY KEY, body TEXT NOT NULL)";
        database.execute_unprepared(table).await?;
        Ok(Self {
            database,
            writers: WRITERS as usize,
            _folder: None,
        })
    }

    pub async fn per_second(&self, round: Duration) -> anyhow::Result<f64> {
        let insert = match self.database.get_database_backend() {
            DbBackend::Postgres => "INSERT INTO bench_entry (body) VALUES (repeat('x', 256))",
            _ => "INSERT INTO entry (body) VALUES (randomblob(256))",
        };
        load::per_second(self.writers, round, async |_| {
            let transaction = self.database.begin().await?;
            transaction.execute_unprepared(insert).await?;
            Ok(transaction.commit().await?)
        })
        .await
    }
}
