//! Real processes, for a kill is not to be had inside of this one.

use std::path::PathBuf;

use renzheng_tests::{
    Proxy,
    process::{Process, free_port},
    server, template,
};

use super::*;

/// Three processes on one database, and a proxy that goes round them.
pub struct Cluster {
    pub processes: Vec<Process>,
    pub proxy: Proxy,
    _folder: tempfile::TempDir,
}

impl Cluster {
    pub async fn start() -> Option<Self> {
        if !server::on_postgres() {
            return None;
        }
        let database = template::postgres().await?;
        let redis = std::env::var("TEST_REDIS_URL").ok()?;
        let folder = tempfile::tempdir().expect("a folder");
        let proxy = Proxy::start(Vec::new()).await;
        let (sandbox, smtp) = (free_port(), free_port());
        let mut processes = Vec::new();
        for node in 0..NODES {
            let mut variables = vec![
                ("RENZHENG_DATABASE_URL", database.clone()),
                ("RENZHENG_REDIS_URL", redis.clone()),
                (
                    "RENZHENG_PUBLIC_URL",
                    format!("http://localhost:{}", proxy.address.port()),
                ),
            ];
            let smtp = format!("127.0.0.1:{smtp}");
            if node == 0 {
                variables.push(("RENZHENG_SANDBOX_SMTP_LISTEN", smtp));
            } else {
                let http = format!("127.0.0.1:{sandbox}");
                variables.push(("RENZHENG_SANDBOX_AT__HTTP", http));
                variables.push(("RENZHENG_SANDBOX_AT__SMTP", smtp));
            }
            let data: PathBuf = folder.path().join("data");
            let started = tokio::task::spawn_blocking(move || {
                let variables: Vec<_> = variables
                    .iter()
                    .map(|(name, value)| (*name, value.as_str()))
                    .collect();
                Process::with(&data, sandbox, &variables)
            });
            processes.push(started.await.expect("it starts"));
        }
        let cluster = Self {
            processes,
            proxy,
            _folder: folder,
        };
        cluster.share_without(NODES);
        Some(cluster)
    }

    pub fn share_without(&self, left_out: usize) {
        let nodes = self.processes.iter().enumerate();
        let shared = nodes.filter(|(node, _)| *node != left_out);
        let addresses = shared.map(|(_, process)| {
            let address = process.url.trim_start_matches("http://");
            address.parse().expect("an address")
        });
        self.proxy.share_among(addresses.collect());
    }

    pub fn client(&self) -> Client {
        let url = format!("http://127.0.0.1:{}", self.proxy.address.port());
        Client::reconnecting(url, self.processes[0].sandbox_url.clone())
    }
}

// D1, D13
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_node_loses_nothing_that_was_answered() {
    let Some(mut cluster) = Cluster::start().await else {
        return;
    };
    let client = cluster.client();
    let (stop, answered) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
    let mut writers = Vec::new();
    for number in 1..=6 {
        let person = client.registered(&phone(number)).await;
        let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
        writers.push(tokio::spawn(async move {
            let (mut sent, mut kept, mut lost) = (0, 0, Vec::new());
            while !stop.load(Ordering::Relaxed) {
                sent += 1;
                let name = json!({"nickname": format!("第{sent}次")});
                match person.try_send(Method::PATCH, "/me", Some(name)).await {
                    Ok(answer) => {
                        answer.ok(200);
                        kept = sent;
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                    // On its way to, or from, the node that was killed.
                    Err(_) => lost.push(sent),
                }
            }
            (person, kept, lost)
        }));
    }
    let wait_for = async |count: usize| {
        while answered.load(Ordering::Relaxed) < count {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    wait_for(60).await;
    cluster.processes[1].kill();
    tokio::time::sleep(Duration::from_millis(100)).await;
    cluster.share_without(1);
    let before = answered.load(Ordering::Relaxed);
    wait_for(before + 60).await;
    stop.store(true, Ordering::Relaxed);
    let mut failed = 0;
    for writer in writers {
        let (person, kept, lost) = writer.await.expect("no refusal");
        let name = person.get("/me").await.ok(200)["nickname"].clone();
        let found: usize = name
            .as_str()
            .and_then(|name| name.strip_prefix('第')?.strip_suffix('次')?.parse().ok())
            .expect("a number");
        // Later than the last answer there may be one whose answer was lost. And the one that was on its way when the
        // node was killed may have been done whenever the database came to it; those after it reached nobody.
        let on_its_way = lost.first();
        assert!(
            found == kept || found > kept && lost.contains(&found) || Some(&found) == on_its_way,
            "{found}: {kept} answered, {lost:?} not"
        );
        failed += lost.len();
    }
    println!("{failed} without an answer");
    let writes = answered.load(Ordering::Relaxed);
    Counted::whole("D13 `kill -9` of one of three nodes", 1, writes).hold("PostgreSQL, Redis");
}
