//! The front of the application: what every request passes on its way in, and every answer on its way out.
//!
//! It is one endpoint, not a layer for each thing, because each layer of poem moves the request, and what will answer it,
//! once more (docs/decisions/0104).

use std::{pin::pin, time::Duration};

use poem::{
    Endpoint, Request, Response, Result,
    http::{HeaderValue, Method, header},
};
use tracing::Instrument;

use super::{
    client_address, connections, dpop_nonce, headers, host, locale,
    measure::{Measure, Polled},
    problem::{self, Draft},
    request_id,
};
use crate::app::App;

/// Everything that is served on the main port.
pub struct Front<E> {
    routes: E,
    app: App,
    /// The host names served.
    hosts: Vec<String>,
    https: bool,
}

impl<E: Endpoint<Output = Response>> Front<E> {
    pub fn new(routes: E, app: App) -> Self {
        Self {
            routes,
            hosts: host::served(&app),
            https: app.public_url.starts_with("https://"),
            app,
        }
    }

    /// What speaks against a request, whatever it asks for.
    fn check(&self, request: &Request) -> Result<(), Draft> {
        host::check(request, &self.hosts)?;
        connections::check_head(request)?;
        // It would echo a request's secrets; nothing here takes it, and no router is asked.
        if request.method() == Method::TRACE {
            return Err(Draft::of("method-not-allowed"));
        }
        Ok(())
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for Front<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let id = request_id::assign(&mut request);
        client_address::trace(&mut request, &self.app.config.trusted_proxies);
        request.set_data(self.app.clone());
        let last = connections::is_last(&request);
        let span = tracing::info_span!("request", id = %id, method = %request.method());

        let method = request.method().clone();
        let languages = request.headers().get(header::ACCEPT_LANGUAGE).cloned();
        let nonce = dpop_nonce::next(&request, &self.app);
        let measure = Measure::begin(&self.app.metrics, &method);
        let (answered, longest) = match self.check(&request) {
            Ok(()) => {
                let answer = pin!(self.routes.call(request));
                Polled::new(answer).instrument(span.clone()).await
            }
            Err(refused) => (Err(refused.into()), Duration::ZERO),
        };
        let mut response = span.in_scope(|| {
            measure.end(&answered, longest);
            // Every error leaves as problem+json.
            answered.unwrap_or_else(|error| {
                problem::respond(error, locale::of(languages.as_ref()), id.clone())
            })
        });
        let headers = response.headers_mut();
        if let Some(nonce) = nonce {
            headers.insert(dpop_nonce::HEADER, nonce);
        }
        // A node that is about to stop asks its callers to connect anew, elsewhere.
        if last || self.app.is_draining() {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        request_id::tell(&id, headers);
        headers::secure(headers, self.https);
        Ok(response)
    }
}
