//! Swagger UI at `/docs`.
//!
//! poem-openapi carries Swagger UI as one page with everything inline, which our content security policy forbids.
//! The same script and style are served here as files of their own, started by a small script of ours. They are two
//! megabytes, so they are taken apart when somebody first opens the page.

use std::sync::OnceLock;

use bytes::Bytes;
use poem::{
    Endpoint, EndpointExt, IntoEndpoint, Response, Route,
    endpoint::make_sync,
    http::{HeaderValue, header},
};
use poem_openapi::OpenApiService;

/// Swagger UI writes `style` attributes; scripts stay as strict as everywhere.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

const PAGE: &str = include_str!("../../assets/docs/index.html");
const INIT: &str = include_str!("../../assets/docs/init.js");

/// The pieces of Swagger UI.
struct Docs {
    script: Bytes,
    style: Bytes,
}

impl Docs {
    fn get() -> &'static Self {
        static DOCS: OnceLock<Docs> = OnceLock::new();
        DOCS.get_or_init(|| {
            // The page also carries a description, which ours does not take from it.
            let nothing = OpenApiService::new((), "", "");
            Self::from_page(&nothing.swagger_ui_html())
        })
    }

    fn from_page(html: &str) -> Self {
        Self {
            script: between(html, "<script charset=\"UTF-8\">", "</script>\n</head>"),
            style: between(html, "<style charset=\"UTF-8\">", "</style>\n    <script"),
        }
    }
}

/// To be nested at `/docs`.
pub fn endpoint() -> impl IntoEndpoint {
    Route::new()
        .at("/", file("text/html; charset=utf-8", || PAGE.into()))
        .at(
            "/init.js",
            file("text/javascript; charset=utf-8", || INIT.into()),
        )
        .at(
            "/swagger-ui.js",
            file("text/javascript; charset=utf-8", || {
                Docs::get().script.clone()
            }),
        )
        .at(
            "/swagger-ui.css",
            file("text/css; charset=utf-8", || Docs::get().style.clone()),
        )
        .after(|response: poem::Result<Response>| async move {
            let mut response = response?;
            response.headers_mut().insert(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(CONTENT_SECURITY_POLICY),
            );
            Ok::<_, poem::Error>(response)
        })
}

fn between(text: &str, start: &str, end: &str) -> Bytes {
    text.split_once(start)
        .and_then(|(_, rest)| rest.split_once(end))
        .map(|(inner, _)| Bytes::copy_from_slice(inner.as_bytes()))
        .unwrap_or_default()
}

fn file(content_type: &'static str, body: fn() -> Bytes) -> impl Endpoint<Output = Response> {
    make_sync(move |_| {
        Response::builder()
            .content_type(content_type)
            .header(header::CACHE_CONTROL, "no-cache")
            .body(body())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_and_style_are_found_in_the_page() {
        let text = |bytes: &'static Bytes| std::str::from_utf8(bytes).expect("text");
        let (script, style) = (text(&Docs::get().script), text(&Docs::get().style));
        assert!(script.contains("SwaggerUIBundle"), "no script");
        assert!(style.contains(".swagger-ui"), "no style");
        assert!(!script.contains("</script>"));
    }
}
