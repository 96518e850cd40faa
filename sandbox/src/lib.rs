//! The sandbox: other people's paid services in their own wire format, over a fictional population, for demos and tests.
//!
//! Nothing here is a secret and nothing said here of a person is true. It runs beside a demo server and never in
//! production.

mod acs3;
mod alipay;
mod aliyun;
mod authority;
mod control;
mod face;
mod faults;
mod hosted;
mod inbox;
pub mod magic;
mod pages;
pub mod population;
mod registry;
mod smtp;
mod tc3;
mod tencent;
mod webhook;

use std::{collections::BTreeMap, future::Future, net::SocketAddr, sync::Arc};

use anyhow::Context;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use poem::{
    EndpointExt, Route, Server, get,
    listener::{Acceptor, Listener, TcpAcceptor, TcpListener},
    post,
};
use uuid::Uuid;

pub use alipay::{ALIPAY_APP_ID, ALIPAY_APP_PRIVATE_KEY, ALIPAY_APP_PUBLIC_KEY, ALIPAY_PUBLIC_KEY};
pub use hosted::{ALIYUN_FACE_SCENE, TENCENT_FACE_RULE};

/// An account at the pretended services. It guards nothing, so it need not be secret.
#[derive(Debug, Clone)]
pub struct AccessKey {
    pub id: String,
    pub secret: String,
}

/// The message application at the pretended Tencent.
pub const TENCENT_SMS_APP: &str = "1400000001";

/// How a sandbox is set up.
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    pub listen: SocketAddr,
    /// Where it takes mail, if it does.
    pub smtp_listen: Option<SocketAddr>,
    pub key: AccessKey,
    /// The message texts "registered" with the SMS service, by template code.
    pub sms_templates: BTreeMap<String, String>,
    /// The sender's signature "registered" with the SMS service.
    pub sign_name: String,
    /// Linked from the pages.
    pub app_url: String,
    pub docs_url: String,
}

/// The server that the sandbox runs beside: what a tester may do to it.
#[async_trait]
pub trait Host: Send + Sync {
    fn now(&self) -> DateTime<Utc>;
    fn advance_clock(&self, seconds: i64);
    /// What a captcha shows, so that a script can answer it.
    async fn captcha_text(&self, id: Uuid) -> Option<String>;
    /// Staff to try the service with.
    async fn staff(&self) -> Vec<DemoStaff>;
}

/// A member of staff of the demonstration, with all it takes to sign in.
#[derive(Debug, Clone, serde::Serialize)]
pub struct DemoStaff {
    pub login: String,
    pub name: String,
    pub role: String,
    pub password: String,
    /// base32, for an authenticator app.
    pub totp_secret: String,
    /// The app's code now.
    pub totp_code: String,
}

/// What all pages and services share.
struct State {
    config: SandboxConfig,
    host: Option<Arc<dyn Host>>,
    sms: inbox::Inbox<inbox::Sms>,
    mail: inbox::Inbox<inbox::Mail>,
    faults: faults::Faults,
    alipay: alipay::Issued,
    faces: hosted::Visits,
    nonces: acs3::Nonces,
    population: population::Population,
}

impl State {
    fn now(&self) -> DateTime<Utc> {
        self.host.as_ref().map_or_else(Utc::now, |host| host.now())
    }

    /// Answers a call of `upstream`: as `magic` wants it, else as the fault that is switched on.
    async fn play(
        &self,
        upstream: &str,
        magic: Option<faults::Mode>,
        answer: impl FnOnce() -> poem::Response,
        refuse: impl FnOnce(poem::http::StatusCode) -> poem::Response,
    ) -> poem::Response {
        let mode = self.faults.called(upstream, self.now());
        faults::play(magic.unwrap_or(mode), answer, refuse).await
    }
}

/// A sandbox that holds its addresses, and is not serving yet.
pub struct Sandbox {
    state: Arc<State>,
    http: TcpAcceptor,
    http_address: SocketAddr,
    smtp: Option<(tokio::net::TcpListener, SocketAddr)>,
}

impl Sandbox {
    /// Takes the addresses.
    ///
    /// # Errors
    /// When one is in use.
    pub async fn bind(config: SandboxConfig, host: Option<Arc<dyn Host>>) -> anyhow::Result<Self> {
        let http = TcpListener::bind(config.listen).into_acceptor().await?;
        let http_address = http
            .local_addr()
            .iter()
            .find_map(|address| address.as_socket_addr().copied())
            .context("a listener without an address")?;
        let smtp = match config.smtp_listen {
            Some(address) => {
                let listener = tokio::net::TcpListener::bind(address)
                    .await
                    .with_context(|| format!("SMTP on {address}"))?;
                let address = listener.local_addr()?;
                Some((listener, address))
            }
            None => None,
        };
        Ok(Self {
            state: Arc::new(State {
                config,
                host,
                sms: inbox::Inbox::default(),
                mail: inbox::Inbox::default(),
                faults: faults::Faults::default(),
                alipay: alipay::Issued::default(),
                faces: hosted::Visits::default(),
                nonces: acs3::Nonces::default(),
                population: population::Population::default(),
            }),
            http,
            http_address,
            smtp,
        })
    }

    pub fn addr(&self) -> SocketAddr {
        self.http_address
    }

    pub fn smtp_addr(&self) -> Option<SocketAddr> {
        self.smtp.as_ref().map(|(_, address)| *address)
    }

    /// Serves until `shutdown` ends.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> anyhow::Result<()> {
        let app = Route::new()
            .at("/aliyun/", post(aliyun::rpc))
            .at("/tencent/", post(tencent::api))
            .at("/authority/", post(authority::check))
            .at("/sms-webhook/", post(webhook::take))
            .nest("/alipay", alipay::routes())
            .nest("/faces", hosted::routes())
            .at("/inbox/sms", get(control::sms))
            .at("/inbox/mail", get(control::mail))
            .at("/population", get(control::citizens))
            .at("/clock", post(control::advance_clock))
            .at("/faults", get(pages::switches).post(control::set_fault))
            .at("/upstreams", get(control::upstreams))
            .at("/captchas/:id", get(control::captcha))
            .at("/portraits/:number", get(pages::portrait))
            .at("/clips/:name", get(face::routes::clip))
            .at("/id-cards/:who/:side", get(face::routes::id_card))
            .at("/", get(pages::home))
            .at("/citizens", get(pages::citizens))
            .at("/staff", get(pages::staff))
            .at("/staff.json", get(control::staff))
            .at("/sandbox.css", get(pages::style))
            .at("/sandbox.js", get(pages::script))
            .data(Arc::clone(&self.state));
        let mail = self
            .smtp
            .map(|(listener, _)| tokio::spawn(smtp::serve(listener, Arc::clone(&self.state))));
        let served = Server::new_with_acceptor(self.http)
            .run_with_graceful_shutdown(app, shutdown, Some(std::time::Duration::from_secs(1)))
            .await;
        if let Some(mail) = mail {
            mail.abort();
        }
        served.context("sandbox")
    }
}
