//! The connection, whatever kind of Redis it leads to. It heals itself; while Redis is out of reach, every question fails
//! within moments.

use std::time::Duration;

use anyhow::Context;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, FromRedisValue, RedisResult, RetryMethod,
    TlsMode,
    aio::{ConnectionManager, ConnectionManagerConfig},
    cluster::ClusterClientBuilder,
    cluster_async::ClusterConnection,
    sentinel::{Sentinel, SentinelNodeConnectionInfo},
};

use super::{address::Address, master::Master};

/// Together less than the three seconds in which a request is to learn that the store is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(1);
/// With all redirections, where slots move between the nodes of a cluster.
const CLUSTER_TIMEOUT: Duration = Duration::from_secs(2);
const CLUSTER_RETRIES: u32 = 3;
/// What a server says that will not take writes now: no memory, too few replicas, a disk that it cannot save to.
const UNWILLING: [&str; 3] = ["OOM", "NOREPLICAS", "MISCONF"];

#[derive(Clone)]
pub(super) enum Link {
    Single(ConnectionManager),
    Master(Master),
    Cluster(ClusterConnection),
}

impl Link {
    pub(super) async fn connect(url: &str) -> anyhow::Result<Self> {
        // More than one TLS provider is compiled in, so one has to be named. It fails when one already was: fine.
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let address = Address::parse(url).context("the Redis URL")?;
        Self::to(address).await.context("connect to Redis")
    }

    async fn to(address: Address) -> anyhow::Result<Self> {
        Ok(match address {
            Address::Single(info) => {
                let config = ConnectionManagerConfig::new()
                    .set_connection_timeout(Some(CONNECT_TIMEOUT))
                    .set_response_timeout(Some(RESPONSE_TIMEOUT))
                    .set_number_of_retries(1);
                let client = Client::open(info)?;
                Self::Single(ConnectionManager::new_with_config(client, config).await?)
            }
            Address::Sentinel {
                sentinels,
                master,
                node,
            } => {
                let mut how = SentinelNodeConnectionInfo::default()
                    .set_redis_connection_info(node.redis_settings().clone());
                if matches!(node.addr(), redis::ConnectionAddr::TcpTls { .. }) {
                    how = how.set_tls_mode(TlsMode::Secure);
                }
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(CONNECT_TIMEOUT))
                    .set_response_timeout(Some(RESPONSE_TIMEOUT));
                let sentinels = Sentinel::build(sentinels)?;
                Self::Master(Master::find(sentinels, master, how, config).await?)
            }
            Address::Cluster(nodes) => {
                let client = ClusterClientBuilder::new(nodes)
                    .connection_timeout(CONNECT_TIMEOUT)
                    .response_timeout(RESPONSE_TIMEOUT)
                    .overall_response_timeout(Some(CLUSTER_TIMEOUT))
                    .retries(CLUSTER_RETRIES)
                    .min_retry_wait(10)
                    .max_retry_wait(200)
                    .build()?;
                Self::Cluster(client.get_async_connection().await?)
            }
        })
    }

    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::Single(connection) => command.query_async(&mut connection.clone()).await,
            Self::Master(master) => master.ask(command).await,
            Self::Cluster(connection) => command.query_async(&mut connection.clone()).await,
        }
    }

    /// Whether a script may touch several keys, wherever they are.
    pub(super) fn keeps_all_keys_together(&self) -> bool {
        !matches!(self, Self::Cluster(_))
    }
}

/// Every error of Redis is one of these but those of our own scripts: out of reach, loading, a replica, out of memory.
pub(in super::super) fn is_outage(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<redis::RedisError>()
        .is_some_and(|error| {
            error.kind() == ErrorKind::Io
                || !matches!(error.retry_method(), RetryMethod::NoRetry)
                || error.code().is_some_and(|code| UNWILLING.contains(&code))
        })
}
