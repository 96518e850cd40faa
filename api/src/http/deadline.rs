//! No request goes on for ever: when what it stands on hangs or is away, the caller is told to come back.

use std::time::Duration;

use poem::{Endpoint, Request, Response, Result};

use super::{
    auth::LookUp,
    problem::{Draft, SOON},
};

/// For what the service answers by itself.
const BY_OURSELVES: Duration = Duration::from_secs(5);
/// For verifications: up to three authorities are asked in turn, and pictures come over slow links.
const WITH_AUTHORITIES: Duration = Duration::from_secs(30);

/// Breaks off what takes too long. An answer that streams has begun by then and goes on.
pub async fn keep<E>(inner: &E, mut request: Request) -> Result<Response>
where
    E: Endpoint<Output = Response>,
{
    let look_up = LookUp::default();
    request.extensions_mut().insert(look_up.clone());
    let limit = if request.uri().path().contains("/verifications") {
        WITH_AUTHORITIES
    } else {
        BY_OURSELVES
    };
    match tokio::time::timeout(limit, inner.call(request)).await {
        Ok(Err(_)) if look_up.failed() => Err(Draft::unavailable(SOON).into()),
        Ok(result) => result,
        Err(_) => {
            tracing::warn!("no answer in time");
            Err(Draft::unavailable(SOON).into())
        }
    }
}
