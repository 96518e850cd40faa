//! The store in Redis: one hash per value (`v`alue, `t`ries, e`x`piry), one per counter (`h`its, e`x`piry).
//!
//! Whether something has lapsed is decided by the expiry in the hash; `PEXPIRE` only cleans up. Every change is one
//! Lua script, which Redis runs atomically. `count` touches several keys, so Redis Cluster is not supported.

use std::time::Duration;

use anyhow::Context;
use redis::{
    Client, ErrorKind, FromRedisValue, Script, ServerErrorKind, ToRedisArgs,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use super::{Exceeded, Window, millis, until};

/// Together less than the three seconds in which a request is to learn that the store is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Kept this much longer than the expiry (milliseconds), so that a clock a little behind still sees it.
const CLEANUP_SLACK: i64 = 60_000;
/// The longest Redis keeps anything (milliseconds): ten years.
const CLEANUP_LIMIT: i64 = 315_360_000_000;

const LIVE: &str = "
local function live(key)
  local row = redis.call('HMGET', key, 'v', 'x')
  if row[1] and tonumber(row[2]) > tonumber(ARGV[1]) then return row[1] end
  return false
end
";
const PUT: &str = "
local function put()
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'v', ARGV[2], 't', 0, 'x', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
";
const TAKE: &str = "
local value = live(KEYS[1])
if value then redis.call('DEL', KEYS[1]) end
return value
";
const TAKE_IF: &str = "
if live(KEYS[1]) ~= ARGV[2] then return 0 end
redis.call('DEL', KEYS[1])
return 1
";
const SWAP: &str = "
if live(KEYS[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'v', ARGV[3])
return 1
";
const TRY_ONCE_MORE: &str = "
local value = live(KEYS[1])
if not value or tonumber(redis.call('HGET', KEYS[1], 't')) >= tonumber(ARGV[2]) then return false end
redis.call('HINCRBY', KEYS[1], 't', 1)
return value
";
/// For each key three arguments follow the time: limit, expiry and clean-up of a new window. Answers the latest
/// expiry of a full window, or 0 when all were counted.
const COUNT: &str = "
local now, full, open = tonumber(ARGV[1]), 0, {}
for i, key in ipairs(KEYS) do
  local row = redis.call('HMGET', key, 'h', 'x')
  open[i] = row[1] and tonumber(row[2]) > now
  local hits = open[i] and tonumber(row[1]) or 0
  if hits + 1 > tonumber(ARGV[i * 3 - 1]) then
    full = math.max(full, tonumber(open[i] and row[2] or ARGV[i * 3]))
  end
end
if full > 0 then return full end
for i, key in ipairs(KEYS) do
  if open[i] then
    redis.call('HINCRBY', key, 'h', 1)
  else
    redis.call('DEL', key)
    redis.call('HSET', key, 'h', 1, 'x', ARGV[i * 3])
    redis.call('PEXPIRE', key, ARGV[i * 3 + 1])
  end
end
return 0
";
const UNCOUNT: &str = "
for _, key in ipairs(KEYS) do
  local row = redis.call('HMGET', key, 'h', 'x')
  if row[1] and tonumber(row[2]) > tonumber(ARGV[1]) and tonumber(row[1]) > 0 then
    redis.call('HINCRBY', key, 'h', -1)
  end
end
return 0
";
const COUNTED: &str = "
local row = redis.call('HMGET', KEYS[1], 'h', 'x')
if row[1] and tonumber(row[2]) > tonumber(ARGV[1]) then return tonumber(row[1]) end
return 0
";

#[derive(Clone)]
pub(super) struct Redis {
    connection: ConnectionManager,
    scripts: std::sync::Arc<Scripts>,
    /// Before every key, so that several deployments may share a Redis.
    namespace: String,
}

struct Scripts {
    put: Script,
    put_new: Script,
    get: Script,
    take: Script,
    take_if: Script,
    swap: Script,
    try_once_more: Script,
    remove: Script,
    count: Script,
    uncount: Script,
    counted: Script,
}

impl Scripts {
    fn new() -> Self {
        let put_new = "if live(KEYS[1]) then return 0 end put() return 1";
        Self {
            put: Script::new(&format!("{PUT} put() return 1")),
            put_new: Script::new(&format!("{LIVE} {PUT} {put_new}")),
            get: Script::new(&format!("{LIVE} return live(KEYS[1])")),
            take: Script::new(&format!("{LIVE} {TAKE}")),
            take_if: Script::new(&format!("{LIVE} {TAKE_IF}")),
            swap: Script::new(&format!("{LIVE} {SWAP}")),
            try_once_more: Script::new(&format!("{LIVE} {TRY_ONCE_MORE}")),
            remove: Script::new("return redis.call('DEL', KEYS[1])"),
            count: Script::new(COUNT),
            uncount: Script::new(UNCOUNT),
            counted: Script::new(COUNTED),
        }
    }
}

impl Redis {
    pub(super) async fn connect(url: &str, namespace: String) -> anyhow::Result<Self> {
        // More than one TLS provider is compiled in, so one has to be named. It fails when one already was: fine.
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let client = Client::open(url).context("the Redis URL")?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(Some(RESPONSE_TIMEOUT))
            .set_number_of_retries(1);
        let connection = ConnectionManager::new_with_config(client, config)
            .await
            .context("connect to Redis")?;
        let scripts = std::sync::Arc::new(Scripts::new());
        Ok(Self {
            connection,
            scripts,
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

    pub(super) async fn count(
        &self,
        windows: &[Window],
        now: i64,
    ) -> anyhow::Result<Result<(), Exceeded>> {
        let keys: Vec<String> = windows.iter().map(|w| self.counter_key(&w.key)).collect();
        let mut arguments = vec![now];
        for window in windows {
            let length = millis(window.length);
            arguments.push(i64::try_from(window.limit).unwrap_or(i64::MAX));
            arguments.push(now.saturating_add(length));
            arguments.push(cleanup(length));
        }
        let full: i64 = self.run(&self.scripts.count, &keys, arguments).await?;
        Ok(match full {
            0 => Ok(()),
            expires => Err(Exceeded {
                retry_after: until(expires, now),
            }),
        })
    }

    pub(super) async fn uncount(&self, keys: &[&str], now: i64) -> anyhow::Result<()> {
        let keys: Vec<String> = keys
            .iter()
            .copied()
            .map(|key| self.counter_key(key))
            .collect();
        let _: i64 = self.run(&self.scripts.uncount, &keys, now).await?;
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
        let mut connection = self.connection.clone();
        let _: String = redis::cmd("PING")
            .query_async(&mut connection)
            .await
            .context("ask Redis")?;
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
        let mut invocation = script.prepare_invoke();
        for key in keys {
            invocation.key(key);
        }
        invocation
            .arg(arguments)
            .invoke_async(&mut self.connection.clone())
            .await
            .context("run a script in Redis")
    }
}

/// Every error of Redis is one of these but those of our own scripts: out of reach, loading, a replica, out of memory.
pub(super) fn is_outage(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<redis::RedisError>()
        .is_some_and(|error| {
            error.is_io_error()
                || error.is_unrecoverable_error()
                || error.is_timeout()
                || matches!(
                    error.kind(),
                    ErrorKind::Server(
                        ServerErrorKind::BusyLoading
                            | ServerErrorKind::TryAgain
                            | ServerErrorKind::MasterDown
                            | ServerErrorKind::ReadOnly
                    )
                )
                || error.code() == Some("OOM")
        })
}

/// After how many milliseconds Redis may forget something that lives for `length`.
fn cleanup(length: i64) -> i64 {
    length.saturating_add(CLEANUP_SLACK).min(CLEANUP_LIMIT)
}
