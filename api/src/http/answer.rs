//! Successful answers: status, body, and the cookie a browser keeps its session in.

use poem_openapi::{
    ApiResponse,
    payload::{Binary, Json},
    types::ToJSON,
};

/// 201 with the thing made.
#[derive(ApiResponse)]
pub enum Created<T: ToJSON> {
    /// Made.
    #[oai(status = 201)]
    Created(
        Json<T>,
        /// The session of a browser that asked with `X-CSRF`.
        #[oai(header = "Set-Cookie")]
        Option<String>,
    ),
}

impl<T: ToJSON> Created<T> {
    pub fn of(body: T) -> Self {
        Self::Created(Json(body), None)
    }

    pub fn with_cookie(body: T, cookie: Option<String>) -> Self {
        Self::Created(Json(body), cookie)
    }
}

/// 202: taken on, done soon.
#[derive(ApiResponse)]
pub enum Accepted<T: ToJSON> {
    /// Taken on.
    #[oai(status = 202)]
    Accepted(Json<T>),
}

impl<T: ToJSON> Accepted<T> {
    pub fn of(body: T) -> Self {
        Self::Accepted(Json(body))
    }
}

/// 204, and the browser forgets its session.
#[derive(ApiResponse)]
pub enum SignedOut {
    /// Signed out.
    #[oai(status = 204)]
    Done(#[oai(header = "Set-Cookie")] String),
}

/// 204: done, nothing to say.
#[derive(ApiResponse)]
pub enum Done {
    /// Done.
    #[oai(status = 204)]
    Done,
}

#[derive(ApiResponse)]
pub enum Png {
    /// A picture.
    #[oai(status = 200, content_type = "image/png")]
    Ok(Binary<Vec<u8>>),
}

#[derive(ApiResponse)]
pub enum Wav {
    /// A sound.
    #[oai(status = 200, content_type = "audio/wav")]
    Ok(Binary<Vec<u8>>),
}

#[derive(ApiResponse)]
pub enum Csv {
    /// A table.
    #[oai(status = 200, content_type = "text/csv")]
    Ok(
        Binary<Vec<u8>>,
        #[oai(header = "Content-Disposition")] String,
    ),
}

impl Csv {
    /// To be saved under a name, which is of plain ASCII.
    pub fn of(name: &str, table: Vec<u8>) -> Self {
        Self::Ok(Binary(table), format!("attachment; filename=\"{name}\""))
    }
}
