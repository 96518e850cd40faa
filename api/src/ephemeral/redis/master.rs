//! The master that sentinels name. One task keeps the connection: it asks them every second, and at once when a question
//! failed, and moves when they name another. So a master that was replaced is left within a second of the sentinels'
//! decision, also by a node that still reaches it; and however many requests fail, one asks.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ErrorKind, FromRedisValue, RedisError,
    RedisResult, RetryMethod,
    aio::MultiplexedConnection,
    sentinel::{Sentinel, SentinelNodeConnectionInfo},
};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Not more often, however much fails.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
/// Sentinels that hang cost one look.
const LOOK_WITHIN: Duration = Duration::from_secs(3);

#[derive(Clone)]
pub(super) struct Master(Arc<Shared>);

struct Shared {
    current: Mutex<Option<Current>>,
    /// Rung when the connection failed.
    lost: Arc<Notify>,
}

#[derive(Clone)]
struct Current {
    address: ConnectionAddr,
    connection: MultiplexedConnection,
    /// Tells connections to the same address apart.
    number: u64,
}

impl Master {
    /// Asks the sentinels for the master called `name`, connects, and follows it from then on.
    pub(super) async fn find(
        sentinels: Sentinel,
        name: String,
        how: SentinelNodeConnectionInfo,
        config: AsyncConnectionConfig,
    ) -> RedisResult<Self> {
        let shared = Arc::new(Shared {
            current: Mutex::new(None),
            lost: Arc::default(),
        });
        let mut watch = Watch {
            sentinels,
            name,
            how,
            config,
            looks: 0,
        };
        watch.look(&shared).await?;
        tokio::spawn(watch.follow(Arc::downgrade(&shared), Arc::clone(&shared.lost)));
        Ok(Self(shared))
    }

    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        let Some(mut current) = self.0.current().clone() else {
            self.0.lost.notify_one();
            return Err(RedisError::from((ErrorKind::Io, "no master is known")));
        };
        let answer = command.query_async(&mut current.connection).await;
        if let Err(error) = &answer
            && leaves(error)
        {
            self.0.leave(current.number);
        }
        answer
    }
}

impl Shared {
    fn current(&self) -> MutexGuard<'_, Option<Current>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives up a connection, unless another is in its place already.
    fn leave(&self, number: u64) {
        let left = self
            .current()
            .take_if(|current| current.number == number)
            .is_some();
        if left {
            self.lost.notify_one();
        }
    }
}

struct Watch {
    sentinels: Sentinel,
    name: String,
    how: SentinelNodeConnectionInfo,
    config: AsyncConnectionConfig,
    looks: u64,
}

impl Watch {
    /// Until nobody asks any more.
    async fn follow(mut self, shared: Weak<Shared>, lost: Arc<Notify>) {
        let mut failing = false;
        loop {
            sleep(BETWEEN_LOOKS).await;
            // Either is a reason to look.
            let _ = timeout(LOOK_EVERY, lost.notified()).await;
            let Some(shared) = shared.upgrade() else {
                return;
            };
            let looked = self.look(&shared).await;
            if let Err(error) = &looked
                && !failing
            {
                tracing::warn!(%error, "the sentinels name no master that answers");
            }
            failing = looked.is_err();
        }
    }

    /// Connects to the master that is named now, unless that is the one already. Keeps the one there is when none is.
    async fn look(&mut self, shared: &Shared) -> RedisResult<()> {
        let found = timeout(LOOK_WITHIN, self.named()).await;
        let named =
            found.map_err(|_| RedisError::from((ErrorKind::Io, "no sentinel answers")))??;
        let address = named.get_connection_info().addr().clone();
        let known = shared
            .current()
            .as_ref()
            .is_some_and(|current| current.address == address);
        if known {
            return Ok(());
        }
        let connection = named
            .get_multiplexed_async_connection_with_config(&self.config)
            .await?;
        self.looks += 1;
        *shared.current() = Some(Current {
            address,
            connection,
            number: self.looks,
        });
        if self.looks > 1 {
            tracing::warn!("connected to the master of Redis anew");
        }
        Ok(())
    }

    /// The master of whom the sentinels and it itself say so.
    async fn named(&mut self) -> RedisResult<Client> {
        let how = Some(&self.how);
        self.sentinels.async_master_for(&self.name, how).await
    }
}

/// Whether to ask anew who the master is: it cannot be reached, or is none any more.
fn leaves(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Io || !matches!(error.retry_method(), RetryMethod::NoRetry)
}
