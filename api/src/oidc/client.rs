//! An application as registered.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::scope::Scope;
use crate::{crypto::SigningAlgorithm, entity::oidc_client::Model};

/// How a client shows that it is itself.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
)]
#[strum(serialize_all = "snake_case")]
pub enum AuthMethod {
    /// A secret, in the header (`client_secret_basic`) or in the form (`client_secret_post`).
    ClientSecret,
    /// A token signed with a key of its own (RFC 7523).
    PrivateKeyJwt,
    /// Not at all: programs in browsers and on phones keep no secret.
    None,
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum GrantType {
    AuthorizationCode,
    RefreshToken,
    ClientCredentials,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum SubjectType {
    /// Another identifier for each sector.
    #[default]
    Pairwise,
    /// One identifier for all who are registered so.
    Public,
}

/// A client that is not disabled.
#[derive(Debug, Clone)]
pub struct Client {
    pub id: String,
    pub name: String,
    pub auth_method: AuthMethod,
    pub secret_digest: Option<Vec<u8>>,
    /// The secret before, until when.
    pub old_secret: Option<(Vec<u8>, DateTime<Utc>)>,
    pub jwks: Option<String>,
    pub jwks_uri: Option<String>,
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    /// Scopes by name: those about a person, and those of the API.
    pub scopes: Vec<String>,
    pub grant_types: Vec<GrantType>,
    pub origins: Vec<String>,
    pub purposes: BTreeMap<String, String>,
    pub min_level: u8,
    pub pkce_required: bool,
    pub par_required: bool,
    pub signing_alg: SigningAlgorithm,
    pub subject_type: SubjectType,
    pub sector: String,
    pub home_uri: Option<String>,
    pub logo_uri: Option<String>,
    pub policy_uri: Option<String>,
    pub backchannel_logout_uri: Option<String>,
}

impl Client {
    /// # Errors
    /// When the row holds what no registration wrote.
    pub fn read(row: Model) -> anyhow::Result<Self> {
        let broken = || format!("client {}", row.id);
        Ok(Self {
            auth_method: row.auth_method.parse().with_context(broken)?,
            old_secret: row.old_secret_digest.clone().zip(row.old_secret_until),
            redirect_uris: serde_json::from_str(&row.redirect_uris).with_context(broken)?,
            post_logout_redirect_uris: serde_json::from_str(&row.post_logout_redirect_uris)
                .with_context(broken)?,
            scopes: serde_json::from_str(&row.scopes).with_context(broken)?,
            grant_types: serde_json::from_str(&row.grant_types).with_context(broken)?,
            origins: serde_json::from_str(&row.origins).with_context(broken)?,
            purposes: serde_json::from_str(&row.purposes).with_context(broken)?,
            min_level: u8::try_from(row.min_level).with_context(broken)?,
            signing_alg: row.signing_alg.parse().with_context(broken)?,
            subject_type: row.subject_type.parse().with_context(broken)?,
            secret_digest: row.secret_digest,
            id: row.id,
            name: row.name,
            jwks: row.jwks,
            jwks_uri: row.jwks_uri,
            pkce_required: row.pkce_required,
            par_required: row.par_required,
            sector: row.sector,
            home_uri: row.home_uri,
            logo_uri: row.logo_uri,
            policy_uri: row.policy_uri,
            backchannel_logout_uri: row.backchannel_logout_uri,
        })
    }

    pub fn may_use(&self, grant_type: GrantType) -> bool {
        self.grant_types.contains(&grant_type)
    }

    pub fn may_ask(&self, scope: Scope) -> bool {
        self.scopes.iter().any(|allowed| allowed == scope.name())
    }

    /// Whether it may be told this about a person.
    pub fn may_know(&self, claim: &str) -> bool {
        Scope::of_claim(claim).is_some_and(|scope| self.may_ask(scope))
    }

    /// Whether nobody else can be taken for it: it shows who it is, or the answer goes to an address that is its own. The
    /// scheme of an app and the ports of the person's machine are there for any program to take (RFC 8252 §8.6).
    pub fn is_assured(&self, redirect_uri: &str) -> bool {
        self.auth_method != AuthMethod::None || redirect_uri.starts_with("https://")
    }

    /// Whether a redirect URI is one that was registered: character for character, but for the port of a program on the
    /// person's own machine, which gets another one each time (RFC 8252 §7.3, RFC 9700 §2.1).
    pub fn has_redirect_uri(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|registered| {
            registered == uri
                || without_loopback_port(registered)
                    .is_some_and(|bare| without_loopback_port(uri) == Some(bare))
        })
    }

    /// Told to the person beside a scope.
    pub fn purpose(&self, scope: Scope) -> Option<&str> {
        self.purposes.get(scope.name()).map(String::as_str)
    }
}

/// The host and the rest of a URI that leads to a program on this machine by address.
fn without_loopback_port(uri: &str) -> Option<(&'static str, &str)> {
    ["http://127.0.0.1", "http://[::1]"]
        .into_iter()
        .find_map(|host| {
            let rest = uri.strip_prefix(host)?;
            let rest = match rest.strip_prefix(':') {
                Some(rest) => {
                    let (port, _) = rest.split_once('/')?;
                    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
                    (digits && port.parse::<u16>().is_ok()).then(|| &rest[port.len()..])?
                }
                None => rest,
            };
            rest.starts_with('/').then_some((host, rest))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_loopback_port_may_vary() {
        let bare = |uri| without_loopback_port(uri);
        assert_eq!(
            bare("http://127.0.0.1:49152/cb"),
            bare("http://127.0.0.1/cb")
        );
        assert_eq!(bare("http://[::1]:1/cb?a"), Some(("http://[::1]", "/cb?a")));
        for other in [
            "https://127.0.0.1:1/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:@evil.example/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:123456/cb",
            "http://localhost:1/cb",
            "http://127.0.0.1:1\\@evil.example/",
        ] {
            assert_eq!(bare(other), None, "{other}");
        }
        assert_ne!(bare("http://127.0.0.1:1/cb/"), bare("http://127.0.0.1/cb"));
    }
}
