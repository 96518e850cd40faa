//! Requests to addresses that applications registered: their keys, their sign-out hooks. They must not lead inside: https
//! only, public addresses only, checked for the very addresses that are connected to; no redirects, five seconds, 64 KiB
//! (OWASP: server-side request forgery).

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::LazyLock,
    time::Duration,
};

use anyhow::Context;
use ipnet::IpNet;
use reqwest::{
    StatusCode,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use url::{Host, Url};

const CONNECT_WITHIN: Duration = Duration::from_secs(2);
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
const LARGEST_ANSWER: usize = 64 * 1024;

/// What is not the public internet (IANA's special-purpose registries).
static INSIDE: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ]
    .iter()
    .filter_map(|network| network.parse().ok())
    .collect()
});

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebError {
    #[error("not an address that may be called")]
    Forbidden,
    #[error("no answer")]
    Unreachable,
    #[error("answer too large")]
    TooLarge,
}

/// Calls addresses of others.
#[derive(Clone)]
pub struct PublicWeb {
    client: reqwest::Client,
    private_too: bool,
}

impl PublicWeb {
    /// `private_too` lets it call http and this machine: for demonstrations.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(private_too: bool) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(PublicAddresses { private_too })
            .user_agent(concat!("renzheng/", env!("CARGO_PKG_VERSION")))
            .build()
            .context("HTTP to applications")?;
        Ok(Self {
            client,
            private_too,
        })
    }

    /// The body of a 200.
    pub async fn get(&self, url: &str) -> Result<Vec<u8>, WebError> {
        let url = self.checked(url)?;
        let mut response = self.client.get(url).send().await.map_err(unreachable)?;
        if response.status() != StatusCode::OK {
            return Err(WebError::Unreachable);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(WebError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// Posts a form; the answer's status. Its body is not read.
    pub async fn post_form(&self, url: &str, form: String) -> Result<StatusCode, WebError> {
        let headers = [("content-type", "application/x-www-form-urlencoded".into())];
        self.post(url, &headers, form).await
    }

    /// Posts JSON with some headers; the answer's status. Its body is not read.
    pub async fn post_json(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        json: &str,
    ) -> Result<StatusCode, WebError> {
        let mut all = vec![("content-type", "application/json".into())];
        all.extend_from_slice(headers);
        self.post(url, &all, json.into()).await
    }

    async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<StatusCode, WebError> {
        let mut request = self.client.post(self.checked(url)?).body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let response = request.send().await.map_err(unreachable)?;
        Ok(response.status())
    }

    /// Names are checked where they are resolved; an address in the URL itself is checked here.
    fn checked(&self, url: &str) -> Result<Url, WebError> {
        let url = Url::parse(url).map_err(|_| WebError::Forbidden)?;
        if self.private_too {
            return Ok(url);
        }
        let outside = match url.host() {
            Some(Host::Ipv4(address)) => is_public(address.into()),
            Some(Host::Ipv6(address)) => is_public(address.into()),
            Some(Host::Domain(_)) => true,
            None => false,
        };
        if url.scheme() != "https" || !outside {
            return Err(WebError::Forbidden);
        }
        Ok(url)
    }
}

fn unreachable(error: reqwest::Error) -> WebError {
    tracing::debug!(%error, "call to an application");
    WebError::Unreachable
}

/// Whether an address is on the public internet.
pub fn is_public(address: IpAddr) -> bool {
    let address = address.to_canonical();
    !INSIDE.iter().any(|network| network.contains(&address))
}

/// Resolves names to public addresses only, so that no name leads inside, now or later (DNS rebinding).
struct PublicAddresses {
    private_too: bool,
}

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        let private_too = self.private_too;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found
                .filter(|address| private_too || is_public(address.ip()))
                .collect();
            if found.is_empty() {
                return Err(io::Error::other("no public address").into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // C30
    #[test]
    fn inside_and_outside_are_told_apart() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "169.254.169.254",
            "192.168.1.1",
            "172.31.255.255",
            "0.0.0.0",
            "100.64.0.1",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "fe80::1",
            "fd00::1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "224.0.0.1",
            "255.255.255.255",
        ] {
            assert!(!is_public(inside.parse().expect("an address")), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "114.114.114.114",
            "2400:3200::1",
            "2606:4700::1111",
        ] {
            assert!(is_public(outside.parse().expect("an address")), "{outside}");
        }
        assert_eq!(INSIDE.len(), 28, "every network is read");
    }

    // C30
    #[tokio::test]
    async fn nothing_inside_is_called() {
        let web = PublicWeb::new(false).expect("a client");
        for url in [
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://169.254.169.254/latest",
            "https://2130706433/",
            "https://0x7f.1/",
            "http://example.com/",
            "file:///etc/passwd",
            "nonsense",
        ] {
            assert_eq!(web.get(url).await, Err(WebError::Forbidden), "{url}");
        }
        // A name that leads inside is not followed.
        assert_eq!(
            web.get("https://localhost/").await,
            Err(WebError::Unreachable)
        );
    }
}
