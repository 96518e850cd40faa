//! Requests that other sites make a browser send are refused before anything is done (OWASP ASVS 3.5.1–3.5.3).
//!
//! The session cookie is `SameSite=Strict`; on top of it, an unsafe request must not say that it comes from another
//! site, and one that is carried by the cookie must bear a header that only same-origin script can set.

use poem::{
    Endpoint, EndpointExt, Request,
    http::{Method, header},
};

use super::problem::Draft;

/// The SPA sends it with every request; a form or an image of another site cannot.
pub const CLIENT_HEADER: &str = "x-csrf";

/// Whether the SPA sent this, and so wants its session in a cookie.
pub fn is_browser_client(request: &Request) -> bool {
    request.headers().contains_key(CLIENT_HEADER)
}

/// Refuses unsafe requests from other sites. `origins` are our own.
pub fn check(request: &Request, origins: &[String]) -> Result<(), Draft> {
    if is_unsafe(request.method()) && is_cross_site(request, origins) {
        return Err(Draft::of("cross-site-request"));
    }
    Ok(())
}

/// The same as a layer, for an operation by itself.
pub fn refuse_cross_site<E: Endpoint + 'static>(
    inner: E,
    origins: Vec<String>,
) -> impl Endpoint<Output = E::Output> {
    inner.before(move |request: Request| {
        let checked = check(&request, &origins);
        async move { checked.map(|()| request).map_err(Into::into) }
    })
}

/// Whether a request that is carried by the session cookie shows that our own page sent it. Every browser says where an
/// unsafe request comes from; what it says has been looked at by then.
pub fn proves_same_origin(request: &Request) -> bool {
    let says_where = request.headers().contains_key(header::ORIGIN)
        || request.headers().contains_key("sec-fetch-site");
    !is_unsafe(request.method()) || (is_browser_client(request) && says_where)
}

fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_cross_site(request: &Request, origins: &[String]) -> bool {
    match request.header("sec-fetch-site") {
        Some("same-origin" | "none") => return false,
        Some(_) => return true,
        None => {}
    }
    // Programs that are not browsers send neither header.
    request
        .header(header::ORIGIN)
        .is_some_and(|origin| !origins.iter().any(|own| own == origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(headers: &[(&'static str, &str)]) -> Request {
        let mut builder = Request::builder().method(Method::POST);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.finish()
    }

    // A34
    #[test]
    fn a_cookie_alone_proves_nothing() {
        let from = ("sec-fetch-site", "same-origin");
        assert!(!proves_same_origin(&post(&[])));
        assert!(!proves_same_origin(&post(&[from])));
        assert!(!proves_same_origin(&post(&[(CLIENT_HEADER, "1")])));
        assert!(proves_same_origin(&post(&[(CLIENT_HEADER, "1"), from])));
        let origin = ("origin", "https://id.example.cn");
        assert!(proves_same_origin(&post(&[(CLIENT_HEADER, "1"), origin])));
    }

    // A34
    #[test]
    fn other_sites_are_told_apart() {
        let own = vec!["https://id.example.cn".to_string()];
        assert!(!is_cross_site(&post(&[]), &own));
        assert!(!is_cross_site(
            &post(&[("sec-fetch-site", "same-origin")]),
            &own
        ));
        assert!(is_cross_site(
            &post(&[("sec-fetch-site", "same-site")]),
            &own
        ));
        assert!(is_cross_site(
            &post(&[("sec-fetch-site", "cross-site")]),
            &own
        ));
        assert!(!is_cross_site(
            &post(&[("origin", "https://id.example.cn")]),
            &own
        ));
        assert!(is_cross_site(
            &post(&[("origin", "https://id.example.cn.evil.net")]),
            &own
        ));
        assert!(is_cross_site(&post(&[("origin", "null")]), &own));
    }
}
