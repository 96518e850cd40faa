//! What a configuration must not be. Every message names the key.

mod encryption;
#[cfg(test)]
mod tests;
mod times;

use anyhow::{bail, ensure};

use renzheng_types::verification::Method;

use super::{Config, LimitProfile, Profile};
use crate::provider::{AlipaySettings, SmsGateway, template_keys};

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
        self.check_times()?;
        ensure!(
            self.background_niceness <= 19,
            "background_niceness must be at most 19"
        );
        if let Some(url) = &self.otlp_endpoint {
            ensure!(
                url.starts_with("http://") || url.starts_with("https://"),
                "otlp_endpoint must begin with http:// or https://"
            );
        }
        ensure!(
            self.drain_seconds.is_none_or(|seconds| seconds <= 60),
            "drain_seconds must be at most 60"
        );
        if let Some(url) = &self.database_url {
            ensure!(
                url.starts_with("sqlite:")
                    || url.starts_with("postgres:")
                    || url.starts_with("postgresql:"),
                "database_url must begin with sqlite: or postgres:"
            );
        }
        if let Some(url) = &self.database_replica_url {
            let postgres =
                |url: &str| url.starts_with("postgres:") || url.starts_with("postgresql:");
            ensure!(
                postgres(url) && self.database_url.as_deref().is_some_and(postgres),
                "database_replica_url, and database_url beside it, must begin with postgres:"
            );
        }
        ensure!(
            (1..=300).contains(&self.database_replica_lag_seconds),
            "database_replica_lag_seconds must be 1 to 300"
        );
        if let Some(url) = &self.public_url {
            let host = url
                .strip_prefix("https://")
                .or_else(|| url.strip_prefix("http://"));
            match host.map(|rest| rest.trim_end_matches('/')) {
                Some(host) if !host.is_empty() && !host.contains('/') => {}
                _ => bail!("public_url must be http(s)://host[:port] without a path"),
            }
        }
        for (gateway, price) in &self.sms.prices {
            ensure!(
                (0.0..=100.0).contains(price),
                "sms.prices.{} must be 0 to 100",
                <&str>::from(gateway)
            );
        }
        for (gateway, codes) in &self.sms.templates {
            for key in codes.keys() {
                ensure!(
                    template_keys().any(|known| known == *key),
                    "sms.templates.{} has no \"{key}\": docs/configuration.md lists them",
                    <&str>::from(gateway)
                );
            }
        }
        for (method, level) in &self.verification.levels {
            ensure!(
                (1..=3).contains(level),
                "verification.levels.{} must be 1 to 3",
                <&str>::from(method)
            );
        }
        for (method, names) in &self.verification.routes {
            ensure!(
                (1..=3).contains(&names.len()),
                "verification.routes.{} must name one to three authorities",
                <&str>::from(method)
            );
        }
        ensure!(
            (1..=5).contains(&self.verification.answer_seconds),
            "verification.answer_seconds must be 1 to 5"
        );
        ensure!(
            (1..=15).contains(&self.verification.face_answer_seconds),
            "verification.face_answer_seconds must be 1 to 15"
        );
        self.check_faces()?;
        ensure!(
            self.verification.at_once >= 1,
            "verification.at_once must be at least 1"
        );
        self.check_connections()?;
        self.check_staff()?;
        for name in ["aliyun", "tencent"] {
            ensure!(
                !self.authorities.contains_key(name),
                "authorities.{name}: this name is taken"
            );
        }
        let mut gateways: Vec<&str> = self.sms.gateways().map(Into::into).collect();
        let all = gateways.len();
        gateways.sort_unstable();
        gateways.dedup();
        ensure!(
            gateways.len() == all,
            "sms.fail_over names a gateway twice, or sms.gateway again"
        );
        if self.profile == Profile::Production {
            self.check_production()?;
        }
        Ok(())
    }

    /// A cloud looks at faces under a number that it has given.
    fn check_faces(&self) -> anyhow::Result<()> {
        let routes = self.verification.routes();
        let asked = |name: &str| {
            let names = routes.get(&Method::Face);
            names.is_some_and(|names| names.iter().any(|asked| asked == name))
        };
        let scene = self.aliyun.as_ref().map(|aliyun| &aliyun.face_scene_id);
        let rule = self.tencent.as_ref().map(|tencent| &tencent.face_rule_id);
        for (name, key, number) in [
            ("aliyun", "face_scene_id", scene),
            ("tencent", "face_rule_id", rule),
        ] {
            ensure!(
                !asked(name) || number.is_none_or(Option::is_some),
                "{name}.{key} must be set: verification.routes.face names \"{name}\""
            );
        }
        Ok(())
    }

    fn check_connections(&self) -> anyhow::Result<()> {
        let settings = &self.connections;
        for (key, value, from, to) in [
            ("idle_seconds", settings.idle_seconds, 5, 600),
            ("head_seconds", settings.head_seconds, 1, 60),
            ("answer_seconds", settings.answer_seconds, 35, 600),
        ] {
            ensure!(
                (from..=to).contains(&value),
                "connections.{key} must be {from} to {to}"
            );
        }
        Ok(())
    }

    fn check_staff(&self) -> anyhow::Result<()> {
        let (staff, hall) = (&self.staff, &self.hall);
        for (key, value, from, to) in [
            ("staff.idle_minutes", staff.idle_minutes, 1, 15),
            ("staff.absolute_hours", staff.absolute_hours, 1, 12),
            ("staff.enrolment_hours", staff.enrolment_hours, 1, 72),
            (
                "hall.second_approval_percent",
                hall.second_approval_percent,
                0,
                100,
            ),
            ("hall.lookups_a_day", hall.lookups_a_day, 1, 100_000),
            ("hall.case_minutes", hall.case_minutes, 1, 60),
            ("hall.approval_days", hall.approval_days, 1, 30),
        ] {
            ensure!((from..=to).contains(&value), "{key} must be {from} to {to}");
        }
        if let Some(name) = &hall.portraits {
            ensure!(
                self.authorities.contains_key(name),
                "hall.portraits: [authorities.{name}] is not set"
            );
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
            self.sandbox_at.is_none(),
            "sandbox_at is not allowed with profile = \"production\""
        );
        ensure!(
            !self.oidc.private_network(self.profile),
            "oidc.allow_private_network is not allowed with profile = \"production\""
        );
        self.check_upstreams()?;
        ensure!(
            self.smtp.is_some(),
            "[smtp] must be set with profile = \"production\""
        );
        self.check_encryption()?;
        self.check_texts()
    }

    /// A cloud sends no text but those registered with it.
    fn check_texts(&self) -> anyhow::Result<()> {
        for gateway in self.sms.gateways() {
            if gateway == SmsGateway::Webhook {
                continue;
            }
            let codes = self.sms.templates.get(&gateway);
            let missing = template_keys()
                .find(|key| codes.is_none_or(|codes| codes.get(key).is_none_or(String::is_empty)));
            if let Some(key) = missing {
                bail!(
                    "sms.templates.{} must say under which code \"{key}\" is registered: docs/configuration.md lists the texts",
                    <&str>::from(gateway)
                );
            }
        }
        let tencent = self.tencent.as_ref();
        ensure!(
            self.sms.gateways().all(|used| used != SmsGateway::Tencent)
                || tencent.is_some_and(|tencent| !tencent.sms_sdk_app_id.is_empty()),
            "tencent.sms_sdk_app_id must be set for messages by Tencent"
        );
        Ok(())
    }

    /// Everything that is asked of others must be configured, and be asked over TLS.
    fn check_upstreams(&self) -> anyhow::Result<()> {
        let uses = |name: &str| {
            let routes = self.verification.routes();
            routes.into_values().flatten().any(|used| used == name)
        };
        let sends = |gateway: SmsGateway| self.sms.gateways().any(|used| used == gateway);
        ensure!(
            self.aliyun.is_some() || !(uses("aliyun") || sends(SmsGateway::Aliyun)),
            "[aliyun] must be set with profile = \"production\": the sandbox is not a provider"
        );
        ensure!(
            self.tencent.is_some() || !(uses("tencent") || sends(SmsGateway::Tencent)),
            "[tencent] must be set with profile = \"production\": the sandbox is not a provider"
        );
        ensure!(
            self.sms_webhook.is_some() || !sends(SmsGateway::Webhook),
            "[sms_webhook] must be set with sms.gateway = \"webhook\""
        );
        for (method, names) in self.verification.routes() {
            let method: &str = method.into();
            for name in names {
                ensure!(
                    ["aliyun", "tencent"].contains(&name.as_str())
                        || self.authorities.contains_key(&name),
                    "verification.routes.{method}: set [authorities.{name}], name another, or put \"{method}\" into \
                     verification.disabled"
                );
            }
        }
        for (key, url) in self.upstreams() {
            ensure!(
                url.starts_with("https://"),
                "{key} must begin with https:// with profile = \"production\""
            );
        }
        ensure!(
            self.alipay.is_some() || self.verification.disabled.contains(&Method::Alipay),
            "set [alipay], or put \"alipay\" into verification.disabled"
        );
        ensure!(
            !self.alipay.as_ref().is_some_and(AlipaySettings::is_sandbox),
            "[alipay]: the sandbox's keys are not allowed with profile = \"production\""
        );
        Ok(())
    }

    /// Where the services of others are, by the key that says so.
    pub fn upstreams(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let aliyun = self.aliyun.iter().flat_map(|aliyun| {
            [
                ("aliyun.sms_endpoint", aliyun.sms_endpoint.as_str()),
                (
                    "aliyun.cloudauth_endpoint",
                    aliyun.cloudauth_endpoint.as_str(),
                ),
            ]
        });
        let tencent = self.tencent.iter().flat_map(|tencent| {
            [
                ("tencent.sms_endpoint", tencent.sms_endpoint.as_str()),
                ("tencent.faceid_endpoint", tencent.faceid_endpoint.as_str()),
            ]
        });
        let webhook = self.sms_webhook.iter();
        let webhook = webhook.map(|webhook| ("sms_webhook.url", webhook.url.as_str()));
        let authorities = self.authorities.values();
        let authorities =
            authorities.map(|authority| ("authorities.*.url", authority.url.as_str()));
        let alipay = self.alipay.iter().flat_map(|alipay| {
            [
                ("alipay.gateway_url", alipay.gateway_url.as_str()),
                ("alipay.authorize_url", alipay.authorize_url.as_str()),
            ]
        });
        let persons = aliyun.chain(tencent).chain(alipay);
        persons.chain(webhook).chain(authorities)
    }
}
