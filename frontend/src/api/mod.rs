//! Calls to the server: one `send` for everything, one function per operation.

mod address;
mod application;
mod call;
mod console;
mod credential;
mod face;
mod failure;
mod passkey;
mod security;
mod service;
mod staff;

pub use call::*;
pub use console::{query, statistics_csv};
pub use credential::CodeUse;
pub use failure::Failure;
pub use passkey::Holder;
pub use security::{SignInAnswer, qr_events};
pub use service::{Profile, ServiceInfo};

use std::{future::Future, pin::Pin};

use gloo_net::http::{Method, RequestBuilder};
use renzheng_types::{Locale, problem::Problem};
use serde::{Serialize, de::DeserializeOwned};
use web_sys::RequestCredentials;

const BASE: &str = "/api/v1";
/// Carries the proof of a step-up, for one request.
const STEP_UP: &str = "X-Step-Up";

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
        read(&send(request).await?.text)
    }

    async fn send_json<B: Serialize, A: DeserializeOwned>(
        self,
        method: Method,
        path: &str,
        body: &B,
    ) -> Result<A, Failure> {
        let request = self.request(method, path);
        read(&send(with_body(request, body)).await?.text)
    }

    async fn post<B: Serialize, A: DeserializeOwned>(
        self,
        path: &str,
        body: &B,
    ) -> Result<A, Failure> {
        self.send_json(Method::POST, path, body).await
    }

    /// Asks for something to be done that needs no words.
    async fn act<A: DeserializeOwned>(self, method: Method, path: &str) -> Result<A, Failure> {
        let request = self.request(method, path).build();
        read(&send(request).await?.text)
    }
}

type Request = Result<gloo_net::http::Request, gloo_net::Error>;

fn with_body<B: Serialize>(request: RequestBuilder, body: &B) -> Request {
    let body = serde_json::to_string(body)?;
    request
        .header("Content-Type", "application/json")
        .body(body)
}

/// What the server answered to a request that it took.
struct Answer {
    status: u16,
    text: String,
}

/// Sends one request; anything but a 2xx becomes a [`Failure`]. Neither this nor the futures
/// inside know what is sent or expected: they are in the program once, not once for every call.
fn send(request: Request) -> Pin<Box<dyn Future<Output = Result<Answer, Failure>>>> {
    Box::pin(async move {
        let request = request.map_err(|_| Failure::Garbled)?;
        let response = request.send().await.map_err(|_| Failure::Unreachable)?;
        let status = response.status();
        let retry_after = response
            .headers()
            .get("Retry-After")
            .and_then(|seconds| seconds.trim().parse().ok());
        let text = response.text().await;
        if response.ok() {
            let text = text.map_err(|_| Failure::Garbled)?;
            return Ok(Answer { status, text });
        }
        match serde_json::from_str::<Problem>(&text.unwrap_or_default()) {
            Ok(problem) => Err(Failure::Refused {
                problem: Box::new(problem),
                retry_after,
            }),
            // A proxy in between answers without a problem document.
            Err(_) if status >= 500 => Err(Failure::Unavailable { retry_after }),
            Err(_) => Err(Failure::Garbled),
        }
    })
}

fn read<A: DeserializeOwned>(text: &str) -> Result<A, Failure> {
    serde_json::from_str(text).map_err(|_| Failure::Garbled)
}
