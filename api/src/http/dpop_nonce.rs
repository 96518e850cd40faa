//! Gives out the nonces of DPoP proofs (RFC 9449 §8, §9): whoever sends a proof without the newest one finds it in the
//! header `DPoP-Nonce` of the answer, be that a refusal for want of it or not. Who calls often is so never refused.

use poem::{Request, http::HeaderValue};

use crate::{app::App, oidc::dpop};

/// The header of the answer.
pub const HEADER: &str = "dpop-nonce";

/// What to tell whoever sent this request, if anything.
pub fn next(request: &Request, app: &App) -> Option<HeaderValue> {
    let nonce = dpop::next_nonce(app, request.header("dpop")?)?;
    HeaderValue::try_from(nonce).ok()
}
