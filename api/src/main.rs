//! The command line.

use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use renzheng::{
    bulk::command::{self as bulk, AccountsCommand},
    clock::Clock,
    config::{Config, Profile},
    database::Database,
    hall::{self, command::HallCommand},
    http,
    oidc::command::{self as clients, ClientCommand},
    operate,
    server::{self, Server},
    staff::{self, command::StaffCommand},
    telemetry::Telemetry,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Renzheng (认证): a unified identity service for public services.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A TOML file; RENZHENG_… variables override it.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API, the web pages and, in the demo profile, the sandbox.
    Serve,
    /// Bring the database schema up to date, and end.
    Migrate,
    /// Print the OpenAPI description.
    Openapi,
    /// Print the list of errors, docs/errors.md.
    Errors,
    /// Serve the sandbox alone.
    Sandbox,
    /// Look at everything a server stands on, and say what is wrong.
    Doctor {
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    /// Copy the embedded database into a file, while the server runs.
    Backup { file: PathBuf },
    /// Take a backup back into use; the server must not run.
    Restore {
        #[arg(required_unless_present = "settle")]
        file: Option<PathBuf>,
        /// Only end and void what may have ended since: after a restore of PostgreSQL by its own means.
        #[arg(long, conflicts_with = "file")]
        settle: bool,
    },
    /// Change the keys.
    Keys {
        #[command(subcommand)]
        command: Keys,
    },
    /// Staff: take on, list, disable, enable, reset.
    Staff {
        #[command(subcommand)]
        command: StaffCommand,
    },
    /// Applications that people sign in to: add, change, list, disable, enable, rotate-secret, deliveries, redeliver.
    Client {
        #[command(subcommand)]
        command: ClientCommand,
    },
    /// Many accounts at once: import, export.
    Accounts {
        #[command(subcommand)]
        command: AccountsCommand,
    },
    /// Service halls: add, list.
    Hall {
        #[command(subcommand)]
        command: HallCommand,
    },
    /// Ask a running server whether it is ready; for container health checks.
    Health {
        /// Left out: where this configuration listens.
        url: Option<String>,
    },
}

#[derive(Subcommand)]
enum Keys {
    /// Make new keys, all there are or those named; servers that run take them over by themselves.
    Rotate {
        /// The key that seals personal fields.
        #[arg(long)]
        fields: bool,
        /// The keys that tokens are signed with: published at once, they sign in a quarter of an hour.
        #[arg(long)]
        signing: bool,
        /// Sign with the new keys within seconds.
        #[arg(long, requires = "signing")]
        now: bool,
        /// Take the old signing keys away: what they signed stops working. For keys that were stolen.
        #[arg(long, requires = "now")]
        revoke: bool,
    },
    /// Put all keys under another master key.
    Rewrap {
        /// The file of the new master key; made when it is not there.
        file: PathBuf,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let result = runtime
        .context("starting")
        .and_then(|runtime| runtime.block_on(run(arguments)));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("renzheng: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Serve => serve(load(&arguments.config)?).await,
        Command::Migrate => {
            let config = load(&arguments.config)?;
            Database::connect(&config.database_url())
                .await?
                .migrate()
                .await
        }
        Command::Openapi => {
            print!("{}", http::spec::openapi_yaml());
            Ok(())
        }
        Command::Errors => {
            print!("{}", http::errors::markdown());
            Ok(())
        }
        Command::Sandbox => {
            let config = load(&arguments.config)?;
            let telemetry = Telemetry::start(&config)?;
            server::serve_sandbox(&config, stop_signal()).await?;
            telemetry.stop().await;
            Ok(())
        }
        Command::Doctor { json } => examine(arguments.config.as_deref(), json).await,
        Command::Backup { file } => {
            say(&operate::backup::run(&load(&arguments.config)?, &file).await?)
        }
        Command::Restore { file, .. } => {
            let config = load(&arguments.config)?;
            say(&match file {
                Some(file) => operate::restore::from_file(&config, &file).await?,
                None => operate::restore::settle(&config).await?,
            })
        }
        Command::Keys { command } => change_keys(&load(&arguments.config)?, command).await,
        Command::Staff { command } => {
            let app = server::application(load(&arguments.config)?, Clock::system()).await?;
            say(&staff::command::run(&app, command).await?)
        }
        Command::Client { command } => {
            let app = server::application(load(&arguments.config)?, Clock::system()).await?;
            say(&clients::run(&app, command).await?)
        }
        Command::Accounts { command } => {
            let app = server::application(load(&arguments.config)?, Clock::system()).await?;
            say(&bulk::run(&app, command).await?)
        }
        Command::Hall { command } => {
            let app = server::application(load(&arguments.config)?, Clock::system()).await?;
            say(&hall::command::run(&app, command).await?)
        }
        Command::Health { url } => health(&load(&arguments.config)?, url).await,
    }
}

fn load(file: &Option<PathBuf>) -> anyhow::Result<Config> {
    Config::load(file.as_deref())
}

fn say(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout().lock(), "{text}").context("standard output")
}

async fn examine(config: Option<&Path>, json: bool) -> anyhow::Result<()> {
    let report = operate::doctor::run(config).await;
    match json {
        true => say(&serde_json::to_string_pretty(&report)?)?,
        false => say(report.text().trim_end())?,
    }
    anyhow::ensure!(report.healthy, "something is wrong");
    Ok(())
}

async fn change_keys(config: &Config, command: Keys) -> anyhow::Result<()> {
    match command {
        Keys::Rotate {
            fields,
            signing,
            now,
            revoke,
        } => {
            if fields || !signing {
                say(&operate::keys::rotate_fields(config).await?)?;
            }
            if signing || !fields {
                say(&operate::keys::rotate_signing(config, now, revoke).await?)?;
            }
            Ok(())
        }
        Keys::Rewrap { file } => say(&operate::keys::rewrap(config, &file).await?),
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let telemetry = Telemetry::start(&config)?;
    let demo = config.profile == Profile::Demo;
    let server = Server::start(config, Clock::system()).await?;
    announce(&server, demo);
    stop_signal().await;
    tracing::info!("stopping");
    server.stop().await;
    telemetry.stop().await;
    Ok(())
}

/// Says where everything is, in one write. Nobody may be reading, which is no reason to stop.
fn announce(server: &Server, demo: bool) {
    let app = &server.app().public_url;
    let mut lines = vec![
        "Renzheng is ready.".to_string(),
        format!("  Web pages   {app}"),
        format!("  Swagger UI  {app}/docs"),
    ];
    if let Some(sandbox) = &server.app().sandbox_url {
        lines.push(format!(
            "  Sandbox     {sandbox}  (SMS and mail inbox, test citizens)"
        ));
    }
    if let Some(metrics) = server.addresses.metrics {
        lines.push(format!("  Metrics     http://{metrics}/metrics"));
    }
    if demo {
        lines
            .push("This is the demo profile: messages and verifications go to the sandbox.".into());
    }
    let written = writeln!(std::io::stdout().lock(), "{}", lines.join("\n"));
    if let Err(error) = written {
        tracing::debug!(%error, "standard output");
    }
}

async fn health(config: &Config, url: Option<String>) -> anyhow::Result<()> {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(3))
        .build()?;
    let (url, request) = match url {
        Some(url) => (url.clone(), client.get(url)),
        None => {
            let mut listen = config.listen;
            if listen.ip().is_unspecified() {
                listen.set_ip(match listen.ip() {
                    IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                    IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
                });
            }
            let url = format!("http://{listen}/readyz");
            // Only our own name is served, and this is not it.
            let public = config.public_url(listen);
            let name = public.split("://").nth(1).unwrap_or_default();
            (url.clone(), client.get(url).header("host", name))
        }
    };
    let status = request.send().await?.status();
    anyhow::ensure!(status.is_success(), "{url} answered {status}");
    Ok(())
}

/// Ends when the program is asked to stop.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = match signal(SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(error) => {
            tracing::error!(%error, "cannot listen for SIGTERM");
            return std::future::pending().await;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
