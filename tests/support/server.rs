//! A server for one test: in this process, on ports of its own, with a database of its own and a clock that the test
//! moves.

use std::net::SocketAddr;

use renzheng::{
    app::App,
    clock::Clock,
    config::{Config, LimitProfile},
    server::Server,
};
use sea_orm::ConnectionTrait;
use tempfile::TempDir;
use uuid::Uuid;

use crate::client::Client;

const ANY_PORT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// A running server.
pub struct TestServer {
    pub clock: Clock,
    pub config: Config,
    server: Server,
    folder: TempDir,
}

impl TestServer {
    /// A demo server with the standard limits.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A demo server whose limits are out of the way.
    pub async fn relaxed() -> Self {
        Self::with(|config| config.limits = LimitProfile::Relaxed).await
    }

    /// A server with a changed configuration.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut config = Config {
            listen: ANY_PORT,
            sandbox_listen: ANY_PORT,
            metrics_listen: Some(ANY_PORT),
            data_dir: folder.path().join("data"),
            database_url: postgres_database().await,
            redis_url: redis_database(),
            spa_dir: built_pages(),
            ..Config::default()
        };
        config.password.threads = 2;
        change(&mut config);
        let clock = Clock::system();
        let server = Server::start(config.clone(), clock.clone())
            .await
            .expect("the server starts");
        Self {
            clock,
            config,
            server,
            folder,
        }
    }

    /// Stops and starts again on the same data.
    pub async fn restart(self) -> Self {
        let Self {
            clock,
            config,
            server,
            folder,
        } = self;
        server.stop().await;
        let server = Server::start(config.clone(), clock.clone())
            .await
            .expect("the server starts again");
        Self {
            clock,
            config,
            server,
            folder,
        }
    }

    /// A client that is nobody yet.
    pub fn client(&self) -> Client {
        Client::new(self.url(), self.sandbox_url())
    }

    pub fn app(&self) -> &App {
        self.server.app()
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.addresses.app.port())
    }

    pub fn sandbox_url(&self) -> String {
        let address = self.server.addresses.sandbox.expect("a sandbox");
        format!("http://127.0.0.1:{}", address.port())
    }

    pub fn metrics_url(&self) -> String {
        let address = self.server.addresses.metrics.expect("metrics");
        format!("http://127.0.0.1:{}/metrics", address.port())
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// A new PostgreSQL database, when the tests run on PostgreSQL (`TEST_DATABASE=postgres`).
async fn postgres_database() -> Option<String> {
    if std::env::var("TEST_DATABASE").ok()? != "postgres" {
        return None;
    }
    let admin = std::env::var("TEST_POSTGRES_URL").expect("TEST_POSTGRES_URL");
    let name = format!("test_{}", Uuid::new_v4().simple());
    let connection = sea_orm::Database::connect(&admin)
        .await
        .expect("PostgreSQL");
    connection
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .expect("a new database");
    connection.close().await.expect("closed");
    let (server, _) = admin.rsplit_once('/').expect("a URL with a database");
    Some(format!("{server}/{name}"))
}

/// The web pages, when they are built.
fn built_pages() -> Option<std::path::PathBuf> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../frontend/dist");
    folder.join("index.html").is_file().then_some(folder)
}

/// Redis for codes and limits, when the tests run on it (`TEST_EPHEMERAL=redis`). Keys of different tests are kept
/// apart by each server's own master key.
fn redis_database() -> Option<String> {
    if std::env::var("TEST_EPHEMERAL").ok()? != "redis" {
        return None;
    }
    Some(std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL"))
}
