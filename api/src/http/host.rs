//! Only our own host names are served, so that no link is ever built from somebody else's (OWASP: host poisoning).

use poem::{
    Endpoint, EndpointExt, Request,
    http::{header, uri::Authority},
};

use super::problem::Draft;

/// Asked by load balancers and orchestrators, by whatever address the node has; no link is built there.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];

/// Refuses requests for host names that are not in `hosts` (compared without port). An empty list serves any.
pub fn refuse_unknown_host<E: Endpoint + 'static>(
    inner: E,
    hosts: Vec<String>,
) -> impl Endpoint<Output = E::Output> {
    inner.around(move |inner, request: Request| {
        let known = hosts.is_empty()
            || PROBES.contains(&request.uri().path())
            || host_of(&request).is_some_and(|host| hosts.contains(&host));
        async move {
            if !known {
                return Err(Draft::of("unknown-host").into());
            }
            inner.call(request).await
        }
    })
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
