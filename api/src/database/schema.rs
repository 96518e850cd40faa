//! Bringing the schema up to date while other nodes serve: of nodes that start together one migrates, no lock on a
//! table is waited for longer than a second, and a program may be older than the schema.

use std::time::Duration;

use anyhow::{Context, ensure};
use renzheng_migrations::{Migrator, MigratorTrait, SchemaManager};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use super::{Database, is_outage};

/// Takes the advisory lock that the migrating node holds, or tells that another does. Who waited inside the database
/// would hold a snapshot, and indexes that are made beside writers wait for those.
const LOCK: &str = "SELECT pg_try_advisory_lock(7251982003) AS taken";
/// While a statement waits for a table, everyone behind it waits too: give up and let them through, then try again.
const LOCK_WITHIN: &str = "1000";
/// Ten minutes: a node that starts waits for the one that makes indexes on a large table.
const TRIES: u32 = 1200;
const BETWEEN_TRIES: Duration = Duration::from_millis(500);
const TABLE: &str = "seaql_migrations";

/// How the schema stands to this program.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SchemaState {
    /// Steps that this program knows and the database has not taken.
    pub pending: Vec<String>,
    /// Steps that the database has taken and this program does not know: a newer one was here.
    pub unknown: Vec<String>,
}

impl Database {
    /// How the schema stands.
    pub async fn schema(&self) -> anyhow::Result<SchemaState> {
        state(&self.write).await.context("database schema")
    }

    /// Brings the schema up to date. A schema that is newer than this program is left as it is: steps only ever add,
    /// so the older program works on it, and may be rolled back to.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        let SchemaState { pending, unknown } = self.schema().await?;
        if pending.is_empty() {
            if !unknown.is_empty() {
                tracing::warn!(
                    steps = unknown.join(", "),
                    "the schema is newer than this program"
                );
            }
            return Ok(());
        }
        ensure!(
            unknown.is_empty(),
            "database migration: the schema has steps of another version ({}) and lacks {}",
            unknown.join(", "),
            pending.join(", ")
        );
        if self.backend() != DbBackend::Postgres {
            let migrated = Migrator::up(&self.write, None).await;
            return migrated.context("database migration");
        }
        let connection = sea_orm::Database::connect(options(&self.url)).await?;
        let migrated = one_at_a_time(&connection).await;
        // Also lets go of the lock.
        connection.close().await?;
        migrated.context("database migration")
    }
}

/// One connection, so that the lock and the steps are in one session. Steps may take long; waiting may not.
fn options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(5))
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(|options| {
            options
                .application_name("renzheng migration")
                .options([("lock_timeout", LOCK_WITHIN), ("statement_timeout", "0")])
        });
    options
}

async fn one_at_a_time(connection: &DatabaseConnection) -> Result<(), DbErr> {
    for _ in 0..TRIES {
        let mine = match take_lock(connection).await {
            Ok(true) => Migrator::up(connection, None).await,
            Ok(false) => {
                tokio::time::sleep(BETWEEN_TRIES).await;
                continue;
            }
            Err(error) => Err(error),
        };
        match mine {
            Err(error) if is_outage(&error) => {
                tracing::info!(%error, "a step waits for a table");
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            ended => return ended,
        }
    }
    Err(DbErr::Custom("another node has not finished".into()))
}

async fn take_lock(connection: &DatabaseConnection) -> Result<bool, DbErr> {
    let lock = Statement::from_string(connection.get_database_backend(), LOCK);
    let row = connection.query_one_raw(lock).await?;
    row.map_or(Ok(false), |row| row.try_get("", "taken"))
}

async fn state(connection: &DatabaseConnection) -> anyhow::Result<SchemaState> {
    let known: Vec<String> = Migrator::migrations()
        .iter()
        .map(|step| step.name().to_owned())
        .collect();
    if !SchemaManager::new(connection).has_table(TABLE).await? {
        return Ok(SchemaState {
            pending: known,
            unknown: Vec::new(),
        });
    }
    let backend = connection.get_database_backend();
    let applied = Statement::from_string(backend, format!("SELECT version FROM {TABLE}"));
    let rows = connection.query_all_raw(applied).await?;
    let applied = rows
        .iter()
        .map(|row| row.try_get::<String>("", "version"))
        .collect::<Result<Vec<_>, _>>()?;
    let missing = |from: &[String], of: &[String]| -> Vec<String> {
        let missing = of.iter().filter(|name| !from.contains(name));
        missing.cloned().collect()
    };
    Ok(SchemaState {
        pending: missing(&applied, &known),
        unknown: missing(&known, &applied),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // D16
    #[tokio::test]
    async fn an_older_program_serves_on_a_newer_schema() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("a.db").display());
        let database = Database::connect(&url).await.unwrap();
        let steps = Migrator::migrations().len();
        assert_eq!(database.schema().await.unwrap().pending.len(), steps);
        database.migrate().await.unwrap();
        assert_eq!(database.schema().await.unwrap(), SchemaState::default());
        let later = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m2999_later', 0)";
        database.write().execute_unprepared(later).await.unwrap();
        database.migrate().await.expect("nothing to do");
        let gone = "DELETE FROM seaql_migrations WHERE version LIKE '%_device'";
        database.write().execute_unprepared(gone).await.unwrap();
        let error = database.migrate().await.unwrap_err().to_string();
        assert!(
            error.contains("m2999_later") && error.contains("_device"),
            "{error}"
        );
    }
}
