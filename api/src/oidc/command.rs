//! `renzheng client …`: registering applications from the command line.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::Context;
use chrono::SecondsFormat;
use clap::{Args, Subcommand, ValueEnum};
use uuid::Uuid;

use super::{
    client::{AuthMethod, GrantType, SubjectType},
    client_store, manage,
    registration::NewClient,
    webhook::{admin as webhook, store},
};
use crate::{
    app::App,
    crypto::SigningAlgorithm,
    http::caller::Caller,
    staff::{command::told, manage::Doer},
};

#[derive(Subcommand)]
pub enum ClientCommand {
    /// Register an application; its secret is shown this once.
    Add(Box<NewClientArguments>),
    /// List all applications.
    List,
    /// Let an application do nothing more.
    Disable { client_id: String },
    /// Let a disabled application work again.
    Enable { client_id: String },
    /// Change where an application is told by webhook.
    Change {
        client_id: String,
        /// Where it is told of what happens to people.
        #[arg(long, required_unless_present_any = ["no_webhook", "rotate_webhook_secret"])]
        webhook: Option<String>,
        /// Tell it no more.
        #[arg(long, conflicts_with_all = ["webhook", "rotate_webhook_secret"])]
        no_webhook: bool,
        /// Sign with another secret; for a day, with the old one too.
        #[arg(long)]
        rotate_webhook_secret: bool,
    },
    /// List what an application was told by webhook, newest first.
    Deliveries {
        client_id: String,
        #[arg(long, default_value_t = 50)]
        limit: u64,
    },
    /// Have something sent by webhook again.
    Redeliver { delivery_id: Uuid },
    /// Give an application another secret; the old one is taken for another day.
    RotateSecret { client_id: String },
}

#[derive(Args)]
pub struct NewClientArguments {
    /// What people see.
    #[arg(long)]
    name: String,
    /// Where people are sent back, character for character; for programs on their own machine any port will do.
    #[arg(long = "redirect-uri")]
    redirect_uris: Vec<String>,
    /// Where people may be sent after signing out.
    #[arg(long = "post-logout-redirect-uri")]
    post_logout_redirect_uris: Vec<String>,
    /// What it may ask for: openid profile phone email address identity offline_access, or scopes of the API.
    #[arg(
        long = "scope",
        value_delimiter = ' ',
        default_value = "openid profile"
    )]
    scopes: Vec<String>,
    /// How it shows that it is itself.
    #[arg(long, value_enum, default_value = "secret")]
    auth: Authentication,
    /// A file with its public keys (JWK Set), for private-key-jwt.
    #[arg(long)]
    jwks: Option<PathBuf>,
    /// Where its public keys are, for private-key-jwt.
    #[arg(long)]
    jwks_uri: Option<String>,
    #[arg(long = "grant", value_enum, default_values = ["code", "refresh"])]
    grants: Vec<Grant>,
    /// Why it asks for a scope, told to people: phone=接收办理进度
    #[arg(long = "purpose", value_parser = purpose)]
    purposes: Vec<(String, String)>,
    /// The least real-name level of those who may sign in: 0 to 3.
    #[arg(long, default_value_t = 0)]
    min_level: u8,
    /// Scripts of this origin may call the token endpoint; by default, for --auth none, those of its redirect URIs.
    #[arg(long = "origin")]
    origins: Vec<String>,
    /// Take requests without PKCE.
    #[arg(long)]
    without_pkce: bool,
    /// Take pushed requests only (RFC 9126).
    #[arg(long)]
    require_par: bool,
    /// ES256 or RS256.
    #[arg(long, default_value = "ES256")]
    signing_alg: SigningAlgorithm,
    /// Give it the identifiers that other applications registered so are given too.
    #[arg(long)]
    public_subject: bool,
    /// The host that its identifiers are for, when its redirect URIs are on several.
    #[arg(long)]
    sector: Option<String>,
    #[arg(long)]
    home: Option<String>,
    /// A PNG or JPEG file, at most 64 kB.
    #[arg(long)]
    logo: Option<PathBuf>,
    /// How it treats what it learns.
    #[arg(long)]
    policy: Option<String>,
    /// Where it is told of sign-outs.
    #[arg(long)]
    backchannel_logout_uri: Option<String>,
    /// Where it is told of what happens to people: level.changed, account.closed.
    #[arg(long)]
    webhook: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Authentication {
    /// A secret, in the header or in the form.
    Secret,
    /// Tokens that it signs.
    PrivateKeyJwt,
    /// None: programs in browsers and on phones.
    None,
}

#[derive(Clone, Copy, ValueEnum)]
enum Grant {
    Code,
    Refresh,
    ClientCredentials,
}

fn purpose(text: &str) -> Result<(String, String), String> {
    let (scope, purpose) = text.split_once('=').ok_or("must be SCOPE=TEXT")?;
    Ok((scope.into(), purpose.into()))
}

impl NewClientArguments {
    fn read(self) -> anyhow::Result<NewClient> {
        let file = |path: PathBuf| {
            std::fs::read(&path).with_context(|| format!("read {}", path.display()))
        };
        Ok(NewClient {
            name: self.name,
            auth_method: Some(match self.auth {
                Authentication::Secret => AuthMethod::ClientSecret,
                Authentication::PrivateKeyJwt => AuthMethod::PrivateKeyJwt,
                Authentication::None => AuthMethod::None,
            }),
            jwks: self
                .jwks
                .map(|path| Ok::<_, anyhow::Error>(String::from_utf8(file(path)?)?))
                .transpose()?,
            jwks_uri: self.jwks_uri,
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            scopes: self.scopes,
            grant_types: self
                .grants
                .into_iter()
                .map(|grant| match grant {
                    Grant::Code => GrantType::AuthorizationCode,
                    Grant::Refresh => GrantType::RefreshToken,
                    Grant::ClientCredentials => GrantType::ClientCredentials,
                })
                .collect(),
            origins: self.origins,
            purposes: self.purposes.into_iter().collect::<BTreeMap<_, _>>(),
            min_level: self.min_level,
            without_pkce: self.without_pkce,
            par_required: self.require_par,
            signing_alg: self.signing_alg,
            subject_type: if self.public_subject {
                SubjectType::Public
            } else {
                SubjectType::Pairwise
            },
            sector: self.sector,
            home_uri: self.home,
            logo: self.logo.map(file).transpose()?,
            policy_uri: self.policy,
            backchannel_logout_uri: self.backchannel_logout_uri,
            webhook_uri: self.webhook,
        })
    }
}

/// Runs a command; answers what it has to say.
///
/// # Errors
/// Names what is not in order.
pub async fn run(app: &App, command: ClientCommand) -> anyhow::Result<String> {
    let (caller, doer) = (Caller::system(), Doer::Console);
    match command {
        ClientCommand::Add(arguments) => {
            let new = arguments.read()?;
            let (_, registered) = manage::register(app, &caller, doer, &new).await?;
            let mut lines = vec![format!("client_id:      {}", registered.id)];
            let secrets = [
                ("client_secret: ", registered.secret),
                ("webhook_secret:", registered.webhook_secret),
            ];
            for (name, secret) in secrets {
                lines.extend(secret.map(|secret| format!("{name} {secret}")));
            }
            if lines.len() > 1 {
                lines.push("Secrets are not shown again.".into());
            }
            Ok(lines.join("\n"))
        }
        ClientCommand::List => {
            let mut lines = Vec::new();
            for row in client_store::all(&app.database).await? {
                let state = match row.disabled_at {
                    Some(_) => "disabled",
                    None => "active",
                };
                lines.push(format!("{}\t{state}\t{}", row.id, row.name));
            }
            Ok(lines.join("\n"))
        }
        ClientCommand::Disable { client_id } => {
            let done = manage::switch(app, &caller, doer, &client_id, false).await;
            done.map_err(told)?;
            Ok(format!("{client_id} is disabled."))
        }
        ClientCommand::Enable { client_id } => {
            let done = manage::switch(app, &caller, doer, &client_id, true).await;
            done.map_err(told)?;
            Ok(format!("{client_id} is active."))
        }
        ClientCommand::Change {
            client_id,
            webhook: uri,
            no_webhook,
            rotate_webhook_secret,
        } => {
            if no_webhook {
                manage::change_webhook(app, &caller, doer, &client_id, None).await?;
                return Ok(format!("{client_id} is told no more."));
            }
            let mut secret = None;
            if let Some(uri) = uri {
                let uri = Some(uri.as_str());
                secret = manage::change_webhook(app, &caller, doer, &client_id, uri).await?;
            }
            if rotate_webhook_secret && secret.is_none() {
                let renewed = webhook::renew_secret(app, &caller, doer, &client_id).await;
                secret = Some(renewed.map_err(told)?.secret);
            }
            Ok(match secret {
                Some(secret) => {
                    format!("webhook_secret: {secret}\nThe secret is not shown again.")
                }
                None => format!("{client_id} is told there from now on."),
            })
        }
        ClientCommand::Deliveries { client_id, limit } => {
            let known = manage::find(app, &client_id).await?;
            known.with_context(|| format!("there is no application {client_id}"))?;
            let rows = store::of_client(&app.database, &client_id, None, None, limit).await?;
            let lines: Vec<String> = rows
                .into_iter()
                .map(|row| {
                    format!(
                        "{}\t{}\t{}\t{}\t{} tries\t{}",
                        row.id,
                        row.created_at.to_rfc3339_opts(SecondsFormat::Secs, true),
                        row.event,
                        row.status,
                        row.tries,
                        row.last_answer.unwrap_or_default()
                    )
                })
                .collect();
            Ok(lines.join("\n"))
        }
        ClientCommand::Redeliver { delivery_id } => {
            let again = webhook::redeliver(app, &caller, doer, None, delivery_id).await;
            let (client_id, row) = again.map_err(told)?;
            Ok(format!("{} is sent to {client_id} again.", row.id))
        }
        ClientCommand::RotateSecret { client_id } => {
            let renewed = manage::renew_secret(app, &caller, doer, &client_id).await;
            let secret = renewed.map_err(told)?.secret;
            Ok(format!(
                "client_secret: {secret}\nThe secret is not shown again; the old one is taken for another day."
            ))
        }
    }
}
