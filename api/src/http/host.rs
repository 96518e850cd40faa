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

/// The host name asked for, lower-case, without its port.
fn host_of(request: &Request) -> Option<String> {
    let authority = match request.header(header::HOST) {
        Some(host) => host.parse::<Authority>().ok()?,
        None => request.uri().authority()?.clone(),
    };
    Some(
        authority
            .host()
            .trim_matches(['[', ']'])
            .to_ascii_lowercase(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_name_from_the_host_header() {
        let request = |host: &str| Request::builder().header("host", host).finish();
        assert_eq!(
            host_of(&request("ID.example.cn:8443")).as_deref(),
            Some("id.example.cn")
        );
        assert_eq!(host_of(&request("[::1]:8080")).as_deref(), Some("::1"));
        assert_eq!(host_of(&request("a b")), None);
    }
}
