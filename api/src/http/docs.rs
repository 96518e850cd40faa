//! Swagger UI at `/docs`.
//!
//! poem-openapi carries Swagger UI as one page with everything inline, which our content security policy forbids.
//! The same script and style are served here as files of their own, started by a small script of ours.

use poem::{
    Endpoint, EndpointExt, IntoEndpoint, Response, Route,
    endpoint::make_sync,
    http::{HeaderValue, header},
};

/// Swagger UI writes `style` attributes; scripts stay as strict as everywhere.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

const PAGE: &str = include_str!("../../assets/docs/index.html");
const INIT: &str = include_str!("../../assets/docs/init.js");

/// The pieces of Swagger UI.
pub struct Docs {
    script: String,
    style: String,
}

impl Docs {
    /// Takes the page that [`poem_openapi::OpenApiService::swagger_ui_html`] makes apart.
    pub fn new(html: &str) -> Self {
        Self {
            script: between(html, "<script charset=\"UTF-8\">", "</script>\n</head>"),
            style: between(html, "<style charset=\"UTF-8\">", "</style>\n    <script"),
        }
    }

    /// To be nested at `/docs`.
    pub fn endpoint(self) -> impl IntoEndpoint {
        Route::new()
            .at("/", file("text/html; charset=utf-8", PAGE.into()))
            .at(
                "/init.js",
                file("text/javascript; charset=utf-8", INIT.into()),
            )
            .at(
                "/swagger-ui.js",
                file("text/javascript; charset=utf-8", self.script),
            )
            .at(
                "/swagger-ui.css",
                file("text/css; charset=utf-8", self.style),
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
}

fn between(text: &str, start: &str, end: &str) -> String {
    text.split_once(start)
        .and_then(|(_, rest)| rest.split_once(end))
        .map(|(inner, _)| inner.to_string())
        .unwrap_or_default()
}

fn file(content_type: &'static str, text: String) -> impl Endpoint<Output = Response> {
    let body = bytes::Bytes::from(text);
    make_sync(move |_| {
        Response::builder()
            .content_type(content_type)
            .header(header::CACHE_CONTROL, "no-cache")
            .body(body.clone())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_and_style_are_found_in_the_page() {
        let docs = Docs::new(&crate::http::api().swagger_ui_html());
        assert!(docs.script.contains("SwaggerUIBundle"), "no script");
        assert!(docs.style.contains(".swagger-ui"), "no style");
        assert!(!docs.script.contains("</script>"));
    }
}
