//! What an application may be registered with.

use anyhow::{bail, ensure};
use base64::{Engine, prelude::BASE64_STANDARD};
use jsonwebtoken::jwk::{AlgorithmParameters, JwkSet};
use renzheng_types::value::ValueError;
use url::{Host, Url};

use super::NewClient;
use crate::oidc::client::{AuthMethod, GrantType};

const LARGEST_LOGO: usize = 64 * 1024;

/// What is not in order about an application.
#[derive(Debug, thiserror::Error)]
#[error("{about}")]
pub struct Wrong {
    /// As the API calls it.
    pub field: &'static str,
    pub error: ValueError,
    about: String,
}

pub(super) fn wrong(field: &'static str, error: ValueError, about: impl Into<String>) -> Wrong {
    Wrong {
        field,
        error,
        about: about.into(),
    }
}

/// Everything that does not depend on what is registered already.
pub(super) fn check(new: &NewClient, auth_method: AuthMethod) -> anyhow::Result<()> {
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
    ensure!(!text.contains(char::is_control), "no control characters");
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
pub(super) fn sector(new: &NewClient) -> anyhow::Result<Option<String>> {
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
pub(super) fn origins(new: &NewClient, auth_method: AuthMethod) -> anyhow::Result<Vec<String>> {
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
pub(super) fn logo(bytes: &[u8]) -> anyhow::Result<String> {
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
