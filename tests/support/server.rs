//! A server for one test: in this process, on ports of its own, with a database of its own and a clock that the test
//! moves. With `TEST_NODES=3` it is three nodes on one database, behind a proxy that goes round them.

use std::net::SocketAddr;

use renzheng::{
    app::App,
    clock::Clock,
    config::{Config, LimitProfile, SandboxAt},
    database::Database,
    server::Server,
};
use tempfile::TempDir;

use crate::{Proxy, client::Client, template};

const ANY_PORT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// How many nodes a server is, unless a test says otherwise.
pub fn nodes() -> usize {
    let count = std::env::var("TEST_NODES").ok();
    count.map_or(1, |count| count.parse().expect("TEST_NODES is a number"))
}

/// A running server.
pub struct TestServer {
    pub clock: Clock,
    pub config: Config,
    nodes: Vec<Option<Server>>,
    /// What goes round the nodes, where there are many.
    proxy: Option<Proxy>,
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
        Self::of(nodes(), change).await
    }

    /// One node, for what each node knows by itself: its counters, its caches, when it reads keys again.
    pub async fn one(change: impl FnOnce(&mut Config)) -> Self {
        Self::of(1, change).await
    }

    async fn of(count: usize, change: impl FnOnce(&mut Config)) -> Self {
        let database_url = match on_postgres() || count > 1 {
            true => Some(template::postgres().await.expect("TEST_POSTGRES_URL")),
            false => None,
        };
        let change = |config: &mut Config| {
            if count > 1 {
                // Tests look for the end of a session at once; `tests/api/nodes/` looks at the second that it may take.
                config.session.cached_millis = 0;
            }
            change(config);
        };
        Self::run(count, database_url, redis_database(), change).await
    }

    /// One node whose codes and tickets are rows of the database, whichever that is.
    pub async fn without_redis(change: impl FnOnce(&mut Config)) -> Self {
        let database_url = match on_postgres() {
            true => Some(template::postgres().await.expect("TEST_POSTGRES_URL")),
            false => None,
        };
        Self::run(1, database_url, None, change).await
    }

    /// One node, whatever the environment says, on SQLite unless `change` names another database.
    pub async fn single(change: impl FnOnce(&mut Config)) -> Self {
        Self::run(1, None, None, change).await
    }

    /// So many nodes on PostgreSQL and Redis, in the run of the tests that is for PostgreSQL; `None` in others.
    pub async fn many(count: usize, change: impl FnOnce(&mut Config)) -> Option<Self> {
        if !on_postgres() {
            return None;
        }
        let database_url = template::postgres().await?;
        let redis_url = std::env::var("TEST_REDIS_URL").ok()?;
        Some(Self::run(count, Some(database_url), Some(redis_url), change).await)
    }

    async fn run(
        count: usize,
        database_url: Option<String>,
        redis_url: Option<String>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let proxy = match count {
            1 => None,
            _ => Some(Proxy::start(Vec::new()).await),
        };
        let mut config = Config {
            listen: ANY_PORT,
            sandbox_listen: ANY_PORT,
            metrics_listen: Some(ANY_PORT),
            data_dir: folder.path().join("data"),
            database_url,
            redis_url,
            // Tests and what they start are one crowd.
            background_niceness: 0,
            spa_dir: built_pages(),
            public_url: proxy
                .as_ref()
                .map(|proxy| format!("http://localhost:{}", proxy.address.port())),
            ..Config::default()
        };
        config.password.threads = 2;
        change(&mut config);
        if let Some(file) = Database::file_of(&config.database_url()) {
            template::sqlite(file).await;
        }
        let clock = Clock::system();
        let mut server = Self {
            clock,
            config,
            nodes: (0..count).map(|_| None).collect(),
            proxy,
            folder,
        };
        server.start_nodes().await;
        server
    }

    /// Stops and starts again on the same data.
    pub async fn restart(mut self) -> Self {
        for node in 0..self.nodes.len() {
            self.stop_node(node).await;
        }
        self.start_nodes().await;
        self
    }

    /// Stops, takes a backup back into use, and starts again.
    pub async fn restore(mut self, file: &std::path::Path) -> Self {
        for node in 0..self.nodes.len() {
            self.stop_node(node).await;
        }
        renzheng::operate::restore::from_file(&self.config, file)
            .await
            .expect("restored");
        self.start_nodes().await;
        self
    }

    async fn start_nodes(&mut self) {
        for node in 0..self.nodes.len() {
            self.start_node(node).await;
        }
        self.share();
    }

    /// Stops one node, as SIGTERM does.
    pub async fn stop_node(&mut self, node: usize) {
        if let Some(server) = self.nodes[node].take() {
            server.stop().await;
        }
    }

    /// Stops one node; the proxy leaves it out once `seen` has ended.
    pub async fn stop_node_seen(&mut self, node: usize, seen: impl Future<Output = ()>) {
        let Some(server) = self.nodes[node].take() else {
            return;
        };
        let stopped = server.stop();
        let left_out = async {
            seen.await;
            self.share();
        };
        tokio::join!(stopped, left_out);
    }

    /// Starts one node. All but the first use the first one's sandbox.
    pub async fn start_node(&mut self, node: usize) {
        let mut config = self.config.clone();
        let sandbox = self.nodes.iter().flatten().next().map(|first| {
            let addresses = &first.addresses;
            addresses.sandbox.zip(addresses.sandbox_smtp)
        });
        if let Some(Some((http, smtp))) = sandbox {
            config.sandbox_at = Some(SandboxAt { http, smtp });
        }
        let server = Server::start(config, self.clock.clone())
            .await
            .expect("the server starts");
        self.nodes[node] = Some(server);
    }

    /// Has the proxy go round all nodes that run.
    pub fn share(&self) {
        let Some(proxy) = &self.proxy else { return };
        let running = self.nodes.iter().flatten();
        proxy.share_among(running.map(|node| node.addresses.app).collect());
    }

    /// A client that is nobody yet.
    pub fn client(&self) -> Client {
        match self.proxy {
            Some(_) => Client::reconnecting(self.url(), self.sandbox_url()),
            None => Client::new(self.url(), self.sandbox_url()),
        }
    }

    /// A client of one node.
    pub fn client_of(&self, node: usize) -> Client {
        let port = self.node(node).addresses.app.port();
        Client::new(format!("http://127.0.0.1:{port}"), self.sandbox_url())
    }

    /// A node that runs.
    pub fn node(&self, node: usize) -> &Server {
        self.nodes[node].as_ref().expect("it runs")
    }

    fn any_node(&self) -> &Server {
        self.nodes.iter().flatten().next().expect("one runs")
    }

    pub fn app(&self) -> &App {
        self.any_node().app()
    }

    /// Every node reads signing keys again, as each does every few seconds.
    pub async fn read_keys(&self) {
        for node in self.nodes.iter().flatten() {
            node.app().signing.reload().await.expect("keys");
        }
    }

    pub fn url(&self) -> String {
        let port = match &self.proxy {
            Some(proxy) => proxy.address.port(),
            None => self.node(0).addresses.app.port(),
        };
        format!("http://127.0.0.1:{port}")
    }

    pub fn sandbox_url(&self) -> String {
        let address = self.any_node().addresses.sandbox.expect("a sandbox");
        format!("http://127.0.0.1:{}", address.port())
    }

    pub fn metrics_url(&self) -> String {
        let address = self.any_node().addresses.metrics.expect("metrics");
        format!("http://127.0.0.1:{}/metrics", address.port())
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// Whether this run of the tests is the one for PostgreSQL (`TEST_DATABASE=postgres`).
pub fn on_postgres() -> bool {
    std::env::var("TEST_DATABASE").is_ok_and(|name| name == "postgres")
}

/// A URL whose address is replaced by what `proxy` makes of it.
pub fn through(url: &str, proxy: impl FnOnce(SocketAddr) -> SocketAddr) -> String {
    let (start, rest) = url.split_once("://").expect("a URL");
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, address) = host.rsplit_once('@').unwrap_or(("", host));
    let address = proxy(address.parse().expect("an address"));
    match user {
        "" => format!("{start}://{address}/{path}"),
        user => format!("{start}://{user}@{address}/{path}"),
    }
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
