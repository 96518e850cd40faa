//! What a configuration must not be. Every message names the key.

use anyhow::{bail, ensure};

use super::{Config, LimitProfile, Profile};

impl Config {
    /// Refuses a configuration that cannot work or is not safe for its profile.
    pub fn validate(&self) -> anyhow::Result<()> {
        ensure!(
            self.password.memory_kib >= 19456 && self.password.iterations >= 1,
            "password.memory_kib must be at least 19456"
        );
        ensure!(
            self.password.lanes >= 1,
            "password.lanes must be at least 1"
        );
        ensure!(
            self.password.queue >= 1,
            "password.queue must be at least 1"
        );
        ensure!(
            (60..=3600).contains(&self.session.access_token_seconds),
            "session.access_token_seconds must be 60 to 3600"
        );
        if let Some(url) = &self.database_url {
            ensure!(
                url.starts_with("sqlite:")
                    || url.starts_with("postgres:")
                    || url.starts_with("postgresql:"),
                "database_url must begin with sqlite: or postgres:"
            );
        }
        if let Some(url) = &self.public_url {
            let host = url
                .strip_prefix("https://")
                .or_else(|| url.strip_prefix("http://"));
            match host.map(|rest| rest.trim_end_matches('/')) {
                Some(host) if !host.is_empty() && !host.contains('/') => {}
                _ => bail!("public_url must be http(s)://host[:port] without a path"),
            }
        }
        for (method, level) in &self.verification.levels {
            ensure!(
                (1..=3).contains(level),
                "verification.levels.{} must be 1 to 3",
                <&str>::from(method)
            );
        }
        if self.profile == Profile::Production {
            self.check_production()?;
        }
        Ok(())
    }

    fn check_production(&self) -> anyhow::Result<()> {
        ensure!(
            self.limits == LimitProfile::Standard,
            "limits = \"relaxed\" is not allowed with profile = \"production\""
        );
        ensure!(
            self.public_url
                .as_ref()
                .is_some_and(|url| url.starts_with("https://")),
            "public_url must be set and begin with https:// with profile = \"production\""
        );
        ensure!(
            self.aliyun.is_some(),
            "[aliyun] must be set with profile = \"production\": the sandbox is not a provider"
        );
        if let Some(aliyun) = &self.aliyun {
            for endpoint in [&aliyun.sms_endpoint, &aliyun.cloudauth_endpoint] {
                ensure!(
                    endpoint.starts_with("https://"),
                    "aliyun endpoints must begin with https:// with profile = \"production\""
                );
            }
        }
        ensure!(
            self.smtp.is_some(),
            "[smtp] must be set with profile = \"production\""
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_a_valid_demo() {
        Config::default().validate().expect("valid");
    }

    #[test]
    fn production_refuses_what_only_a_demo_may() {
        let config = Config {
            profile: Profile::Production,
            ..Config::default()
        };
        let message = config.validate().expect_err("no https").to_string();
        assert!(message.contains("public_url"), "{message}");
        let config = Config {
            limits: LimitProfile::Relaxed,
            ..config
        };
        let message = config.validate().expect_err("relaxed").to_string();
        assert!(message.contains("limits"), "{message}");
    }

    #[test]
    fn weak_hashing_is_refused() {
        let mut config = Config::default();
        config.password.memory_kib = 64;
        assert!(config.validate().is_err());
    }
}
