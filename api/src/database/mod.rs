//! The database: embedded SQLite by default, PostgreSQL for many nodes.

mod destination;
mod outage;
mod replica;
mod schema;
mod together;
mod write;

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectOptions, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

pub use destination::destination;
pub use outage::{is_full, is_outage};
pub use replica::Lagging;
pub use schema::SchemaState;
pub use together::{LookUps, Together, broken_off, padded};
pub use write::Connection;

/// What a statement can run on: a pool, or a transaction.
pub use sea_orm::ConnectionTrait;

/// Writes that happen together or not at all.
pub type Transaction = DatabaseTransaction;

/// Two pools on one database. SQLite takes one writer at a time, so its writers queue here, fairly and without
/// spinning, while readers go on; on PostgreSQL both are the same pool.
#[derive(Clone)]
pub struct Database {
    read: DatabaseConnection,
    write: DatabaseConnection,
    writes: write::Writes,
    replica: Option<replica::Replica>,
    url: Arc<str>,
}

/// Connections of one node to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a request waits for a connection.
const ACQUIRE_WITHIN: Duration = Duration::from_secs(1);
/// A connection that nobody used for this long is tried before it is trusted.
const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// What PostgreSQL itself breaks off (milliseconds): a statement, a wait for a lock, a transaction whose node is gone.
const STATEMENT_WITHIN: &str = "2500";
const LOCK_WITHIN: &str = "1000";
const IDLE_IN_TRANSACTION: &str = "10000";

impl Database {
    /// Connects, without migrating.
    ///
    /// # Errors
    /// When the database cannot be reached or its folder cannot be made.
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        if let Some(path) = sqlite_path(url) {
            if let Some(folder) = Path::new(path).parent() {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("cannot make {}", folder.display()))?;
            }
            let write = sea_orm::Database::connect(closed_when_left_open(sqlite_options(url, 1)));
            let write = write.await?;
            let read = sea_orm::Database::connect(sqlite_options(url, 4)).await?;
            Ok(Self::of(read, write, url))
        } else {
            let pool = sea_orm::Database::connect(postgres_options(url)).await?;
            Ok(Self::of(pool.clone(), pool, url))
        }
    }

    fn of(read: DatabaseConnection, write: DatabaseConnection, url: &str) -> Self {
        Self {
            read,
            write,
            writes: write::Writes::default(),
            replica: None,
            url: url.into(),
        }
    }

    /// For queries that change nothing. What may be some seconds old is read by [`lagging`](Self::lagging).
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// For statements that change something, one at a time.
    pub fn write(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Begins a transaction that writes.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.write.begin_with_options(options).await
    }

    /// Whether it answers.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.read.ping().await
    }

    /// What time the database server has; `None` where it is the machine's own.
    pub async fn time(&self) -> anyhow::Result<Option<DateTime<Utc>>> {
        if self.backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let now = Statement::from_string(self.backend(), "SELECT clock_timestamp() AS now");
        let row = self.read.query_one_raw(now).await?;
        Ok(Some(row.context("a time")?.try_get("", "now")?))
    }

    /// Connections that are open, and how many of them are idle.
    pub fn connections(&self) -> (u32, u32) {
        if self.backend() == DbBackend::Postgres {
            let pool = self.write.get_postgres_connection_pool();
            return (pool.size(), u32::try_from(pool.num_idle()).unwrap_or(0));
        }
        let pools = [&self.read, &self.write].map(DatabaseConnection::get_sqlite_connection_pool);
        pools.iter().fold((0, 0), |(open, idle), pool| {
            let now_idle = u32::try_from(pool.num_idle()).unwrap_or(0);
            (open + pool.size(), idle + now_idle)
        })
    }

    /// The file of an embedded database.
    pub fn file(&self) -> Option<&Path> {
        Self::file_of(&self.url)
    }

    /// The file that a URL of an embedded database names.
    pub fn file_of(url: &str) -> Option<&Path> {
        sqlite_path(url).map(Path::new)
    }

    /// Closes every connection.
    pub async fn close(mut self) -> anyhow::Result<()> {
        self.close_replica().await?;
        self.read.close().await?;
        // On PostgreSQL the two are one, and closing it again does nothing.
        self.write.close().await?;
        Ok(())
    }

    /// Which engine it is.
    pub fn backend(&self) -> DbBackend {
        self.write.get_database_backend()
    }
}

/// Every wait has an end: a slow or hanging database costs one request, never the node.
fn postgres_options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(POSTGRES_CONNECTIONS)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_WITHIN)
        .test_before_acquire_if_idle_for(TRUSTED_FOR)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(|options| {
            options.application_name("renzheng").options([
                ("statement_timeout", STATEMENT_WITHIN),
                ("lock_timeout", LOCK_WITHIN),
                ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION),
            ])
        });
    options
}

fn sqlite_path(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    Some(path.split('?').next().unwrap_or(path))
}

/// WAL with `synchronous=FULL`: an answered write survives a power cut.
fn sqlite_options(url: &str, connections: u32) -> ConnectOptions {
    use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .connect_timeout(Duration::from_secs(5))
        .acquire_timeout(Duration::from_secs(5))
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(5))
                .create_if_missing(true)
        });
    options
}

/// A transaction that found no room on the disk may stay open, and whatever is written after it would be inside of it and
/// never kept: a connection that comes back in one is closed.
fn closed_when_left_open(mut options: ConnectOptions) -> ConnectOptions {
    use sea_orm::sqlx::Connection;
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.after_release(|connection, _| {
            Box::pin(async move {
                if connection.is_in_transaction() {
                    // It may be about to be undone: that comes first.
                    connection.ping().await?;
                }
                Ok(!connection.is_in_transaction())
            })
        })
    });
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_file_in_a_url() {
        assert_eq!(
            sqlite_path("sqlite://data/a.db?mode=rwc"),
            Some("data/a.db")
        );
        assert_eq!(sqlite_path("sqlite:a.db"), Some("a.db"));
        assert_eq!(sqlite_path("postgres://h/d"), None);
    }

    /// Or each look-up with a limit is planned anew at each use, see docs/decisions/0101.
    #[tokio::test]
    async fn sqlite_keeps_to_the_plans_of_prepared_statements() {
        let database = Database::connect("sqlite::memory:").await.unwrap();
        let options = Statement::from_string(database.backend(), "PRAGMA compile_options");
        let options = database.read.query_all_raw(options).await.unwrap();
        let options: Vec<String> = options
            .iter()
            .map(|row| row.try_get("", "compile_options").unwrap())
            .collect();
        for wanted in ["ENABLE_QPSG", "DEFAULT_MEMSTATUS=0"] {
            assert!(
                options.iter().any(|option| option == wanted),
                "{wanted}: {options:?}"
            );
        }
        assert!(
            !options
                .iter()
                .any(|option| option == "ENABLE_MEMORY_MANAGEMENT")
        );
    }
}
