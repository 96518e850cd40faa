//! Redis servers of a test's own: one, a master with a replica that a sentinel watches, a cluster.

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::process::free_port;

/// How many keys a cluster is divided by.
const SLOTS: usize = 16_384;

/// One server; it ends with the test.
pub struct Redis {
    child: Child,
    pub port: u16,
    _folder: TempDir,
}

impl Redis {
    /// A server that keeps nothing. `None` where Redis is not installed.
    pub async fn start() -> Option<Self> {
        Self::with(&[]).await
    }

    async fn with(options: &[&str]) -> Option<Self> {
        let port = free_port();
        let port_text = port.to_string();
        let fixed = ["--port", &port_text, "--save", "", "--appendonly", "no"];
        let all = [&fixed, options].concat();
        Self::run(port, |_| all.into_iter().map(String::from).collect()).await
    }

    /// Runs `redis-server` in a folder of its own and waits until it answers.
    async fn run(port: u16, arguments: impl FnOnce(PathBuf) -> Vec<String>) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let child = Command::new("redis-server")
            .args(arguments(folder.path().to_owned()))
            .args(["--bind", "127.0.0.1", "--dir"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .ok()?;
        let server = Self {
            child,
            port,
            _folder: folder,
        };
        server.until(&["PING"], "PONG").await;
        Some(server)
    }

    /// What it answers.
    pub fn ask(&self, command: &[&str]) -> String {
        let output = Command::new("redis-cli")
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args(command)
            .output()
            .expect("redis-cli runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Waits for an answer.
    pub async fn until(&self, command: &[&str], answer: &str) {
        let begun = Instant::now();
        while !self.ask(command).contains(answer) {
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "{command:?} never says {answer}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A master, its replica, and a sentinel that puts the replica in its place when it is gone.
pub struct Watched {
    pub master: Redis,
    pub replica: Redis,
    sentinel: Redis,
}

impl Watched {
    pub async fn start() -> Option<Self> {
        let at_once = ["--repl-diskless-sync-delay", "0"];
        let master = Redis::with(&at_once).await?;
        let port = master.port.to_string();
        let of = ["--replicaof", "127.0.0.1", &port];
        let replica = Redis::with(&[&at_once[..], &of].concat()).await?;
        // The sentinel looks for replicas when it starts, and then only every ten seconds.
        master.until(&["INFO", "replication"], "state=online").await;
        let watching = free_port();
        let sentinel = Redis::run(watching, |folder| {
            let file = folder.join("sentinel.conf");
            let settings = format!(
                "port {watching}\nsentinel monitor mymaster 127.0.0.1 {port} 1\n\
                 sentinel down-after-milliseconds mymaster 500\nsentinel failover-timeout mymaster 4000\n"
            );
            std::fs::write(&file, settings).expect("its settings");
            vec![file.display().to_string(), "--sentinel".into()]
        })
        .await?;
        let replicas = ["SENTINEL", "replicas", "mymaster"];
        sentinel.until(&replicas, &replica.port.to_string()).await;
        Some(Self {
            master,
            replica,
            sentinel,
        })
    }

    /// Names a sentinel that is gone, too.
    pub fn url(&self) -> String {
        let (gone, port) = (free_port(), self.sentinel.port);
        format!("redis+sentinel://127.0.0.1:{gone},127.0.0.1:{port}/mymaster")
    }

    /// Waits until the replica has what the master has now: what is written later comes later.
    pub async fn has_all(&self) {
        self.master.ask(&["SET", "mark", "here"]);
        self.replica.until(&["GET", "mark"], "here").await;
    }

    /// Kills the master, and waits until the replica is in its place.
    pub async fn fail_over(&mut self) {
        self.master.kill();
        self.replica
            .until(&["INFO", "replication"], "role:master")
            .await;
    }
}

/// Three masters, each with a third of the keys.
pub struct Cluster(Vec<Redis>);

impl Cluster {
    pub async fn start() -> Option<Self> {
        const NODES: usize = 3;
        let mut nodes: Vec<Redis> = Vec::new();
        for number in 0..NODES {
            let (bus, epoch) = (free_port().to_string(), (number + 1).to_string());
            let node = Redis::with(&["--cluster-enabled", "yes", "--cluster-port", &bus]).await?;
            let (first, last) = (SLOTS * number / NODES, SLOTS * (number + 1) / NODES - 1);
            let slots = [
                "CLUSTER",
                "ADDSLOTSRANGE",
                &first.to_string(),
                &last.to_string(),
            ];
            assert!(node.ask(&slots).contains("OK"));
            node.ask(&["CLUSTER", "SET-CONFIG-EPOCH", &epoch]);
            if let Some(first) = nodes.first() {
                let port = node.port.to_string();
                let meet = ["CLUSTER", "MEET", "127.0.0.1", &port, &bus];
                assert!(first.ask(&meet).contains("OK"));
            }
            nodes.push(node);
        }
        for node in &nodes {
            node.until(&["CLUSTER", "INFO"], "cluster_state:ok").await;
            node.until(&["CLUSTER", "INFO"], "cluster_known_nodes:3")
                .await;
        }
        Some(Self(nodes))
    }

    /// Names two of them.
    pub fn url(&self) -> String {
        let ports = (self.0[1].port, self.0[2].port);
        format!(
            "redis+cluster://127.0.0.1:{},127.0.0.1:{}",
            ports.0, ports.1
        )
    }

    /// How many keys each node has.
    pub fn sizes(&self) -> Vec<usize> {
        let sizes = self.0.iter().map(|node| node.ask(&["DBSIZE"]));
        sizes
            .map(|size| size.trim().parse().expect("a number"))
            .collect()
    }

    /// Kills one of them.
    pub fn kill(&mut self, node: usize) {
        self.0[node].kill();
    }
}
