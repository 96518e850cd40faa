//! Configuration: one TOML file, every key overridable by environment, checked whole at start.
//!
//! `RENZHENG_LISTEN` sets `listen`; a key inside a section has two underscores: `RENZHENG_SMS__SIGN_NAME`
//! sets `sms.sign_name`. This module is the only one that reads the environment.

mod check;
mod connections;
mod hall;
mod oidc;
mod session;
mod sign_in;
mod staff;
mod verification;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use ipnet::IpNet;
use serde::Deserialize;

pub use connections::ConnectionSettings;
pub use hall::HallSettings;
pub use oidc::OidcSettings;
pub use session::{PasswordSettings, SessionSettings};
pub use sign_in::{SecondFactorPolicy, SignInSettings};
pub use staff::StaffSettings;
pub use verification::VerificationSettings;

use crate::background;
use crate::crypto::MasterKey;
use crate::provider::{
    AlipaySettings, AliyunSettings, AuthoritySettings, Secret, SmsSettings, SmsWebhookSettings,
    SmtpSettings, TencentSettings,
};

/// Where a configuration file is named, when there is one.
const FILE_VARIABLE: &str = "RENZHENG_CONFIG";

/// The whole configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `demo` runs against the sandbox; `production` refuses everything that is only safe in a demo.
    pub profile: Profile,
    /// Where the API and the SPA are served.
    pub listen: SocketAddr,
    /// Where the sandbox is served, in the demo profile.
    pub sandbox_listen: SocketAddr,
    /// Where the sandbox takes mail by SMTP, in the demo profile.
    pub sandbox_smtp_listen: SocketAddr,
    /// The sandbox of another node of the same demo, instead of one of its own.
    pub sandbox_at: Option<SandboxAt>,
    /// Seconds between the order to stop and the end of taking requests, in which this node is not ready: time for
    /// load balancers to see it. Unset: 5 in production, 0 in a demo.
    pub drain_seconds: Option<u64>,
    /// Where Prometheus metrics are served. Unset: `127.0.0.1:9464` when it is free.
    pub metrics_listen: Option<SocketAddr>,
    /// Keys and the embedded database live here.
    pub data_dir: PathBuf,
    /// `sqlite://…` or `postgres://…`. Unset: a SQLite file in `data_dir`.
    pub database_url: Option<String>,
    /// `postgres://…` of a streaming replica, for what may be some seconds old. Unset: the database answers that too.
    pub database_replica_url: Option<String>,
    /// How far behind the replica may be; further, and the database answers instead.
    pub database_replica_lag_seconds: u64,
    /// Codes, tickets and counters go to Redis when set, else to the database: `redis://host`, the master that sentinels
    /// name, `redis+sentinel://host,host/master`, or a cluster, `redis+cluster://host,host`; `rediss…` over TLS.
    pub redis_url: Option<String>,
    /// The address people see, without a path. Unset: `http://localhost:<port>`.
    pub public_url: Option<String>,
    /// `relaxed` multiplies every limit by 1000, for load tests and demonstrations.
    pub limits: LimitProfile,
    /// 32 bytes in hex or base64 that wrap all data keys. Unset: `data_dir/master.key`, made at first start.
    pub master_key: Option<Secret>,
    /// The built SPA. Unset: looked for beside the program and in `frontend/dist`.
    pub spa_dir: Option<PathBuf>,
    /// A `tracing` filter, for example `info,renzheng=debug`.
    pub log: String,
    /// `text` or `json`.
    pub log_format: LogFormat,
    /// Where traces go, by OTLP over HTTP: `http://collector:4318`. Unset: nowhere.
    pub otlp_endpoint: Option<String>,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The network to the database, Redis and the mail server is encrypted by something else: a mesh, a tunnel.
    pub trusted_network: bool,
    /// Host names served beside the one of `public_url`.
    pub allowed_hosts: Vec<String>,
    pub connections: ConnectionSettings,
    /// How far hashes, captchas and pictures give way to everything else: 0 (not at all) to 19, as nice(1) counts.
    pub background_niceness: u8,
    /// Told to people who need help.
    pub help_line: String,
    pub password: PasswordSettings,
    pub session: SessionSettings,
    pub sign_in: SignInSettings,
    pub verification: VerificationSettings,
    pub staff: StaffSettings,
    pub hall: HallSettings,
    /// Absent in the demo profile: the sandbox's.
    pub alipay: Option<AlipaySettings>,
    pub oidc: OidcSettings,
    /// Absent in the demo profile: the sandbox's.
    pub aliyun: Option<AliyunSettings>,
    /// Absent in the demo profile: the sandbox's.
    pub tencent: Option<TencentSettings>,
    /// Authorities that speak the contract, by the name that `verification.routes` uses. In the demo profile, the
    /// sandbox's is called `authority`.
    pub authorities: BTreeMap<String, AuthoritySettings>,
    pub sms: SmsSettings,
    /// A message gateway of one's own, for `sms.gateway = "webhook"`.
    pub sms_webhook: Option<SmsWebhookSettings>,
    /// Absent in the demo profile: the sandbox's mail inbox.
    pub smtp: Option<SmtpSettings>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    #[default]
    Demo,
    Production,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitProfile {
    #[default]
    Standard,
    Relaxed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// Where another node's sandbox is.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxAt {
    pub http: SocketAddr,
    pub smtp: SocketAddr,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            profile: Profile::Demo,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            sandbox_listen: SocketAddr::from(([127, 0, 0, 1], 8081)),
            sandbox_smtp_listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            sandbox_at: None,
            drain_seconds: None,
            metrics_listen: None,
            data_dir: PathBuf::from("data"),
            database_url: None,
            database_replica_url: None,
            database_replica_lag_seconds: 10,
            redis_url: None,
            public_url: None,
            limits: LimitProfile::Standard,
            master_key: None,
            spa_dir: None,
            // What webauthn-rs calls an error is a caller's wrong passkey; we log it ourselves.
            log: "info,sqlx=warn,sea_orm=warn,webauthn_rs_core=off".into(),
            log_format: LogFormat::Text,
            otlp_endpoint: None,
            trusted_proxies: Vec::new(),
            trusted_network: false,
            allowed_hosts: Vec::new(),
            connections: ConnectionSettings::default(),
            background_niceness: background::NICENESS,
            help_line: "12345".into(),
            password: PasswordSettings::default(),
            session: SessionSettings::default(),
            sign_in: SignInSettings::default(),
            verification: VerificationSettings::default(),
            alipay: None,
            staff: StaffSettings::default(),
            hall: HallSettings::default(),
            oidc: OidcSettings::default(),
            aliyun: None,
            tencent: None,
            authorities: BTreeMap::new(),
            sms: SmsSettings::default(),
            sms_webhook: None,
            smtp: None,
        }
    }
}

impl Config {
    /// Reads the file named by `file` or `RENZHENG_CONFIG`, then the environment over it, and checks the whole.
    ///
    /// # Errors
    /// Names the key that is unknown, unreadable or unsafe.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let named = file
            .map(Path::to_path_buf)
            .or_else(|| std::env::var_os(FILE_VARIABLE).map(PathBuf::from));
        let mut builder = config::Config::builder();
        if let Some(path) = named {
            builder = builder.add_source(config::File::from(path).format(config::FileFormat::Toml));
        }
        let variables = std::env::vars()
            .filter(|(name, value)| name != FILE_VARIABLE && !value.is_empty())
            .collect();
        let environment = config::Environment::with_prefix("RENZHENG")
            .prefix_separator("_")
            .separator("__")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("trusted_proxies")
            .with_list_parse_key("allowed_hosts")
            .source(Some(variables));
        let config: Self = builder
            .add_source(environment)
            .build()
            .and_then(config::Config::try_deserialize)
            .context("configuration")?;
        config.validate()?;
        Ok(config)
    }

    /// The master key: as configured, or the one in the data folder, made when there is none.
    ///
    /// # Errors
    /// When it cannot be read; the message names where it should be.
    pub fn master_key(&self) -> anyhow::Result<MasterKey> {
        match &self.master_key {
            Some(text) => MasterKey::from_text(&text.0).context("master_key"),
            None => MasterKey::load_or_create(&self.data_dir).context("data_dir"),
        }
    }

    /// The database: as configured, or the embedded one.
    pub fn database_url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| {
            format!(
                "sqlite://{}?mode=rwc",
                self.data_dir.join("renzheng.db").display()
            )
        })
    }

    /// How far behind the replica may be.
    pub fn replica_lag(&self) -> Duration {
        Duration::from_secs(self.database_replica_lag_seconds)
    }

    /// The address people see, without a slash at its end.
    pub fn public_url(&self, listen: SocketAddr) -> String {
        self.public_url.as_ref().map_or_else(
            || format!("http://localhost:{}", listen.port()),
            |url| url.trim_end_matches('/').to_string(),
        )
    }

    /// How long this node is not ready before it stops.
    pub fn drain(&self) -> Duration {
        let seconds = self.drain_seconds.unwrap_or(match self.profile {
            Profile::Demo => 0,
            Profile::Production => 5,
        });
        Duration::from_secs(seconds)
    }

    /// When a second factor is asked.
    pub fn second_factor(&self) -> SecondFactorPolicy {
        self.sign_in.second_factor.unwrap_or(match self.profile {
            Profile::Demo => SecondFactorPolicy::Never,
            Profile::Production => SecondFactorPolicy::NewDevice,
        })
    }

    /// What every limit is multiplied by.
    pub fn limit_scale(&self) -> u64 {
        match self.limits {
            LimitProfile::Standard => 1,
            LimitProfile::Relaxed => 1000,
        }
    }
}
