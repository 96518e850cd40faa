//! One file of the SPA, as it is answered.

use std::{io, path::PathBuf};

use bytes::Bytes;
use poem::{
    Request, Response, Result,
    http::{HeaderValue, Method, StatusCode, header},
};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::super::{
    auth::Never,
    problem::{Draft, Fault},
};

pub struct File {
    content_type: &'static str,
    cache_control: &'static str,
    pub etag: HeaderValue,
    pub plain: Plain,
    pub brotli: Option<Bytes>,
}

/// A file as it is.
pub struct Plain {
    length: u64,
    /// Filled when first asked for, where it is also there compressed.
    content: OnceCell<Bytes>,
    path: PathBuf,
}

impl File {
    pub fn new(
        path: PathBuf,
        name: &str,
        plain: Bytes,
        brotli: Option<Bytes>,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            content_type: content_type(name),
            cache_control: cache_control(name),
            etag: tag(&plain)?,
            plain: Plain {
                length: plain.len() as u64,
                content: OnceCell::new_with(brotli.is_none().then_some(plain)),
                path,
            },
            brotli,
        })
    }

    pub async fn respond(&self, request: &Request) -> Result<Response> {
        let mut response = Response::builder()
            .header(header::CACHE_CONTROL, self.cache_control)
            .header(header::ETAG, self.etag.clone())
            .header(header::VARY, "Accept-Encoding")
            .finish();
        let known = request
            .header(header::IF_NONE_MATCH)
            .is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == self.etag));
        if known {
            response.set_status(StatusCode::NOT_MODIFIED);
            return Ok(response);
        }
        let takes_brotli = request
            .header(header::ACCEPT_ENCODING)
            .is_some_and(|codings| codings.split(',').any(|coding| coding.trim() == "br"));
        let brotli = self.brotli.as_ref().filter(|_| takes_brotli);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.content_type),
        );
        if brotli.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        if request.method() == Method::HEAD {
            let length = brotli.map_or(self.plain.length, |brotli| brotli.len() as u64);
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            return Ok(response);
        }
        response.set_body(match brotli {
            Some(brotli) => brotli.clone(),
            None => self.plain.read(&self.etag).await?,
        });
        Ok(response)
    }
}

impl Plain {
    /// The file, if it is still what the tag was made of: newer pages may have taken its place.
    pub async fn read(&self, etag: &HeaderValue) -> Result<Bytes> {
        let read = async || {
            let content = Bytes::from(tokio::fs::read(&self.path).await?);
            let unchanged = tag(&content).is_ok_and(|tag| tag == etag);
            unchanged
                .then_some(content)
                .ok_or(io::Error::from(io::ErrorKind::NotFound))
        };
        match self.content.get_or_try_init(read).await {
            Ok(content) => Ok(content.clone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(Draft::of("not-found").into())
            }
            Err(error) => {
                let error = anyhow::Error::new(error).context(self.path.display().to_string());
                Err(Fault::<Never>::Internal(error).into())
            }
        }
    }
}

fn tag(content: &[u8]) -> anyhow::Result<HeaderValue> {
    let tag = format!("\"{}\"", hex::encode(&Sha256::digest(content)[..12]));
    Ok(HeaderValue::from_str(&tag)?)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// A name with a hash in it (`app-0123456789abcdef.js`) never changes what it holds.
fn cache_control(name: &str) -> &'static str {
    let stem = name.split('.').next().unwrap_or_default();
    let hashed = stem
        .split(['-', '_'])
        .any(|part| part.len() >= 12 && part.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}
