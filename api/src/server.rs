//! The running program: sandbox, application, listeners and jobs, started and stopped in order.

use std::{future::Future, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use poem::{
    Route,
    listener::{Acceptor, Listener, TcpAcceptor, TcpListener},
};
use renzheng_sandbox::{DemoStaff, Host, Sandbox};
use renzheng_types::Locale;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use crate::{
    app::App,
    clock::Clock,
    code::captcha,
    config::{Config, Profile},
    http::{self, connections::Patient, spa::Spa},
    job,
    provider::{self, SandboxAddresses},
    service,
    staff::demo,
};

/// How long requests under way may take once the program is told to stop.
const DRAIN: Duration = Duration::from_secs(20);
/// Requests under way on one HTTP/2 connection; poem alone would set no limit.
const STREAMS: u32 = 100;
/// The metrics address that is tried when none is configured.
const METRICS_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9464);

/// A server that is up.
pub struct Server {
    app: App,
    pub addresses: Addresses,
    stop: CancellationToken,
    tracker: TaskTracker,
}

/// Where it listens.
#[derive(Debug, Clone)]
pub struct Addresses {
    pub app: SocketAddr,
    pub metrics: Option<SocketAddr>,
    pub sandbox: Option<SocketAddr>,
    pub sandbox_smtp: Option<SocketAddr>,
}

impl Server {
    /// Starts everything; when this answers, requests are served.
    ///
    /// # Errors
    /// When an address is taken, or a part it stands on cannot be had.
    pub async fn start(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let stop = CancellationToken::new();
        let tracker = TaskTracker::new();
        let listener = TcpListener::bind(config.listen)
            .into_acceptor()
            .await
            .with_context(|| format!("listen: {}", config.listen))?;
        let listen = local_address(&listener)?;

        let attached = Arc::new(AttachedApp::new(clock.clone()));
        let sandbox = bind_sandbox(&config, listen, Arc::clone(&attached)).await?;
        let sandbox_addresses = match config.sandbox_at {
            Some(other) => SandboxAddresses {
                http: Some(other.http),
                smtp: Some(other.smtp),
            },
            None => SandboxAddresses {
                http: sandbox.as_ref().map(Sandbox::addr),
                smtp: sandbox.as_ref().and_then(Sandbox::smtp_addr),
            },
        };
        let sandbox_url = sandbox_addresses
            .http
            .map(|address| format!("http://localhost:{}", address.port()));
        if let Some(sandbox) = sandbox {
            tracker.spawn(until_stopped("sandbox", &stop, |stop| sandbox.serve(stop)));
        }

        let providers = provider::connect(&config, &clock, sandbox_addresses)?;
        let app = App::build(config, clock, listen, providers, sandbox_url).await?;
        attached.attach(app.clone());

        let metrics = bind_metrics(&app).await?;
        let metrics_address = metrics.as_ref().map(local_address).transpose()?;
        if let Some(metrics) = metrics {
            let endpoint = Route::new().at("/metrics", http::metrics::endpoint(app.clone()));
            tracker.spawn(until_stopped("metrics", &stop, |stop| {
                poem::Server::new_with_acceptor(metrics)
                    .run_with_graceful_shutdown(endpoint, stop, None)
            }));
        }
        let described = service::describe(&app, Locale::default());
        let spa = Spa::load(spa_dir(&app.config).as_deref(), &described)?;
        let endpoint = http::endpoint(&app, spa);
        let patient = Patient::new(listener, app.config.connections.clone());
        tracker.spawn(until_stopped("http", &stop, |stop| {
            poem::Server::new_with_acceptor(patient)
                .http2_max_concurrent_streams(STREAMS)
                .run_with_graceful_shutdown(endpoint, stop, Some(DRAIN))
        }));
        job::start(&app, &tracker, &stop);
        tracker.close();
        Ok(Self {
            app,
            addresses: Addresses {
                app: listen,
                metrics: metrics_address,
                sandbox: sandbox_addresses.http,
                sandbox_smtp: sandbox_addresses.smtp,
            },
            stop,
            tracker,
        })
    }

    /// The application behind the listeners.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Says that it is no longer ready and waits for that to be seen, stops taking requests, finishes those under way,
    /// and ends.
    pub async fn stop(self) {
        self.app.drain();
        tokio::time::sleep(self.app.config.drain()).await;
        self.stop.cancel();
        self.tracker.wait().await;
    }
}

/// The application without listeners and jobs, for the command line: on the same data as a server that may be running.
///
/// # Errors
/// When a part it stands on cannot be had.
pub async fn application(config: Config, clock: Clock) -> anyhow::Result<App> {
    let sandbox = if config.profile == Profile::Demo {
        SandboxAddresses {
            http: Some(config.sandbox_listen),
            smtp: Some(config.sandbox_smtp_listen),
        }
    } else {
        SandboxAddresses::default()
    };
    let providers = provider::connect(&config, &clock, sandbox)?;
    let listen = config.listen;
    App::build(config, clock, listen, providers, None).await
}

/// Runs one part until it is told to stop; a part that fails by itself stops the whole.
fn until_stopped<F, E>(
    name: &'static str,
    stop: &CancellationToken,
    part: impl FnOnce(std::pin::Pin<Box<dyn Future<Output = ()> + Send>>) -> F,
) -> impl Future<Output = ()> + Send + 'static
where
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: std::fmt::Display,
{
    let all = stop.clone();
    let stopped = stop.clone().cancelled_owned();
    let running = part(Box::pin(stopped));
    async move {
        if let Err(error) = running.await {
            tracing::error!(part = name, %error, "stopped by a fault");
            all.cancel();
        }
    }
}

fn local_address(acceptor: &TcpAcceptor) -> anyhow::Result<SocketAddr> {
    acceptor
        .local_addr()
        .iter()
        .find_map(|address| address.as_socket_addr().copied())
        .context("a listener without an address")
}

async fn bind_metrics(app: &App) -> anyhow::Result<Option<TcpAcceptor>> {
    match app.config.metrics_listen {
        Some(address) => {
            let bound = TcpListener::bind(address).into_acceptor().await;
            bound
                .map(Some)
                .with_context(|| format!("metrics_listen: {address}"))
        }
        None => match TcpListener::bind(METRICS_LISTEN).into_acceptor().await {
            Ok(acceptor) => Ok(Some(acceptor)),
            Err(error) => {
                tracing::warn!(%error, "{METRICS_LISTEN} is taken: no metrics; set metrics_listen");
                Ok(None)
            }
        },
    }
}

/// The sandbox, in the demo profile.
async fn bind_sandbox(
    config: &Config,
    listen: SocketAddr,
    host: Arc<AttachedApp>,
) -> anyhow::Result<Option<Sandbox>> {
    if config.profile != Profile::Demo || config.sandbox_at.is_some() {
        return Ok(None);
    }
    let sandbox = Sandbox::bind(provider::sandbox_config(config, listen), Some(host))
        .await
        .with_context(|| format!("sandbox_listen: {}", config.sandbox_listen))?;
    Ok(Some(sandbox))
}

/// Where the built SPA is: as configured, installed beside the program, or in a checkout.
fn spa_dir(config: &Config) -> Option<PathBuf> {
    if let Some(dir) = &config.spa_dir {
        return Some(dir.clone());
    }
    let program = std::env::current_exe().ok();
    let folder = program.as_deref().and_then(std::path::Path::parent);
    let beside = |path: &str| folder.map(|folder| folder.join(path));
    [
        Some(PathBuf::from("frontend/dist")),
        beside("../share/renzheng/spa"),
        beside("../../frontend/dist"),
    ]
    .into_iter()
    .flatten()
    .find(|dir| dir.join("index.html").is_file())
}

/// What the sandbox may do to the server it runs in: move its clock, read its captchas.
struct AttachedApp {
    clock: Clock,
    app: std::sync::OnceLock<App>,
}

impl AttachedApp {
    fn new(clock: Clock) -> Self {
        Self {
            clock,
            app: std::sync::OnceLock::new(),
        }
    }

    fn attach(&self, app: App) {
        // Attached once, at start; a second time would change nothing.
        let _ = self.app.set(app);
    }
}

#[async_trait]
impl Host for AttachedApp {
    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    fn advance_clock(&self, seconds: i64) {
        self.clock.advance(seconds);
    }

    async fn captcha_text(&self, id: Uuid) -> Option<String> {
        captcha::text(self.app.get()?, id).await.ok().flatten()
    }

    async fn staff(&self) -> Vec<DemoStaff> {
        let Some(app) = self.app.get() else {
            return Vec::new();
        };
        match demo::credentials(app).await {
            Ok(all) => all.into_iter().map(shown).collect(),
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "demo staff");
                Vec::new()
            }
        }
    }
}

fn shown(credentials: demo::Credentials) -> DemoStaff {
    DemoStaff {
        login: credentials.login.into(),
        name: credentials.name.into(),
        role: <&str>::from(credentials.role).into(),
        password: credentials.password,
        totp_secret: credentials.totp_secret,
        totp_code: credentials.totp_code,
    }
}

/// Serves the sandbox by itself, for other programs to be tried against.
pub async fn serve_sandbox(
    config: &Config,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    anyhow::ensure!(
        config.profile == Profile::Demo,
        "the sandbox does not run with profile = \"production\""
    );
    let sandbox = Sandbox::bind(provider::sandbox_config(config, config.listen), None)
        .await
        .with_context(|| format!("sandbox_listen: {}", config.sandbox_listen))?;
    println!("Sandbox: http://{}", sandbox.addr());
    sandbox.serve(stop).await
}
