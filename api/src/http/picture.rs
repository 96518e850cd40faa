//! A picture as the body of a request. It is not read before the handler has seen who sends it and how often.

use poem::{Body, Request, http::Method};
use poem_openapi::{ApiRequest, payload::Binary};

/// JPEG or PNG; which of them it is, is seen from the content.
#[derive(ApiRequest)]
pub enum Upload {
    #[oai(content_type = "image/jpeg")]
    Jpeg(Binary<Body>),
    #[oai(content_type = "image/png")]
    Png(Binary<Body>),
}

impl Upload {
    /// The file; `None` when it is larger than `limit`, or breaks off.
    pub async fn read(self, limit: usize) -> Option<Vec<u8>> {
        let (Self::Jpeg(Binary(body)) | Self::Png(Binary(body))) = self;
        Some(body.into_bytes_limit(limit).await.ok()?.to_vec())
    }
}

/// Whether a request brings a picture: its body is then left to the handler.
pub fn is_upload(request: &Request) -> bool {
    request.method() == Method::PUT
        && request
            .content_type()
            .is_some_and(|kind| kind.starts_with("image/"))
}
