//! Calls to the server: one `send` for everything, one function per operation.

mod call;
mod failure;
mod service;

pub use call::*;
pub use failure::Failure;
pub use service::{Profile, ServiceInfo};

use gloo_net::http::{Method, RequestBuilder, Response};
use renzheng_types::{Locale, problem::Problem};
use serde::{Serialize, de::DeserializeOwned};
use web_sys::RequestCredentials;

const BASE: &str = "/api/v1";

/// What every call needs to know.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Api {
    /// The language the server answers in.
    pub locale: Locale,
}

impl Api {
    fn request(self, method: Method, path: &str) -> RequestBuilder {
        RequestBuilder::new(&format!("{BASE}{path}"))
            .method(method)
            .header("Accept", "application/json, application/problem+json")
            .header("Accept-Language", self.locale.tag())
            // A page of another site cannot set this header; the server asks for it before it
            // accepts or sets the session cookie.
            .header("X-CSRF", "1")
            .credentials(RequestCredentials::SameOrigin)
    }

    async fn get<A: DeserializeOwned>(self, path: &str) -> Result<A, Failure> {
        let request = self.request(Method::GET, path).build();
        answer(send(request).await?).await
    }

    async fn send_json<B: Serialize, A: DeserializeOwned>(
        self,
        method: Method,
        path: &str,
        body: &B,
    ) -> Result<A, Failure> {
        let request = self.request(method, path).json(body);
        answer(send(request).await?).await
    }

    async fn post<B: Serialize, A: DeserializeOwned>(
        self,
        path: &str,
        body: &B,
    ) -> Result<A, Failure> {
        self.send_json(Method::POST, path, body).await
    }
}

/// Sends one request; anything but a 2xx becomes a [`Failure`].
async fn send(
    request: Result<gloo_net::http::Request, gloo_net::Error>,
) -> Result<Response, Failure> {
    let request = request.map_err(|_| Failure::Garbled)?;
    let response = request.send().await.map_err(|_| Failure::Unreachable)?;
    if response.ok() {
        return Ok(response);
    }
    let retry_after = response
        .headers()
        .get("Retry-After")
        .and_then(|seconds| seconds.trim().parse().ok());
    match response.json::<Problem>().await {
        Ok(problem) => Err(Failure::Refused {
            problem: Box::new(problem),
            retry_after,
        }),
        // A proxy in between answers without a problem document.
        Err(_) if response.status() >= 500 => Err(Failure::Unavailable { retry_after }),
        Err(_) => Err(Failure::Garbled),
    }
}

async fn answer<A: DeserializeOwned>(response: Response) -> Result<A, Failure> {
    response.json().await.map_err(|_| Failure::Garbled)
}
