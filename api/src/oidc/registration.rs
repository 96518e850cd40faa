//! What applications are registered with, whoever does it; [`super::manage`] writes it down.

mod check;

use std::collections::BTreeMap;

use anyhow::ensure;
use chrono::TimeDelta;
use rand::RngExt;
use renzheng_types::value::ValueError;

pub use check::{Wrong, web_uri};
use check::{check, logo, origins, sector, wrong};

use super::{
    client::{AuthMethod, GrantType, SubjectType},
    scope::Scope,
};
use crate::{
    clock::Clock,
    crypto::{OpaqueToken, SigningAlgorithm},
    entity::oidc_client::Model,
};

/// How long the secret before is still taken.
pub(super) const SECRET_OVERLAP: TimeDelta = TimeDelta::hours(24);

/// An application to be.
#[derive(Debug, Clone, Default)]
pub struct NewClient {
    pub name: String,
    pub auth_method: Option<AuthMethod>,
    pub jwks: Option<String>,
    pub jwks_uri: Option<String>,
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    pub scopes: Vec<String>,
    pub grant_types: Vec<GrantType>,
    pub origins: Vec<String>,
    pub purposes: BTreeMap<String, String>,
    pub min_level: u8,
    /// Certification wants it; only for clients that authenticate.
    pub without_pkce: bool,
    pub par_required: bool,
    pub signing_alg: SigningAlgorithm,
    pub subject_type: SubjectType,
    /// The host that pairwise identifiers are for; by default that of the redirect URIs.
    pub sector: Option<String>,
    pub home_uri: Option<String>,
    /// PNG or JPEG.
    pub logo: Option<Vec<u8>>,
    pub policy_uri: Option<String>,
    pub backchannel_logout_uri: Option<String>,
    /// Where it is told of what happens to people.
    pub webhook_uri: Option<String>,
}

/// An application just registered.
#[derive(Debug)]
pub struct Registered {
    pub id: String,
    /// Shown this once.
    pub secret: Option<String>,
    /// Of its webhook; shown this once, too.
    pub webhook_secret: Option<String>,
}

/// The row of a new application, and what its owner is told.
///
/// # Errors
/// [`Wrong`], when something is not in order.
pub(super) fn prepare(clock: &Clock, new: &NewClient) -> anyhow::Result<(Model, Registered)> {
    let auth_method = new.auth_method.unwrap_or(AuthMethod::ClientSecret);
    let secret = (auth_method == AuthMethod::ClientSecret).then(OpaqueToken::random);
    let id = random_id();
    let blank = Model {
        id: id.clone(),
        auth_method: <&str>::from(auth_method).into(),
        secret_digest: secret.as_ref().map(|secret| secret.digest().to_vec()),
        sector: sector(new)?.unwrap_or_else(|| id.clone()),
        pkce_required: !new.without_pkce,
        signing_alg: <&str>::from(new.signing_alg).into(),
        subject_type: <&str>::from(new.subject_type).into(),
        logo_uri: new.logo.as_deref().map(logo).transpose()?,
        created_at: clock.now(),
        ..Model::default()
    };
    let registered = Registered {
        id,
        secret: secret.map(|secret| secret.text().to_string()),
        webhook_secret: None,
    };
    Ok((with(blank, new)?, registered))
}

/// A row with what can be changed about an application; the rest of `new` is not looked at.
///
/// # Errors
/// [`Wrong`], when something is not in order.
pub(super) fn with(model: Model, new: &NewClient) -> anyhow::Result<Model> {
    let auth_method: AuthMethod = model.auth_method.parse()?;
    check(new, auth_method)?;
    let grant_types = match new.grant_types.as_slice() {
        [] => vec![GrantType::AuthorizationCode],
        chosen => chosen.to_vec(),
    };
    let interactive = grant_types.contains(&GrantType::AuthorizationCode);
    ensure!(
        !interactive || !new.redirect_uris.is_empty(),
        wrong(
            "redirect_uris",
            ValueError::Required,
            "an application that people sign in to needs a redirect URI"
        )
    );
    let mut scopes = new.scopes.clone();
    if interactive && !scopes.iter().any(|scope| scope == Scope::OpenId.name()) {
        scopes.insert(0, Scope::OpenId.name().into());
    }
    Ok(Model {
        name: new.name.trim().into(),
        origins: serde_json::to_string(&origins(new, auth_method)?)?,
        redirect_uris: serde_json::to_string(&new.redirect_uris)?,
        post_logout_redirect_uris: serde_json::to_string(&new.post_logout_redirect_uris)?,
        scopes: serde_json::to_string(&scopes)?,
        grant_types: serde_json::to_string(&grant_types)?,
        purposes: serde_json::to_string(&new.purposes)?,
        min_level: i16::from(new.min_level),
        par_required: new.par_required,
        jwks: new.jwks.clone(),
        jwks_uri: new.jwks_uri.clone(),
        home_uri: new.home_uri.clone(),
        policy_uri: new.policy_uri.clone(),
        backchannel_logout_uri: new.backchannel_logout_uri.clone(),
        ..model
    })
}

/// `app-` and 60 random bits: never what a subject identifier looks like.
fn random_id() -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut rng = rand::rng();
    let letter = || char::from(LETTERS[rng.random_range(0..LETTERS.len())]);
    let random: String = std::iter::repeat_with(letter).take(12).collect();
    format!("app-{random}")
}
