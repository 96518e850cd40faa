//! Where a request comes from, through the proxies that we trust and no others.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use ipnet::{IpNet, Ipv6Net};
use poem::{FromRequest, Request, RequestBody, Result};

/// The caller's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// The address that [`trace`] found.
    pub fn of(request: &Request) -> Self {
        request
            .extensions()
            .get::<Self>()
            .copied()
            .unwrap_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
    }

    /// What limits count by: an IPv4 address, or the /64 that one line has in IPv6.
    pub fn limit_key(&self) -> String {
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let network = u128::from(address) & !u128::from(u64::MAX);
                format!("{}/64", Ipv6Addr::from(network))
            }
        }
    }
}

/// The /48 around a [`ClientAddress::limit_key`] of IPv6: what one customer may have, 65,536 lines (RFC 6177).
pub fn site_of(limit_key: &str) -> Option<String> {
    let line: Ipv6Net = limit_key.parse().ok()?;
    let site = Ipv6Net::new(line.addr(), 48).ok()?;
    Some(site.trunc().to_string())
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'a> FromRequest<'a> for ClientAddress {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        Ok(Self::of(request))
    }
}

/// Finds the caller's address for everything that asks for it later.
pub fn trace(request: &mut Request, trusted: &[IpNet]) {
    let address = find(request, trusted);
    request.extensions_mut().insert(ClientAddress(address));
}

fn find(request: &Request, trusted: &[IpNet]) -> IpAddr {
    let peer = request
        .remote_addr()
        .as_socket_addr()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| {
            address.ip().to_canonical()
        });
    let forwarded: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    resolve(peer, &forwarded, trusted)
}

/// Walks back from the peer as long as the hop that speaks is trusted; each proxy appends whom it heard.
fn resolve(peer: IpAddr, forwarded: &[&str], trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut address = peer;
    for hop in forwarded.iter().rev() {
        if !is_trusted(&address) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(hop) => address = hop.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn proxies() -> Vec<IpNet> {
        vec!["10.0.0.0/8".parse().expect("a network")]
    }

    // A59
    #[test]
    fn a_stranger_cannot_say_who_they_are() {
        let found = resolve(address("203.0.113.9"), &["1.2.3.4"], &proxies());
        assert_eq!(found, address("203.0.113.9"));
        assert_eq!(
            resolve(address("10.0.0.1"), &["1.2.3.4"], &[]),
            address("10.0.0.1")
        );
    }

    // A59
    #[test]
    fn the_last_untrusted_hop_counts() {
        let found = resolve(
            address("10.0.0.1"),
            &["1.1.1.1", "203.0.113.9", "10.0.0.2"],
            &proxies(),
        );
        assert_eq!(found, address("203.0.113.9"));
        let garbage = resolve(address("10.0.0.1"), &["203.0.113.9", "unknown"], &proxies());
        assert_eq!(garbage, address("10.0.0.1"));
    }

    // A61
    #[test]
    fn an_ipv6_customer_is_one() {
        let key = |text: &str| ClientAddress(address(text)).limit_key();
        let site = |text: &str| site_of(&key(text));
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), key("2001:db8:1:2:ffff::1"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("203.0.113.9"), "203.0.113.9");
        assert_eq!(site("2001:db8:1:2::1").as_deref(), Some("2001:db8:1::/48"));
        assert_eq!(site("2001:db8:1:2::1"), site("2001:db8:1:ffff::1"));
        assert_eq!(site("203.0.113.9"), None);
    }
}
