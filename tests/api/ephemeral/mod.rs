//! One suite for every store: SQLite always, PostgreSQL and Redis where the environment names one.

mod suite;

use std::{future::Future, time::Duration};

use renzheng::{
    clock::Clock,
    database::Database,
    ephemeral::{Ephemeral, Window},
};
use renzheng_migrations::{Migrator, MigratorTrait};
use renzheng_tests::{
    redis::{Cluster, Watched},
    server, template,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use self::suite::{competes_for_the_last_place, purges, suite};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// A store, its clock, and a prefix for keys that no other test uses.
#[derive(Clone)]
struct Bench {
    store: Ephemeral,
    clock: Clock,
    prefix: String,
}

impl Bench {
    fn new(store: Ephemeral, clock: Clock) -> Self {
        let prefix = Uuid::now_v7().to_string();
        Self {
            store,
            clock,
            prefix,
        }
    }

    /// Waits until it does, for at most five seconds; until then it says that it is out of reach.
    async fn answers_again(&self) {
        let begun = std::time::Instant::now();
        while let Err(error) = self.store.counted("nothing").await {
            assert!(renzheng::ephemeral::is_outage(&error), "{error:#}");
            assert!(begun.elapsed() < Duration::from_secs(5), "{error:#}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }

    fn window(&self, name: &str, length: Duration, limit: u64) -> Window {
        Window {
            key: self.key(name),
            length,
            limit,
        }
    }
}

/// How many of `n` parallel calls answered yes.
async fn winners<F, Fut>(n: usize, call: F) -> usize
where
    F: Fn() -> Fut,
    Fut: Future<Output = bool> + Send + 'static,
{
    let mut calls = JoinSet::new();
    for _ in 0..n {
        calls.spawn(call());
    }
    calls
        .join_all()
        .await
        .into_iter()
        .filter(|won| *won)
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    in_a_database(&url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres() {
    let Some(url) = template::postgres().await else {
        return eprintln!("skipped: TEST_POSTGRES_URL is not set");
    };
    in_a_database(&url).await;
}

async fn in_a_database(url: &str) {
    let db = Database::connect(url).await.unwrap();
    db.migrate().await.unwrap();
    let clock = Clock::system();
    let bench = Bench::new(Ephemeral::sql(db.clone(), clock.clone()), clock);
    suite(&bench).await;
    purges(&bench).await;
    Migrator::down(db.write(), None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn redis() {
    let Ok(url) = std::env::var("TEST_REDIS_URL") else {
        return eprintln!("skipped: TEST_REDIS_URL is not set");
    };
    let clock = Clock::system();
    let store = Ephemeral::redis(&url, "test".into(), clock.clone())
        .await
        .unwrap();
    suite(&Bench::new(store, clock)).await;
}

/// On a store in Redis, in the run of the tests that is for PostgreSQL.
async fn in_redis(url: &str) -> Bench {
    let clock = Clock::system();
    let store = Ephemeral::redis(url, "test".into(), clock.clone()).await;
    Bench::new(store.unwrap(), clock)
}

#[tokio::test(flavor = "multi_thread")]
async fn sentinels() {
    if !server::on_postgres() {
        return eprintln!("skipped: not the run for PostgreSQL");
    }
    let Some(mut watched) = Watched::start().await else {
        return eprintln!("skipped: redis-server is not installed");
    };
    let bench = in_redis(&watched.url()).await;
    suite(&bench).await;
    let (ticket, windows) = (bench.key("ticket"), [bench.window("window", HOUR, 2)]);
    bench.store.put(&ticket, b"kept", HOUR).await.unwrap();
    bench.store.count(&windows).await.unwrap().unwrap();
    watched.has_all().await;
    watched.fail_over().await;
    bench.answers_again().await;
    assert_eq!(bench.store.take(&ticket).await.unwrap().unwrap(), b"kept");
    bench.store.count(&windows).await.unwrap().unwrap();
    let full = bench.store.count(&windows).await.unwrap();
    assert!(full.is_err(), "what was counted before counts still");
    // With other keys: those of before count still.
    let bench = Bench {
        prefix: Uuid::now_v7().to_string(),
        ..bench
    };
    suite(&bench).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cluster() {
    if !server::on_postgres() {
        return eprintln!("skipped: not the run for PostgreSQL");
    }
    let Some(mut cluster) = Cluster::start().await else {
        return eprintln!("skipped: redis-server is not installed");
    };
    let bench = &in_redis(&cluster.url()).await;
    suite(bench).await;
    competes_for_the_last_place(bench).await;
    for number in 0..30 {
        let key = bench.key(&format!("spread {number}"));
        bench.store.put(&key, b"", HOUR).await.unwrap();
        let window = [bench.window(&format!("spread {number}"), HOUR, 1)];
        bench.store.count(&window).await.unwrap().unwrap();
    }
    let sizes = cluster.sizes();
    assert!(sizes.iter().all(|size| *size > 5), "{sizes:?}");

    // A third of the keys is out of reach: what stands on them fails, as something that passes.
    cluster.kill(0);
    let counts = (0..30).map(|number| {
        let window = [bench.window(&format!("spread {number}"), HOUR, 1)];
        async move { bench.store.count(&window).await }
    });
    let counts = futures_util::future::join_all(counts).await;
    let passed = counts.iter().filter(|count| matches!(count, Ok(Ok(()))));
    assert_eq!(passed.count(), 0, "a full window is counted on");
    let errors: Vec<_> = counts.into_iter().filter_map(Result::err).collect();
    assert!(!errors.is_empty());
    for error in errors {
        assert!(renzheng::ephemeral::is_outage(&error), "{error:#}");
    }
}
