//! Only our own host names are served, so that no link is ever built from somebody else's (OWASP: host poisoning).

use poem::{
    Request,
    http::{header, uri::Authority},
};

use super::problem::Draft;
use crate::{app::App, config::Profile};

/// Asked by load balancers and orchestrators, by whatever address the node has; no link is built there.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];

/// Refuses a request for a host name that is not in `hosts` (compared without port). An empty list serves any.
pub fn check(request: &Request, hosts: &[String]) -> Result<(), Draft> {
    let known = hosts.is_empty()
        || PROBES.contains(&request.uri().path())
        || host_of(request).is_some_and(|host| hosts.contains(&host));
    if known {
        Ok(())
    } else {
        Err(Draft::of("unknown-host"))
    }
}

/// The host names served: the public one, those configured, and in a demo every name of this machine.
pub fn served(app: &App) -> Vec<String> {
    let authority = app
        .public_url
        .split("://")
        .nth(1)
        .unwrap_or_default()
        .to_string();
    let public = authority
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(authority.as_str(), |(host, _)| host)
        .trim_matches(['[', ']'])
        .to_ascii_lowercase();
    let mut hosts = vec![public];
    hosts.extend(
        app.config
            .allowed_hosts
            .iter()
            .map(|host| host.to_ascii_lowercase()),
    );
    if app.config.profile == Profile::Demo {
        hosts.extend(["localhost", "127.0.0.1", "::1"].map(String::from));
    }
    hosts
}

/// The host name asked for, lower-case, without its port. Nothing where a request names two (RFC 9112 §3.2).
fn host_of(request: &Request) -> Option<String> {
    let named = request.headers().get_all(header::HOST).iter();
    let named = named.map(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let mut all = named.chain(request.uri().authority().cloned().map(Some));
    let first = name(&all.next()??);
    all.all(|other| other.is_some_and(|other| name(&other) == first))
        .then_some(first)
}

fn name(authority: &Authority) -> String {
    let name = authority.host().trim_matches(['[', ']']);
    name.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    // C19
    #[test]
    fn takes_the_name_from_the_host_header() {
        let request = |host: &str| Request::builder().header("host", host).finish();
        assert_eq!(
            host_of(&request("ID.example.cn:8443")).as_deref(),
            Some("id.example.cn")
        );
        assert_eq!(host_of(&request("[::1]:8080")).as_deref(), Some("::1"));
        assert_eq!(host_of(&request("a b")), None);
        let two = Request::builder().header("host", "id.example.cn");
        let two = two.header("host", "evil.example").finish();
        assert_eq!(host_of(&two), None);
        let uri = poem::http::Uri::from_static("https://evil.example/");
        let other = Request::builder().uri(uri).header("host", "id.example.cn");
        assert_eq!(host_of(&other.finish()), None);
    }
}
