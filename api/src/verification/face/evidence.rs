//! Brings what an attempt stands on before its provider: the sealed pictures, or the ticket of the provider's own page.

use uuid::Uuid;

use super::store;
use crate::{
    app::App,
    provider::{Claim, FaceLook, FaceResult, Outage},
};

pub async fn check(
    app: &App,
    id: Uuid,
    claim: &Claim,
) -> anyhow::Result<Result<FaceResult, Outage>> {
    if let Some((provider, ticket)) = store::ticket(app, id).await? {
        let look = FaceLook {
            claim,
            order: id,
            ticket: &ticket,
        };
        return Ok(app.authority.face_result(&provider, &look).await);
    }
    let Some(evidence) = store::evidence(app, id).await? else {
        // Decided, or taken back, in this very moment.
        return Ok(Err(Outage::new("there are no pictures any more")));
    };
    let answer = app.authority.check_face(claim, &evidence).await;
    Ok(answer.map(FaceResult::Found))
}
