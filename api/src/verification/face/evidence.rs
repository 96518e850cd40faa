//! Brings the sealed pictures of an attempt before the provider.

use uuid::Uuid;

use super::store;
use crate::{
    app::App,
    provider::{Claim, Finding, Outage},
};

pub async fn check(app: &App, id: Uuid, claim: &Claim) -> anyhow::Result<Result<Finding, Outage>> {
    let Some(evidence) = store::evidence(app, id).await? else {
        // Decided, or taken back, in this very moment.
        return Ok(Err(Outage::new("there are no pictures any more")));
    };
    Ok(app.authority.check_face(claim, &evidence).await)
}
