//! Registering applications: by the command line, and by whoever else may.

use std::collections::BTreeMap;

use anyhow::{bail, ensure};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::TimeDelta;
use jsonwebtoken::jwk::{AlgorithmParameters, JwkSet};
use rand::RngExt;
use renzheng_types::value::ValueError;
use url::{Host, Url};

use super::{
    client::{AuthMethod, GrantType, SubjectType},
    client_store,
    scope::Scope,
    webhook::endpoint,
};
use crate::{
    clock::Clock,
    crypto::{OpaqueToken, SigningAlgorithm, Vault, signing::rotate},
    database::Database,
    entity::oidc_client::Model,
};

/// How long the secret before is still taken.
pub(super) const SECRET_OVERLAP: TimeDelta = TimeDelta::hours(24);
const LARGEST_LOGO: usize = 64 * 1024;

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

/// What is not in order about an application.
#[derive(Debug, thiserror::Error)]
#[error("{about}")]
pub struct Wrong {
    /// As the API calls it.
    pub field: &'static str,
    pub error: ValueError,
    about: String,
}

fn wrong(field: &'static str, error: ValueError, about: impl Into<String>) -> Wrong {
    Wrong {
        field,
        error,
        about: about.into(),
    }
}

/// Registers an application.
///
/// # Errors
/// Names what is not in order.
pub async fn add(
    database: &Database,
    vault: &Vault,
    clock: &Clock,
    new: NewClient,
) -> anyhow::Result<Registered> {
    let (model, registered) = prepare(clock, &new)?;
    rotate::ensure(database.write(), vault, clock, new.signing_alg).await?;
    let transaction = database.begin().await?;
    client_store::insert(&transaction, model).await?;
    let webhook_secret = match &new.webhook_uri {
        Some(uri) => endpoint::set(&transaction, vault, clock, &registered.id, uri).await?,
        None => None,
    };
    transaction.commit().await?;
    Ok(Registered {
        webhook_secret,
        ..registered
    })
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

/// # Errors
/// When there is no such client.
pub async fn known(database: &Database, id: &str) -> anyhow::Result<()> {
    ensure!(
        client_store::get(database, id).await?.is_some(),
        "there is no client {id}"
    );
    Ok(())
}

/// Gives a client another secret; the old one is taken for another day.
pub async fn rotate_secret(database: &Database, clock: &Clock, id: &str) -> anyhow::Result<String> {
    let secret = OpaqueToken::random();
    let until = clock.now() + SECRET_OVERLAP;
    let digest = secret.digest().to_vec();
    ensure!(
        client_store::set_secret(database.write(), id, digest, until).await?,
        "there is no client {id} with a secret"
    );
    Ok(secret.text().to_string())
}

/// Lets a client do nothing more, or again.
pub async fn set_disabled(
    database: &Database,
    clock: &Clock,
    id: &str,
    disabled: bool,
) -> anyhow::Result<()> {
    let at = disabled.then(|| clock.now());
    ensure!(
        client_store::set_disabled(database.write(), id, at).await?,
        "there is no client {id}"
    );
    Ok(())
}

fn check(new: &NewClient, auth_method: AuthMethod) -> anyhow::Result<()> {
    let length = new.name.trim().chars().count();
    let name = |about| wrong("name", ValueError::ClientNameInvalid, about);
    ensure!((1..=50).contains(&length), name("name: 1 to 50 characters"));
    ensure!(
        !new.name.chars().any(char::is_control),
        name("name: no control characters")
    );
    let confidential = auth_method != AuthMethod::None;
    for (field, what, uris) in [
        ("redirect_uris", "redirect URI", &new.redirect_uris),
        (
            "post_logout_redirect_uris",
            "post-logout URI",
            &new.post_logout_redirect_uris,
        ),
    ] {
        for uri in uris {
            redirect_uri(uri, confidential).map_err(|error| {
                let about = format!("{what} {uri}: {error:#}");
                wrong(field, ValueError::RedirectUriInvalid, about)
            })?;
        }
    }
    for scope in &new.scopes {
        let fine = !scope.is_empty()
            && scope
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b":._-/".contains(&byte));
        let about = format!("scope {scope}: letters, digits and :._-/ only");
        ensure!(fine, wrong("scopes", ValueError::ScopeInvalid, about));
    }
    for (scope, purpose) in &new.purposes {
        let purpose_wrong = |why: &str| {
            let about = format!("purpose of {scope}: {why}");
            wrong("purposes", ValueError::PurposeInvalid, about)
        };
        ensure!(
            new.scopes.contains(scope),
            purpose_wrong("it is not among the scopes")
        );
        ensure!(
            purpose.chars().count() <= 100,
            purpose_wrong("at most 100 characters")
        );
    }
    ensure!(
        new.min_level <= 3,
        wrong(
            "min_level",
            ValueError::LevelInvalid,
            "minimum level: 0 to 3"
        )
    );
    let public = |about| wrong("grant_types", ValueError::PublicClient, about);
    ensure!(
        confidential || !new.without_pkce,
        public("a public client needs PKCE")
    );
    ensure!(
        confidential || !new.grant_types.contains(&GrantType::ClientCredentials),
        public("a public client cannot speak for itself")
    );
    let keys = [new.jwks.is_some(), new.jwks_uri.is_some()];
    let wanted = usize::from(auth_method == AuthMethod::PrivateKeyJwt);
    let keys_wrong = |about: String| wrong("keys", ValueError::ClientKeysInvalid, about);
    ensure!(
        keys.iter().filter(|given| **given).count() == wanted,
        keys_wrong(
            "private_key_jwt needs keys, either inline or at a URI; other methods none".into()
        )
    );
    if let Some(text) = &new.jwks {
        check_keys(text).map_err(|error| keys_wrong(format!("keys: {error:#}")))?;
    }
    for (field, what, uri) in [
        ("keys", "keys", &new.jwks_uri),
        (
            "backchannel_logout_uri",
            "back-channel URI",
            &new.backchannel_logout_uri,
        ),
        ("home_uri", "home page", &new.home_uri),
        ("policy_uri", "policy", &new.policy_uri),
        ("webhook_uri", "webhook", &new.webhook_uri),
    ] {
        if let Some(uri) = uri {
            web_uri(uri).map_err(|error| {
                let about = format!("{what} {uri}: {error:#}");
                wrong(field, ValueError::WebUriInvalid, about)
            })?;
        }
    }
    Ok(())
}

fn check_keys(text: &str) -> anyhow::Result<()> {
    let set: JwkSet = serde_json::from_str(text)?;
    ensure!(!set.keys.is_empty(), "there is none");
    for key in &set.keys {
        ensure!(
            !matches!(key.algorithm, AlgorithmParameters::OctetKey(_)),
            "a shared secret is no public key"
        );
    }
    ensure!(
        !text.contains("\"d\""),
        "a private key must not leave its owner"
    );
    Ok(())
}

/// https; http for programs on the person's own machine; a scheme of their own for apps, with a dot in it (RFC 8252 §7.1).
fn redirect_uri(text: &str, confidential: bool) -> anyhow::Result<()> {
    ensure!(
        text.len() <= 2000 && !text.contains(['*', '\\']) && !text.contains(char::is_whitespace),
        "not an exact URI"
    );
    let uri = Url::parse(text)?;
    ensure!(uri.fragment().is_none(), "no fragment");
    ensure!(
        uri.username().is_empty() && uri.password().is_none(),
        "no user"
    );
    match uri.scheme() {
        "https" => Ok(()),
        "http" if is_this_machine(&uri) => Ok(()),
        "http" => bail!("http only for this machine"),
        scheme if !confidential && scheme.contains('.') => Ok(()),
        _ => bail!("https, or for an app a scheme with its reversed domain"),
    }
}

/// A page or a hook. http is for trying out on one machine; what is called is checked again at every call.
pub fn web_uri(text: &str) -> anyhow::Result<()> {
    let uri = Url::parse(text)?;
    let fine = uri.scheme() == "https" || (uri.scheme() == "http" && is_this_machine(&uri));
    ensure!(fine, "must begin with https://");
    ensure!(uri.fragment().is_none(), "no fragment");
    Ok(())
}

fn is_this_machine(uri: &Url) -> bool {
    match uri.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Pairwise identifiers are for a host (OpenID Connect Core §8.1): one for all redirect URIs, or it must be named.
fn sector(new: &NewClient) -> anyhow::Result<Option<String>> {
    if let Some(sector) = &new.sector {
        return Ok(Some(sector.to_ascii_lowercase()));
    }
    let mut hosts: Vec<String> = new
        .redirect_uris
        .iter()
        .filter_map(|uri| Url::parse(uri).ok())
        .filter(|uri| uri.scheme() == "https")
        .filter_map(|uri| uri.host_str().map(str::to_string))
        .collect();
    hosts.sort();
    hosts.dedup();
    ensure!(
        hosts.len() <= 1,
        wrong(
            "sector",
            ValueError::SectorMissing,
            "redirect URIs on several hosts: name the sector that its identifiers are for"
        )
    );
    Ok(hosts.pop())
}

/// Whose scripts may call: as named; for a program in a browser, where it lives.
fn origins(new: &NewClient, auth_method: AuthMethod) -> anyhow::Result<Vec<String>> {
    let mut origins = Vec::new();
    for origin in &new.origins {
        let bare = Url::parse(origin).map(|url| url.origin().ascii_serialization());
        let fine = bare.as_ref().is_ok_and(|bare| bare == origin);
        let about = format!("origin {origin}: scheme and host only");
        ensure!(fine, wrong("origins", ValueError::OriginInvalid, about));
        origins.push(origin.clone());
    }
    if auth_method == AuthMethod::None && origins.is_empty() {
        origins.extend(
            new.redirect_uris
                .iter()
                .filter_map(|uri| Url::parse(uri).ok())
                .filter(|uri| ["http", "https"].contains(&uri.scheme()))
                .map(|uri| uri.origin().ascii_serialization()),
        );
        origins.dedup();
    }
    Ok(origins)
}

/// Kept with the client and shown from here: no page of ours loads anything from elsewhere.
fn logo(bytes: &[u8]) -> anyhow::Result<String> {
    ensure!(bytes.len() <= LARGEST_LOGO, "logo: at most 64 kB");
    let kind = match bytes {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        _ => bail!("logo: PNG or JPEG"),
    };
    Ok(format!(
        "data:{kind};base64,{}",
        BASE64_STANDARD.encode(bytes)
    ))
}

/// `app-` and 60 random bits: never what a subject identifier looks like.
fn random_id() -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut rng = rand::rng();
    let letter = || char::from(LETTERS[rng.random_range(0..LETTERS.len())]);
    let random: String = std::iter::repeat_with(letter).take(12).collect();
    format!("app-{random}")
}

#[cfg(test)]
mod tests {
    use super::*;

    // A39, C15
    #[test]
    fn redirect_uris_are_exact_and_safe() {
        for good in [
            "https://app.example/cb?x=1",
            "http://127.0.0.1/cb",
            "http://[::1]:8/cb",
            "http://localhost:3000/cb",
        ] {
            assert!(redirect_uri(good, true).is_ok(), "{good}");
        }
        assert!(redirect_uri("cn.example.app:/cb", false).is_ok());
        for bad in [
            "https://app.example/cb#x",
            "https://u:p@app.example/cb",
            "https://*.example/cb",
            "http://app.example/cb",
            "javascript:alert(1)",
            "data:text/html,x",
            "/cb",
            "cn.example.app:/cb",
            "https://app.example/c b",
        ] {
            assert!(redirect_uri(bad, true).is_err(), "{bad}");
        }
    }
}
