//! Where Redis is: one server, a master that sentinels name, or a cluster.
//!
//! | URL | |
//! |---|---|
//! | `redis://[user:password@]host[:6379][/db]` | one server |
//! | `redis+sentinel://[user:password@]host[:26379],…/master[/db]` | the master that these sentinels name; `?sentinel_username=…&sentinel_password=…` when they ask who asks |
//! | `redis+cluster://[user:password@]host[:6379],…` | a cluster, found by any of these |
//!
//! `rediss…` of each is the same over TLS, to the sentinels too.

use anyhow::{Context, bail, ensure};
use redis::{ConnectionInfo, IntoConnectionInfo};
use url::Url;

const SENTINEL_PORT: u16 = 26379;

#[derive(Debug)]
pub(super) enum Address {
    Single(ConnectionInfo),
    Sentinel {
        sentinels: Vec<ConnectionInfo>,
        master: String,
        /// How the master is spoken to; its address is what the sentinels say.
        node: ConnectionInfo,
    },
    Cluster(Vec<ConnectionInfo>),
}

impl Address {
    /// # Errors
    /// Says what is wrong, without the URL: there may be a password in it.
    pub(super) fn parse(url: &str) -> anyhow::Result<Self> {
        let (scheme, rest) = url.split_once("://").context("no scheme")?;
        let Some((scheme, kind)) = scheme.split_once('+') else {
            let url = Url::parse(url).context("not a URL")?;
            return Ok(Self::Single(url.into_connection_info()?));
        };
        ensure!(
            scheme == "redis" || scheme == "rediss",
            "the scheme is unknown"
        );
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (hosts, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, hosts) = match hosts.rsplit_once('@') {
            Some((user, hosts)) => (format!("{user}@"), hosts),
            None => (String::new(), hosts),
        };
        let hosts: Vec<&str> = hosts.split(',').collect();
        ensure!(hosts.iter().all(|host| !host.is_empty()), "a host is empty");
        let at = |user: &str, host: &str, path: &str| -> anyhow::Result<Url> {
            Url::parse(&format!("{scheme}://{user}{host}/{path}")).context("a host")
        };
        match kind {
            "cluster" => {
                ensure!(path.is_empty() && query.is_empty(), "a cluster has no path");
                let hosts = hosts.iter();
                let nodes = hosts.map(|host| Ok(at(&user, host, "")?.into_connection_info()?));
                Ok(Self::Cluster(nodes.collect::<anyhow::Result<_>>()?))
            }
            "sentinel" => {
                let (master, database) = path.split_once('/').unwrap_or((path, ""));
                ensure!(!master.is_empty(), "the master's name is missing");
                let sentinels = hosts.iter();
                let sentinels = sentinels.map(|host| sentinel(at("", host, "")?, query));
                let node = at(&user, hosts[0], database)?.into_connection_info()?;
                Ok(Self::Sentinel {
                    sentinels: sentinels.collect::<anyhow::Result<_>>()?,
                    master: master.to_owned(),
                    node,
                })
            }
            _ => bail!("it is neither of sentinels nor of a cluster"),
        }
    }
}

/// A sentinel, who may want to know who asks.
fn sentinel(mut url: Url, query: &str) -> anyhow::Result<ConnectionInfo> {
    if url.port().is_none() {
        // Only URLs that have no host have no port.
        url.set_port(Some(SENTINEL_PORT)).ok();
    }
    let info = url.into_connection_info()?;
    let mut settings = info.redis_settings().clone();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        settings = match name.as_ref() {
            "sentinel_username" => settings.set_username(value),
            "sentinel_password" => settings.set_password(value),
            _ => bail!("the parameter {name} is unknown"),
        };
    }
    Ok(info.set_redis_settings(settings))
}

#[cfg(test)]
mod tests {
    use redis::ConnectionAddr;

    use super::*;

    fn port(info: &ConnectionInfo) -> u16 {
        match info.addr() {
            ConnectionAddr::Tcp(_, port) | ConnectionAddr::TcpTls { port, .. } => *port,
            _ => 0,
        }
    }

    #[test]
    fn one_server() {
        let Ok(Address::Single(info)) = Address::parse("rediss://u:p%40@h:1/2") else {
            panic!("one server");
        };
        assert!(matches!(info.addr(), ConnectionAddr::TcpTls { .. }));
        assert_eq!(info.redis_settings().password(), Some("p@"));
        assert_eq!(info.redis_settings().db(), 2);
    }

    #[test]
    fn sentinels() {
        let url = "redis+sentinel://u:p%40@a,[::1]:5/mymaster/3?sentinel_password=s%2B";
        let Ok(Address::Sentinel {
            sentinels,
            master,
            node,
        }) = Address::parse(url)
        else {
            panic!("sentinels");
        };
        let ports: Vec<u16> = sentinels.iter().map(port).collect();
        assert_eq!((ports, master), (vec![SENTINEL_PORT, 5], "mymaster".into()));
        let asked = sentinels[1].redis_settings();
        assert_eq!((asked.username(), asked.password()), (None, Some("s+")));
        let settings = node.redis_settings();
        assert_eq!(settings.username(), Some("u"));
        assert_eq!((settings.password(), settings.db()), (Some("p@"), 3));
    }

    #[test]
    fn a_cluster() {
        let Ok(Address::Cluster(nodes)) = Address::parse("rediss+cluster://u:p@a:1,b") else {
            panic!("a cluster");
        };
        assert_eq!(nodes.iter().map(port).collect::<Vec<_>>(), [1, 6379]);
        for node in nodes {
            assert!(matches!(node.addr(), ConnectionAddr::TcpTls { .. }));
            assert_eq!(node.redis_settings().password(), Some("p"));
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_without_being_told() {
        for url in [
            "",
            "localhost:6379",
            "http://secret/",
            "redis+sentinel://secret:26379",
            "redis+sentinel://secret/m/x",
            "redis+sentinel://secret/m?secret=1&password=secret",
            "redis+cluster://secret,,b",
            "redis+cluster://secret/1",
            "redis+other://secret/",
            "http+cluster://secret/",
        ] {
            let error = Address::parse(url).expect_err(url);
            let said = format!("{error:#}");
            assert!(
                !said.contains("secret") || url.contains("?secret"),
                "{said}"
            );
        }
    }
}
