//! The store in Redis: one hash per value (`v`alue, `t`ries, e`x`piry), one per counter (`h`its, e`x`piry).
//!
//! Whether something has lapsed is decided by the expiry in the hash; `PEXPIRE` only cleans up. Every change is one
//! Lua script, which Redis runs atomically. Only counting touches several keys: see [`Redis::count`] for what it does
//! where they are on different nodes of a cluster.

mod address;
mod link;
mod master;
mod scripts;

use std::sync::Arc;

use anyhow::Context;
use redis::{ErrorKind, FromRedisValue, ServerErrorKind, ToRedisArgs, cmd};

use super::{Exceeded, Window, millis, until};
use link::Link;
use scripts::{Script, Scripts};

pub(super) use link::is_outage;

/// Kept this much longer than the expiry (milliseconds), so that a clock a little behind still sees it.
const CLEANUP_SLACK: i64 = 60_000;
/// The longest Redis keeps anything (milliseconds): ten years.
const CLEANUP_LIMIT: i64 = 315_360_000_000;

#[derive(Clone)]
pub(super) struct Redis {
    link: Link,
    scripts: Arc<Scripts>,
    /// Before every key, so that several deployments may share a Redis.
    namespace: String,
}

impl Redis {
    pub(super) async fn connect(url: &str, namespace: String) -> anyhow::Result<Self> {
        Ok(Self {
            link: Link::connect(url).await?,
            scripts: Arc::new(Scripts::new()),
            namespace,
        })
    }

    pub(super) async fn put(
        &self,
        key: &str,
        value: &[u8],
        now: i64,
        expires: i64,
    ) -> anyhow::Result<()> {
        let arguments = (now, value, expires, cleanup(expires - now));
        let _: i64 = self
            .run(&self.scripts.put, &[self.value_key(key)], arguments)
            .await?;
        Ok(())
    }

    pub(super) async fn put_new(
        &self,
        key: &str,
        value: &[u8],
        now: i64,
        expires: i64,
    ) -> anyhow::Result<bool> {
        let arguments = (now, value, expires, cleanup(expires - now));
        self.run(&self.scripts.put_new, &[self.value_key(key)], arguments)
            .await
    }

    pub(super) async fn get(&self, key: &str, now: i64) -> anyhow::Result<Option<Vec<u8>>> {
        self.run(&self.scripts.get, &[self.value_key(key)], now)
            .await
    }

    pub(super) async fn take(&self, key: &str, now: i64) -> anyhow::Result<Option<Vec<u8>>> {
        self.run(&self.scripts.take, &[self.value_key(key)], now)
            .await
    }

    pub(super) async fn take_if(
        &self,
        key: &str,
        expected: &[u8],
        now: i64,
    ) -> anyhow::Result<bool> {
        self.run(
            &self.scripts.take_if,
            &[self.value_key(key)],
            (now, expected),
        )
        .await
    }

    pub(super) async fn swap(
        &self,
        key: &str,
        expected: &[u8],
        new: &[u8],
        now: i64,
    ) -> anyhow::Result<bool> {
        self.run(
            &self.scripts.swap,
            &[self.value_key(key)],
            (now, expected, new),
        )
        .await
    }

    pub(super) async fn try_once_more(
        &self,
        key: &str,
        max_tries: u32,
        now: i64,
    ) -> anyhow::Result<Option<Vec<u8>>> {
        let script = &self.scripts.try_once_more;
        self.run(script, &[self.value_key(key)], (now, max_tries))
            .await
    }

    pub(super) async fn remove(&self, key: &str) -> anyhow::Result<()> {
        let nothing: &[i64] = &[];
        let _: i64 = self
            .run(&self.scripts.remove, &[self.value_key(key)], nothing)
            .await?;
        Ok(())
    }

    /// In one script where that may touch all the keys. Within a cluster the counters are spread over the nodes, each
    /// is counted by itself, and those that were are taken back when a later one is full: no limit is ever passed, and at
    /// worst one is reached a little early. All callers go in the same order, so that of those who compete for the last
    /// place one gets it.
    pub(super) async fn count(
        &self,
        windows: &[Window],
        now: i64,
    ) -> anyhow::Result<Result<(), Exceeded>> {
        let full = match self.link.keeps_all_keys_together() {
            true => self.run_on(&self.scripts.count, windows, now).await?,
            false => self.count_each(windows, now).await?,
        };
        Ok(match full {
            0 => Ok(()),
            expires => Err(Exceeded {
                retry_after: until(expires, now),
            }),
        })
    }

    /// The latest expiry of a full window, or 0 when all were counted.
    async fn count_each(&self, windows: &[Window], now: i64) -> anyhow::Result<i64> {
        let mut windows: Vec<&Window> = windows.iter().collect();
        windows.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        let mut counted = Vec::new();
        let mut full = 0;
        for window in windows {
            let script = match full {
                0 => &self.scripts.count,
                _ => &self.scripts.full,
            };
            match self.run_on(script, std::slice::from_ref(window), now).await {
                Ok(0) if full == 0 => counted.push(window.key.as_str()),
                Ok(expires) => full = full.max(expires),
                Err(error) => {
                    // It may be just as far out of reach: then the count stays, and the limit is met earlier.
                    let _ = self.uncount(&counted, now).await;
                    return Err(error);
                }
            }
        }
        if full > 0 {
            self.uncount(&counted, now).await?;
        }
        Ok(full)
    }

    async fn run_on(&self, script: &Script, windows: &[Window], now: i64) -> anyhow::Result<i64> {
        let mut keys = Vec::with_capacity(windows.len());
        let mut arguments = vec![now];
        for window in windows {
            let length = millis(window.length);
            keys.push(self.counter_key(&window.key));
            arguments.push(i64::try_from(window.limit).unwrap_or(i64::MAX));
            arguments.push(now.saturating_add(length));
            arguments.push(cleanup(length));
        }
        self.run(script, &keys, arguments).await
    }

    pub(super) async fn uncount(&self, keys: &[&str], now: i64) -> anyhow::Result<()> {
        let keys: Vec<String> = keys.iter().map(|key| self.counter_key(key)).collect();
        let at_once = match self.link.keeps_all_keys_together() {
            true => keys.len().max(1),
            false => 1,
        };
        for keys in keys.chunks(at_once) {
            let _: i64 = self.run(&self.scripts.uncount, keys, now).await?;
        }
        Ok(())
    }

    pub(super) async fn forget_count(&self, key: &str) -> anyhow::Result<()> {
        let nothing: &[i64] = &[];
        let _: i64 = self
            .run(&self.scripts.remove, &[self.counter_key(key)], nothing)
            .await?;
        Ok(())
    }

    pub(super) async fn counted(&self, key: &str, now: i64) -> anyhow::Result<u64> {
        self.run(&self.scripts.counted, &[self.counter_key(key)], now)
            .await
    }

    pub(super) async fn ping(&self) -> anyhow::Result<()> {
        let _: String = self.link.ask(&cmd("PING")).await.context("ask Redis")?;
        Ok(())
    }

    fn value_key(&self, key: &str) -> String {
        format!("renzheng:{}:value:{key}", self.namespace)
    }

    fn counter_key(&self, key: &str) -> String {
        format!("renzheng:{}:count:{key}", self.namespace)
    }

    async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        keys: &[String],
        arguments: impl ToRedisArgs,
    ) -> anyhow::Result<T> {
        let call = |how: &str, script: &str| {
            let mut command = cmd(how);
            command
                .arg(script)
                .arg(keys.len())
                .arg(keys)
                .arg(&arguments);
            command
        };
        let known = call("EVALSHA", &script.hash);
        let answer = match self.link.ask(&known).await {
            // Where the keys are, and only there, it is not known yet; told whole it is from then on.
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                self.link.ask(&call("EVAL", &script.code)).await
            }
            answer => answer,
        };
        answer.context("run a script in Redis")
    }
}

/// After how many milliseconds Redis may forget something that lives for `length`.
fn cleanup(length: i64) -> i64 {
    length.saturating_add(CLEANUP_SLACK).min(CLEANUP_LIMIT)
}
