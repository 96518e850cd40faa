//! Codes, tickets and counters: put, take once, count in a window.
//!
//! Everything here lapses by itself. Keys are text made by the caller (`"sms-code:…"`); a caller with personal data
//! puts its keyed hash in the key, never the data. Times come from the [`Clock`], as epoch milliseconds, so that a moved
//! clock lets things lapse. Whatever must happen once (taking a ticket, using up a try, counting) is one atomic
//! statement, so that any number of requests on any number of nodes have one winner.

mod redis;
mod sql;

use std::{collections::BTreeSet, time::Duration};

use crate::{
    clock::Clock,
    database::{Database, Transaction},
};
use anyhow::ensure;

/// How many things may happen in how long. The window starts with the first and ends `length` later. One of up to a second
/// may be known to [`Ephemeral::count`] alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub key: String,
    pub length: Duration,
    /// The most that pass; 0 lets nothing pass.
    pub limit: u64,
}

/// Too many in some window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the limit is reached, retry after {retry_after:?}")]
pub struct Exceeded {
    /// Until the last of the full windows ends.
    pub retry_after: Duration,
}

/// The store of short-lived things, in the database or in Redis.
#[derive(Clone)]
pub struct Ephemeral {
    clock: Clock,
    store: Store,
}

#[derive(Clone)]
enum Store {
    Sql(sql::Sql),
    Redis(redis::Redis),
}

/// Calls the same method of whichever store it is.
macro_rules! on_store {
    ($self:ident, $store:ident => $call:expr) => {
        match &$self.store {
            Store::Sql($store) => $call.await,
            Store::Redis($store) => $call.await,
        }
    };
}

impl Ephemeral {
    /// In the tables `ephemeral` and `counter`.
    pub fn sql(db: Database, clock: Clock) -> Self {
        let store = Store::Sql(sql::Sql::new(db));
        Self { clock, store }
    }

    /// In Redis: one server (`redis://…`), the master that sentinels name (`redis+sentinel://…`) or a cluster
    /// (`redis+cluster://…`); `rediss…` for TLS. The connection heals itself; while it is down every method fails.
    /// Keys begin with `namespace`: one deployment's are not another's.
    pub async fn redis(url: &str, namespace: String, clock: Clock) -> anyhow::Result<Self> {
        let store = Store::Redis(redis::Redis::connect(url, namespace).await?);
        Ok(Self { clock, store })
    }

    /// Keeps `value` under `key` for `ttl`, instead of what was there.
    pub async fn put(&self, key: &str, value: &[u8], ttl: Duration) -> anyhow::Result<()> {
        let (now, expires) = self.span(ttl);
        on_store!(self, store => store.put(key, value, now, expires))
    }

    /// [`put`](Self::put), where the store is the database as a part of `transaction`.
    pub async fn put_in(
        &self,
        transaction: &Transaction,
        key: &str,
        value: &[u8],
        ttl: Duration,
    ) -> anyhow::Result<()> {
        let (now, expires) = self.span(ttl);
        match &self.store {
            Store::Sql(_) => sql::put(transaction, key, value, expires).await,
            Store::Redis(store) => store.put(key, value, now, expires).await,
        }
    }

    /// Keeps `value` only when nothing is there; tells whether it did.
    pub async fn put_new(&self, key: &str, value: &[u8], ttl: Duration) -> anyhow::Result<bool> {
        let (now, expires) = self.span(ttl);
        on_store!(self, store => store.put_new(key, value, now, expires))
    }

    pub async fn get(&self, key: &str) -> anyhow::Result<Option<Vec<u8>>> {
        on_store!(self, store => store.get(key, self.now()))
    }

    /// Removes and returns the value: of any number of callers one gets it.
    pub async fn take(&self, key: &str) -> anyhow::Result<Option<Vec<u8>>> {
        on_store!(self, store => store.take(key, self.now()))
    }

    /// Removes the value if it is `expected`; tells whether it did.
    pub async fn take_if(&self, key: &str, expected: &[u8]) -> anyhow::Result<bool> {
        on_store!(self, store => store.take_if(key, expected, self.now()))
    }

    /// Puts `new` in the place of `expected`, until the same time; tells whether it did.
    pub async fn swap(&self, key: &str, expected: &[u8], new: &[u8]) -> anyhow::Result<bool> {
        on_store!(self, store => store.swap(key, expected, new, self.now()))
    }

    /// Uses up one of `max_tries` and returns the value; nothing once they are used up. The value stays until taken.
    pub async fn try_once_more(
        &self,
        key: &str,
        max_tries: u32,
    ) -> anyhow::Result<Option<Vec<u8>>> {
        on_store!(self, store => store.try_once_more(key, max_tries, self.now()))
    }

    pub async fn remove(&self, key: &str) -> anyhow::Result<()> {
        on_store!(self, store => store.remove(key))
    }

    /// Counts one more in every window, or in none of them if any is full. Keys must differ.
    pub async fn count(&self, windows: &[Window]) -> anyhow::Result<Result<(), Exceeded>> {
        if windows.is_empty() {
            return Ok(Ok(()));
        }
        let keys: BTreeSet<_> = windows.iter().map(|window| &window.key).collect();
        ensure!(keys.len() == windows.len(), "a window is named twice");
        on_store!(self, store => store.count(windows, self.now()))
    }

    /// Takes back one from each count, for when the counted thing did not happen after all.
    pub async fn uncount<K: AsRef<str>>(&self, keys: &[K]) -> anyhow::Result<()> {
        // In one order everywhere, so that no two requests wait for each other.
        let keys: BTreeSet<&str> = keys.iter().map(AsRef::as_ref).collect();
        let keys: Vec<&str> = keys.into_iter().collect();
        if keys.is_empty() {
            return Ok(());
        }
        on_store!(self, store => store.uncount(&keys, self.now()))
    }

    /// Begins a count anew.
    pub async fn forget_count(&self, key: &str) -> anyhow::Result<()> {
        on_store!(self, store => store.forget_count(key))
    }

    /// How many were counted in the window that is open now.
    pub async fn counted(&self, key: &str) -> anyhow::Result<u64> {
        on_store!(self, store => store.counted(key, self.now()))
    }

    /// Whether the store answers, where it is not the database.
    pub async fn ping(&self) -> anyhow::Result<()> {
        match &self.store {
            Store::Sql(_) => Ok(()),
            Store::Redis(store) => store.ping().await,
        }
    }

    /// Deletes what has lapsed; returns how many. Redis does so by itself.
    pub async fn purge(&self) -> anyhow::Result<u64> {
        match &self.store {
            Store::Sql(store) => store.purge(self.now()).await,
            Store::Redis(_) => Ok(0),
        }
    }

    fn now(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }

    fn span(&self, ttl: Duration) -> (i64, i64) {
        let now = self.now();
        (now, now.saturating_add(millis(ttl)))
    }
}

/// Whether the store was out of reach; the same may work later. The database's own errors are told apart by
/// [`crate::database::is_outage`].
pub fn is_outage(error: &anyhow::Error) -> bool {
    redis::is_outage(error)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A time from now, never negative.
fn until(expires: i64, now: i64) -> Duration {
    Duration::from_millis(u64::try_from(expires.saturating_sub(now)).unwrap_or(0))
}
