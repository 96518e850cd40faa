//! The built SPA, served from memory: precompressed, with hashed names cached for ever. What is there compressed is kept
//! plain, too, once somebody asked who does not take that. The page says what the service is, so that nothing has to be asked, and
//! nothing moves, before it can be shown.

mod file;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use bytes::Bytes;
use html_escape::encode_double_quoted_attribute as escape;
use poem::{
    Endpoint, Request, Response, Result,
    http::{Method, StatusCode, header},
};
use renzheng_types::service::{ServiceInfo, ServiceProfile};

use self::file::File;
use super::problem::Draft;

const INDEX: &str = "index.html";
/// Where the page says what the service is.
const SERVICE: &str = "<div id=\"app\"";
/// Around what only a demonstration shows, and in it the address of the messages.
const DEMO: [&str; 2] = ["<!--demo", "demo-->"];
const INBOX: &str = "%inbox%";
/// Of the one file that is compressed at each start: with a window of 64 kB, which is more than it has, the encoder needs a
/// tenth of the memory.
const QUALITY: i32 = 11;
const WINDOW_BITS: i32 = 16;
/// Told by whoever starts the server without having built the pages.
const NOT_BUILT: &str = include_str!("../../assets/not-built.html");

/// All files of the SPA.
pub struct Spa {
    files: Arc<HashMap<String, File>>,
}

impl Spa {
    /// Reads a folder whole, and writes into its page what the service is. Without one, every page says that the SPA is
    /// not built.
    ///
    /// # Errors
    /// When the folder, or a file in it, cannot be read.
    pub fn load(folder: Option<&Path>, service: &ServiceInfo) -> anyhow::Result<Self> {
        let mut files = HashMap::new();
        if let Some(folder) = folder {
            read_folder(folder, "", &mut files)
                .with_context(|| format!("spa_dir: {}", folder.display()))?;
            if let Some(index) = files.get_mut(INDEX) {
                let page = std::fs::read_to_string(folder.join(INDEX)).context(INDEX)?;
                *index = page_of(introduce(&page, service)?)?;
            }
        } else {
            tracing::warn!("no built SPA found; `cargo xtask build` makes one");
        }
        Ok(Self {
            files: Arc::new(files),
        })
    }

    fn find(&self, request: &Request) -> Option<&File> {
        let path = request.uri().path().trim_start_matches('/');
        let name = if path.is_empty() { INDEX } else { path };
        if let Some(file) = self.files.get(name) {
            return Some(file);
        }
        // The SPA's own routes have no dot; a page is asked for with Accept: text/html.
        let wants_page = request
            .header(header::ACCEPT)
            .is_some_and(|accept| accept.contains("text/html"));
        if wants_page
            && !path.contains('.')
            && !path.starts_with("api/")
            && !path.starts_with("oauth2/")
        {
            self.files.get(INDEX)
        } else {
            None
        }
    }
}

impl Endpoint for Spa {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let known = self.find(&request).is_some();
            let code = if known {
                "method-not-allowed"
            } else {
                "not-found"
            };
            return Err(Draft::of(code).into());
        }
        if self.files.is_empty() && request.uri().path() == "/" {
            return Ok(Response::builder()
                .status(StatusCode::SERVICE_UNAVAILABLE)
                .content_type("text/html; charset=utf-8")
                .body(NOT_BUILT));
        }
        let file = self.find(&request).ok_or_else(|| Draft::of("not-found"))?;
        file.respond(&request).await
    }
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    files: &mut HashMap<String, File>,
) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let file_name = entry.file_name().to_string_lossy().into_owned();
        let name = format!("{prefix}{file_name}");
        if path.is_dir() {
            read_folder(&path, &format!("{name}/"), files)?;
        } else if !name.ends_with(".br") && !file_name.starts_with('.') {
            let plain = Bytes::from(std::fs::read(&path)?);
            let brotli = folder.join(format!("{file_name}.br"));
            let brotli = brotli
                .is_file()
                .then(|| std::fs::read(brotli))
                .transpose()?;
            let file = File::new(path, &name, plain, brotli.map(Into::into))?;
            files.insert(name, file);
        }
    }
    Ok(())
}

/// The page with the service's description in it.
fn introduce(page: &str, service: &ServiceInfo) -> anyhow::Result<String> {
    let described = serde_json::to_string(service)?;
    let described = format!("{SERVICE} data-service=\"{}\"", escape(&described));
    let page = page.replacen(SERVICE, &described, 1);
    Ok(match (service.profile, &service.sandbox_url) {
        (ServiceProfile::Demo, Some(inbox)) => DEMO
            .iter()
            .fold(page, |page, mark| page.replacen(mark, "", 1))
            .replacen(INBOX, &escape(inbox), 1),
        _ => page,
    })
}

fn page_of(text: String) -> anyhow::Result<File> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: QUALITY,
        lgwin: WINDOW_BITS,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut text.as_bytes(), &mut compressed, &parameters)?;
    let mut page = File::new(PathBuf::new(), INDEX, text.into(), None)?;
    page.brotli = Some(compressed.into());
    Ok(page)
}

#[cfg(test)]
mod tests {
    use poem::test::TestClient;
    use poem_openapi::types::Example;

    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("written")
        };
        write(
            "index.html",
            "<div id=\"app\"><!--demo<a href=\"%inbox%\"></a>demo--></div>",
        );
        write("app-0123456789abcdef_bg.wasm", "wasm");
        write("app-0123456789abcdef_bg.wasm.br", "br");
        folder
    }

    fn service() -> ServiceInfo {
        ServiceInfo::example()
    }

    #[test]
    fn the_page_says_what_the_service_is() {
        let page = "<div id=\"app\"><!--demo<a href=\"%inbox%\"></a>demo--></div>";
        let mut service = service();
        service.help_line = "\"><script>".into();
        let demo = introduce(page, &service).expect("a page");
        assert_eq!(
            demo,
            "<div id=\"app\" data-service=\"{&quot;name&quot;:&quot;统一身份认证&quot;,&quot;profile&quot;:&quot;demo&quot;,\
             &quot;sandbox_url&quot;:&quot;http://localhost:8081&quot;,\
             &quot;help_line&quot;:&quot;\\&quot;&gt;&lt;script&gt;&quot;,&quot;version&quot;:&quot;0.1.0&quot;}\">\
             <a href=\"http://localhost:8081\"></a></div>"
        );
        service.profile = ServiceProfile::Production;
        service.sandbox_url = None;
        let page = introduce(page, &service).expect("a page");
        assert!(page.contains("production"), "{page}");
        assert!(page.contains("<!--demo"), "{page}");
    }

    #[tokio::test]
    async fn the_page_is_compressed_at_the_start() {
        let folder = folder();
        let spa = Spa::load(Some(folder.path()), &service()).expect("loaded");
        let index = spa.files.get(INDEX).expect("a page");
        let mut plain = Vec::new();
        let mut packed = &index.brotli.as_ref().expect("packed")[..];
        brotli::BrotliDecompress(&mut packed, &mut plain).expect("unpacked");
        let kept = index.plain.read(&index.etag).await;
        assert_eq!(plain, kept.expect("the page"));
    }

    #[tokio::test]
    async fn files_are_served_compressed_and_cached() {
        let folder = folder();
        let client = TestClient::new(Spa::load(Some(folder.path()), &service()).expect("loaded"));
        let path = "/app-0123456789abcdef_bg.wasm";
        let response = client
            .get(path)
            .header("accept-encoding", "gzip, br")
            .send()
            .await;
        response.assert_status_is_ok();
        response.assert_header("content-encoding", "br");
        response.assert_header("content-type", "application/wasm");
        response.assert_header("cache-control", "public, max-age=31536000, immutable");
        response.assert_text("br").await;
        let response = client.get(path).send().await;
        let etag = response.0.header("etag").expect("a tag").to_string();
        response.assert_text("wasm").await;
        let response = client.get(path).header("if-none-match", etag).send().await;
        response.assert_status(StatusCode::NOT_MODIFIED);
        let response = client.head(path).send().await;
        response.assert_header("content-length", "4");
        std::fs::remove_file(folder.path().join(&path[1..])).expect("removed");
        let response = client.get(path).send().await;
        response.assert_text("wasm").await;
    }

    #[tokio::test]
    async fn a_file_that_newer_pages_replaced_is_not_served() {
        let folder = folder();
        let client = TestClient::new(Spa::load(Some(folder.path()), &service()).expect("loaded"));
        let file = folder.path().join("app-0123456789abcdef_bg.wasm");
        std::fs::write(&file, "newer").expect("written");
        let path = "/app-0123456789abcdef_bg.wasm";
        let response = client.get(path).send().await;
        response.assert_status(StatusCode::NOT_FOUND);
        std::fs::remove_file(file).expect("removed");
        let response = client.get(path).send().await;
        response.assert_status(StatusCode::NOT_FOUND);
        let response = client
            .get(path)
            .header("accept-encoding", "br")
            .send()
            .await;
        response.assert_text("br").await;
    }

    #[tokio::test]
    async fn pages_fall_back_to_the_index() {
        let folder = folder();
        let client = TestClient::new(Spa::load(Some(folder.path()), &service()).expect("loaded"));
        for path in ["/", "/register", "/me/verifications"] {
            let response = client.get(path).header("accept", "text/html").send().await;
            response.assert_header("cache-control", "no-cache");
            let text = response.0.into_body().into_string().await.expect("a page");
            assert!(text.starts_with("<div id=\"app\" data-service="), "{text}");
        }
        for path in ["/nothing.js", "/api/v1/nothing", "/../Cargo.toml"] {
            let response = client.get(path).header("accept", "text/html").send().await;
            response.assert_status(StatusCode::NOT_FOUND);
        }
        let response = client
            .get("/register")
            .header("accept", "application/json")
            .send()
            .await;
        response.assert_status(StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn without_a_build_the_page_says_so() {
        let client = TestClient::new(Spa::load(None, &service()).expect("loaded"));
        let response = client.get("/").send().await;
        response.assert_status(StatusCode::SERVICE_UNAVAILABLE);
    }
}
