//! What a visit proves: the clerk's word, and the register's where name and ID number were typed off the card.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use renzheng_types::{hall::HallReason, verification::Method};

use super::{FROM_CARD, IDENTITY, store};
use crate::{
    app::App,
    entity::{hall_case::Model, verification_attempt},
    provider::{Claim, Finding, Outage, Verdict},
};

const PROVIDER: &str = "hall";

/// The finding for an attempt that staff have confirmed. The case, by its id, says who, where, and who approved.
///
/// # Errors
/// When the register, or our own database, cannot be asked now.
pub async fn answer(
    app: &App,
    attempt: &verification_attempt::Model,
    claim: &Claim,
) -> Result<Finding, Outage> {
    let case = store::case_of_attempt(app, attempt.id)
        .await
        .map_err(Outage::new)?
        .ok_or_else(|| Outage::new("an attempt in a hall without its case"))?;
    if is_from_card(claim) {
        let asked = Claim {
            method: Method::IdCard,
            identity: claim.identity.clone(),
            details: BTreeMap::new(),
        };
        let finding = app.authority.check(&asked).await?;
        if finding.verdict != Verdict::Match {
            return Ok(finding);
        }
    }
    let checks = case.checks.as_deref().unwrap_or("{}");
    Ok(Finding {
        verdict: Verdict::Match,
        provider: PROVIDER.into(),
        reference: case.id.to_string(),
        result_code: case.status.clone(),
        elements: serde_json::from_str(checks).map_err(Outage::new)?,
    })
}

/// Since when the staff are done with it.
pub async fn confirmed_at(
    app: &App,
    attempt: &verification_attempt::Model,
) -> anyhow::Result<Option<DateTime<Utc>>> {
    let case = store::case_of_attempt(app, attempt.id).await?;
    Ok(case.and_then(|case| case.decided_at.or(case.recorded_at)))
}

/// The finding for a case that staff did not confirm.
pub fn refusal(case: &Model, reason: HallReason) -> Finding {
    Finding {
        verdict: Verdict::Mismatch,
        provider: PROVIDER.into(),
        reference: case.id.to_string(),
        result_code: <&str>::from(reason).into(),
        elements: BTreeMap::new(),
    }
}

/// Whether passing the claim puts its name and ID number on file.
pub fn is_from_card(claim: &Claim) -> bool {
    claim.method == Method::Hall && claim.detail(IDENTITY) == FROM_CARD
}
