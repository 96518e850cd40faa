//! Which other sites' scripts may read our answers: those of registered applications, at the operations meant for them,
//! and never with credentials (OWASP ASVS 3.4.2, RFC 9700 §2.6).

use std::{collections::HashSet, sync::Arc, time::Duration};

use moka::sync::Cache;
use poem::{
    Endpoint, EndpointExt, IntoResponse, Request, Response, Result,
    http::{HeaderValue, Method, StatusCode, header},
};

use super::{auth::Never, problem::Fault};
use crate::{app::App, oidc::client_store};

const KEPT: Duration = Duration::from_secs(5);

/// The origins of all clients, as of lately.
pub struct Origins(Cache<(), Arc<HashSet<String>>>);

impl Default for Origins {
    fn default() -> Self {
        Self(Cache::builder().time_to_live(KEPT).build())
    }
}

impl Origins {
    async fn contains(&self, app: &App, origin: &str) -> anyhow::Result<bool> {
        if let Some(origins) = self.0.get(&()) {
            return Ok(origins.contains(origin));
        }
        let clients = client_store::enabled(app).await?;
        let origins: HashSet<String> = clients
            .into_iter()
            .flat_map(|client| client.origins)
            .collect();
        let origins = Arc::new(origins);
        self.0.insert((), Arc::clone(&origins));
        Ok(origins.contains(origin))
    }
}

/// Lets the scripts of applications in.
pub fn allow_clients<E: Endpoint + 'static>(inner: E) -> impl Endpoint<Output = Response> {
    inner.around(|inner, request: Request| async move {
        let origin = allowed_origin(&request).await?;
        let preflight = request.method() == Method::OPTIONS
            && request
                .headers()
                .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let mut response = if preflight {
            let mut response = StatusCode::NO_CONTENT.into_response();
            if origin.is_some() {
                let headers = response.headers_mut();
                for (name, value) in [
                    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
                    (
                        header::ACCESS_CONTROL_ALLOW_HEADERS,
                        "Authorization, Content-Type, DPoP",
                    ),
                    (header::ACCESS_CONTROL_MAX_AGE, "600"),
                ] {
                    headers.insert(name, HeaderValue::from_static(value));
                }
            }
            response
        } else {
            inner.call(request).await?.into_response()
        };
        let headers = response.headers_mut();
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(
                header::ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static("WWW-Authenticate, Retry-After, DPoP-Nonce"),
            );
        }
        Ok(response)
    })
}

async fn allowed_origin(request: &Request) -> Result<Option<HeaderValue>> {
    let (Some(app), Some(origin)) = (request.data::<App>(), request.headers().get(header::ORIGIN))
    else {
        return Ok(None);
    };
    let Ok(text) = origin.to_str() else {
        return Ok(None);
    };
    let known = app.origins.contains(app, text).await;
    Ok(known.map_err(Fault::<Never>::from)?.then(|| origin.clone()))
}
