//! A replica, for what is read to be looked at and may be some seconds old: statistics, the trail, the walk of its chain.
//! Nothing that decides is read from it. While it is away, or further behind than allowed, the primary answers.

use std::{
    future::Future,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use super::{Database, is_outage, postgres_options};

const REPLICA_CONNECTIONS: u32 = 8;
/// Not to be used, or not measured yet.
const AWAY: i64 = i64::MAX;

#[derive(Clone)]
pub(super) struct Replica {
    connection: DatabaseConnection,
    limit: i64,
    /// Milliseconds behind the primary, as last measured.
    behind: Arc<AtomicI64>,
}

/// What a query runs on that may answer as of some seconds ago: the replica, or the primary in its place.
pub struct Lagging(DatabaseConnection);

impl Deref for Lagging {
    type Target = DatabaseConnection;

    fn deref(&self) -> &DatabaseConnection {
        &self.0
    }
}

impl Database {
    /// Reads what may be old from the replica at `url` as long as it is not more than `limit` behind. It need not be there
    /// now.
    pub async fn with_replica(mut self, url: &str, limit: Duration) -> anyhow::Result<Self> {
        let mut options = postgres_options(url);
        options
            .max_connections(REPLICA_CONNECTIONS)
            .min_connections(0)
            .connect_lazy(true);
        self.replica = Some(Replica {
            connection: sea_orm::Database::connect(options).await?,
            limit: i64::try_from(limit.as_millis())?,
            behind: Arc::new(AtomicI64::new(AWAY)),
        });
        Ok(self)
    }

    /// Does `work`, which only reads, on the replica; on the primary where there is none that is near enough, or when it
    /// went away meanwhile.
    pub async fn lagging<T, F>(&self, work: impl Fn(Lagging) -> F) -> anyhow::Result<T>
    where
        F: Future<Output = anyhow::Result<T>>,
    {
        if let Some(replica) = self.replica.as_ref().filter(|replica| replica.is_near()) {
            match work(Lagging(replica.connection.clone())).await {
                Err(error) if error.downcast_ref().is_some_and(is_outage) => {
                    tracing::warn!(
                        error = format!("{error:#}"),
                        "the replica does not answer; the primary does"
                    );
                    replica.behind.store(AWAY, Ordering::Relaxed);
                }
                done => return done,
            }
        }
        work(Lagging(self.read.clone())).await
    }

    /// Measures how far the replica is behind; `None` without one. Until the next time that decides who is asked.
    pub async fn measure_replica(&self) -> Option<anyhow::Result<Duration>> {
        let replica = self.replica.as_ref()?;
        let behind = replica.measure(&self.read).await;
        let was_near = replica.is_near();
        let measured = *behind.as_ref().unwrap_or(&AWAY);
        replica.behind.store(measured, Ordering::Relaxed);
        match (was_near, replica.is_near()) {
            (true, false) => tracing::warn!("the replica is away or far behind; not asked"),
            (false, true) => tracing::info!("the replica is near; asked"),
            _ => {}
        }
        Some(behind.map(|millis| Duration::from_millis(u64::try_from(millis).unwrap_or(0))))
    }

    /// Whether the replica is asked, where there is one.
    pub fn asks_replica(&self) -> bool {
        self.replica.as_ref().is_some_and(Replica::is_near)
    }

    pub(super) async fn close_replica(&mut self) -> Result<(), DbErr> {
        match self.replica.take() {
            Some(replica) => replica.connection.close().await,
            None => Ok(()),
        }
    }
}

impl Replica {
    fn is_near(&self) -> bool {
        self.behind.load(Ordering::Relaxed) <= self.limit
    }

    /// Milliseconds. Where everything was replayed that the primary had written a moment ago, none; else as long as the
    /// last transaction that was replayed is ago. So neither does a quiet primary look like a replica that is behind, nor one
    /// that gets nothing any more like one that has everything.
    async fn measure(&self, primary: &DatabaseConnection) -> anyhow::Result<i64> {
        let written = Statement::from_string(
            DbBackend::Postgres,
            "SELECT pg_current_wal_lsn()::text AS written",
        );
        // While the primary is away, the replica answers on for as long as its last transaction is near enough.
        let written: Option<String> = match primary.query_one_raw(written).await {
            Ok(Some(row)) => row.try_get("", "written")?,
            _ => None,
        };
        let measure = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_is_in_recovery() AS replica, \
             coalesce(pg_last_wal_replay_lsn() >= $1::text::pg_lsn, false) AS whole, \
             (extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::bigint AS behind",
            [written.into()],
        );
        let row = self.connection.query_one_raw(measure).await?;
        let row = row.context("no answer")?;
        anyhow::ensure!(row.try_get::<bool>("", "replica")?, "it is not a replica");
        if row.try_get("", "whole")? {
            return Ok(0);
        }
        let behind: Option<i64> = row.try_get("", "behind")?;
        Ok(behind.context("nothing was replayed yet")?.max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_a_replica_the_primary_answers() {
        let database = Database::connect("sqlite::memory:").await.unwrap();
        assert!(database.measure_replica().await.is_none());
        assert!(!database.asks_replica());
        let answer = database
            .lagging(|on| async move { Ok(on.query_one_raw(one()).await?.is_some()) })
            .await;
        assert!(answer.unwrap());
    }

    fn one() -> Statement {
        Statement::from_string(DbBackend::Sqlite, "SELECT 1")
    }
}
