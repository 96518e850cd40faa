//! What production sends over a network is encrypted, to whom is verified (OWASP ASVS 12.3.1, 12.3.2).

use std::net::IpAddr;

use anyhow::ensure;

use crate::{config::Config, database::destination, provider::SmtpSecurity};

impl Config {
    /// Refuses a database, a Redis or a mail server on another machine that would be spoken to in the clear.
    pub(super) fn check_encryption(&self) -> anyhow::Result<()> {
        if self.trusted_network {
            return Ok(());
        }
        let databases = [
            ("database_url", &self.database_url),
            ("database_replica_url", &self.database_replica_url),
        ];
        for (key, url) in databases {
            ensure!(
                url.as_deref().is_none_or(is_verified_database),
                "{key} must say sslmode=verify-full for another machine, or trusted_network = true"
            );
        }
        ensure!(
            self.redis_url.as_deref().is_none_or(is_encrypted_redis),
            "redis_url must begin with rediss for another machine, or trusted_network = true"
        );
        ensure!(
            self.smtp
                .as_ref()
                .is_none_or(|smtp| smtp.security != SmtpSecurity::None || is_here(&smtp.host)),
            "smtp.security = \"none\" is for a server on this machine, or trusted_network = true"
        );
        Ok(())
    }
}

fn is_verified_database(url: &str) -> bool {
    if url.starts_with("sqlite:") {
        return true;
    }
    // What cannot be read is refused where it is opened.
    destination(url).is_none_or(|there| there.verified || there.host.as_deref().is_none_or(is_here))
}

/// Also for several hosts, of sentinels or a cluster.
fn is_encrypted_redis(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return true;
    };
    if scheme.starts_with("rediss") || scheme.contains("unix") {
        return true;
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let hosts = authority
        .rsplit_once('@')
        .map_or(authority, |(_, hosts)| hosts);
    hosts.split(',').all(|host| {
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next(),
            None => host.split(':').next(),
        };
        name.is_none_or(is_here)
    })
}

/// Whether the host is this machine.
fn is_here(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    // A68
    #[test]
    fn databases_elsewhere_are_verified() {
        for fine in [
            "sqlite:///var/lib/renzheng.db",
            "postgres://renzheng@127.0.0.1/renzheng",
            "postgres://renzheng@[::1]:5432/renzheng",
            "postgres:///renzheng?host=/run/postgresql",
            "postgres://%2Frun%2Fpostgresql/renzheng",
            "postgres://db.example/renzheng?ssl-mode=verify-full",
            "postgres://renzheng:secret@db.example/renzheng?sslmode=verify-full",
        ] {
            assert!(is_verified_database(fine), "{fine}");
        }
        for clear in [
            "postgres://renzheng@db.example/renzheng",
            "postgres://renzheng@db.example/renzheng?sslmode=require",
            "postgres://localhost@db.example/renzheng",
            "postgres:///renzheng?host=db.example",
            "postgres://localhost/renzheng?hostaddr=10.0.0.5",
            "postgres:///renzheng?host=localhost&host=db.example",
        ] {
            assert!(!is_verified_database(clear), "{clear}");
        }
    }

    // A68
    #[test]
    fn redis_elsewhere_is_encrypted() {
        for fine in [
            "redis://127.0.0.1:6379",
            "redis://:secret@localhost/0",
            "redis+cluster://[::1]:1,127.0.0.1:2",
            "rediss://:secret@redis.example",
            "rediss+sentinel://s1.example,s2.example/master",
        ] {
            assert!(is_encrypted_redis(fine), "{fine}");
        }
        for clear in [
            "redis://redis.example",
            "redis://localhost@redis.example",
            "redis+sentinel://127.0.0.1,s2.example/master",
        ] {
            assert!(!is_encrypted_redis(clear), "{clear}");
        }
    }

    // A68
    #[test]
    fn whoever_trusts_the_network_says_so() {
        let mut config = Config {
            redis_url: Some("redis://redis.example".into()),
            ..Config::default()
        };
        config.check_encryption().expect_err("in the clear");
        config.trusted_network = true;
        config.check_encryption().expect("trusted");
    }
}
