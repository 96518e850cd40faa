//! The application: configuration, database, clock, keys, providers. `serve` and the tests build it the same way.

use std::{
    net::SocketAddr,
    ops::Deref,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::Context;
use bytes::Bytes;
use renzheng_types::Locale;
use tokio::sync::Notify;
use uuid::Uuid;
use webauthn_rs::Webauthn;

use crate::{
    account::standing::Standings,
    background,
    clock::Clock,
    config::Config,
    crypto::{PasswordPolicy, PasswordPool, SigningKeys, Vault, Verified},
    database::Database,
    ephemeral::Ephemeral,
    http::{cors::Origins, metrics::Metrics},
    oidc::{access::AccessClaims, client_store::Clients, grant_store::Grants, jwk_set::KeySets},
    picture::Pictures,
    provider::{Alipay, Authority, Mailer, Outbound, PortraitRegister, PublicWeb, SmsSender},
    second_factor::passkey::ceremony::relying_party,
    service,
    session::live::LiveSessions,
};

/// A handle on everything a request needs; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// What [`App`] holds.
pub struct Inner {
    pub config: Config,
    /// This process among the nodes.
    pub node_id: Uuid,
    pub clock: Clock,
    pub database: Database,
    pub ephemeral: Ephemeral,
    pub vault: Vault,
    pub passwords: PasswordPool,
    pub signing: SigningKeys,
    pub sms: Arc<dyn SmsSender>,
    pub mailer: Arc<dyn Mailer>,
    pub authority: Arc<dyn Authority>,
    pub alipay: Option<Alipay>,
    pub portraits: Option<Arc<dyn PortraitRegister>>,
    pub pictures: Pictures,
    pub live_sessions: LiveSessions,
    pub standings: Standings,
    /// None when the public address has no name that passkeys could belong to.
    pub passkeys: Option<Webauthn>,
    /// Calls to addresses that applications registered.
    pub web: PublicWeb,
    pub key_sets: KeySets,
    /// Access tokens of applications, lately checked.
    pub access_tokens: Verified<AccessClaims>,
    /// Clients and authorizations that requests ask for together.
    pub clients: Clients,
    pub grants: Grants,
    /// What discovery answers, once it was asked for.
    pub discovery: OnceLock<Bytes>,
    /// Whose scripts may call.
    pub origins: Origins,
    pub metrics: Metrics,
    /// Rung when a message is written, so that it goes out at once.
    pub outbox_wakeup: Notify,
    /// The address people see; also the issuer of tokens.
    pub public_url: String,
    /// The sandbox's pages, in the demo profile.
    pub sandbox_url: Option<String>,
    draining: AtomicBool,
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// The services of other people that the application talks to.
pub struct Providers {
    pub sms: Arc<dyn SmsSender>,
    pub mailer: Arc<dyn Mailer>,
    pub authority: Arc<dyn Authority>,
    /// What they are asked through.
    pub outbound: Outbound,
    pub alipay: Option<Alipay>,
    /// The register of photos that clerks compare with, where there is one.
    pub portraits: Option<Arc<dyn PortraitRegister>>,
}

impl App {
    /// Connects, migrates, loads or makes the keys.
    ///
    /// # Errors
    /// When the database, Redis or the keys cannot be had; the message names which.
    pub async fn build(
        config: Config,
        clock: Clock,
        listen: SocketAddr,
        providers: Providers,
        sandbox_url: Option<String>,
    ) -> anyhow::Result<Self> {
        let master = config.master_key()?;
        let mut database = Database::connect(&config.database_url())
            .await
            .context("database_url")?;
        if let Some(url) = &config.database_replica_url {
            let limit = config.replica_lag();
            let replicated = database.with_replica(url, limit).await;
            database = replicated.context("database_replica_url")?;
        }
        database.migrate().await?;
        if let Some(shared) = database.time().await? {
            clock.follow(shared);
        }
        let vault = Vault::open(database.write(), &master, &clock).await?;
        let signing = SigningKeys::open(database.write(), &vault, &clock).await?;
        let ephemeral = match &config.redis_url {
            Some(url) => Ephemeral::redis(url, vault.namespace(), clock.clone())
                .await
                .context("redis_url")?,
            None => Ephemeral::sql(database.clone(), clock.clone()),
        };
        background::set_niceness(config.background_niceness);
        let threads = match config.password.threads {
            0 => std::thread::available_parallelism().map_or(2, usize::from),
            threads => threads,
        };
        let passwords = PasswordPool::new(
            PasswordPolicy {
                memory_kib: config.password.memory_kib,
                iterations: config.password.iterations,
                lanes: config.password.lanes,
                threads,
                queue: config.password.queue,
                engine: config.password.engine,
            },
            vault.pepper(),
        )?;
        let metrics = Metrics::new()?;
        providers.outbound.report_to(metrics.clone());
        let public_url = config.public_url(listen);
        let cached_for = config.session.cached_for();
        let passkeys = relying_party(&public_url, service::name(Locale::default()))?;
        let web = PublicWeb::new(config.oidc.private_network(config.profile))?;
        Ok(Self(Arc::new(Inner {
            config,
            node_id: Uuid::new_v4(),
            clock,
            database,
            ephemeral,
            vault,
            passwords,
            signing,
            sms: providers.sms,
            mailer: providers.mailer,
            authority: providers.authority,
            pictures: Pictures::default(),
            live_sessions: LiveSessions::new(cached_for),
            standings: Standings::default(),
            metrics,
            passkeys,
            alipay: providers.alipay,
            portraits: providers.portraits,
            web,
            key_sets: KeySets::default(),
            access_tokens: Verified::default(),
            clients: Clients::default(),
            grants: Grants::default(),
            discovery: OnceLock::new(),
            origins: Origins::default(),
            outbox_wakeup: Notify::new(),
            public_url,
            sandbox_url,
            draining: AtomicBool::new(false),
        })))
    }

    /// Says that this node will stop: it is no longer ready, and lets its callers go.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}
