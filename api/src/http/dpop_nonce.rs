//! Gives out the nonces of DPoP proofs (RFC 9449 §8, §9): whoever sends a proof without the newest one finds it in the
//! header `DPoP-Nonce` of the answer, be that a refusal for want of it or not. Who calls often is so never refused.

use poem::{Endpoint, EndpointExt, IntoResponse, Request, Response, http::HeaderValue};

use crate::{app::App, oidc::dpop};

pub fn renew<E: Endpoint + 'static>(inner: E, app: App) -> impl Endpoint<Output = Response> {
    inner.around(move |inner, request: Request| {
        let next = request
            .header("dpop")
            .and_then(|proof| dpop::next_nonce(&app, proof))
            .and_then(|nonce| HeaderValue::try_from(nonce).ok());
        async move {
            let mut response = inner.call(request).await?.into_response();
            if let Some(nonce) = next {
                response.headers_mut().insert("dpop-nonce", nonce);
            }
            Ok(response)
        }
    })
}
