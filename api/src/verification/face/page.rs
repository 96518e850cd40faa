//! Faces that a provider looks at on a page of its own: the way there, and the signed state that comes back.
//!
//! A try is counted before the page is made, and given back when it was none: nobody gets a try for nothing by not coming
//! back. The session keeps whose page it is and, sealed, whom it is about.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{
    app::App,
    clock::in_china,
    http::{API_BASE, caller::Caller},
    provider::{Claim, FaceStart, FaceVisit, Outage},
};

/// Where the provider's page leads back to, in the web pages.
const RETURN_PATH: &str = "/me/verifications/face/callback";
const STATE: &str = "face-state";
const CALLBACK: &str = "face-callback";

/// Asks the providers, in their order, for a page.
pub async fn open(
    app: &App,
    caller: &Caller,
    account_id: Uuid,
    id: Uuid,
    claim: &Claim,
) -> Result<FaceStart, Outage> {
    let base = &app.public_url;
    let state = state(app, account_id, id);
    let visit = FaceVisit {
        claim,
        order: id,
        return_url: format!("{base}{RETURN_PATH}?state={state}"),
        callback_url: format!("{base}{API_BASE}/face-callbacks/{id}"),
        callback_token: hex::encode(app.vault.mac(CALLBACK, &[id.as_bytes()])),
        user_agent: &caller.user_agent,
    };
    app.authority.open_face(&visit).await
}

/// What comes back with the person: the check, under our signature for their account.
fn state(app: &App, account_id: Uuid, id: Uuid) -> String {
    let mac = app
        .vault
        .mac(STATE, &[id.as_bytes(), account_id.as_bytes()]);
    format!("{}.{}", id.simple(), hex::encode(mac))
}

/// The check that a state of this account names.
pub fn read_state(app: &App, account_id: Uuid, state: &str) -> Option<Uuid> {
    let (id, mac) = state.split_once('.')?;
    let (id, mac) = (id.parse::<Uuid>().ok()?, hex::decode(mac).ok()?);
    let parts: [&[u8]; 2] = [id.as_bytes(), account_id.as_bytes()];
    app.vault.mac_matches(STATE, &parts, &mac).then_some(id)
}

/// Whether a callback about a check brings the token that was given for it.
pub fn is_called_back(app: &App, id: Uuid, token: &str) -> bool {
    hex::decode(token).is_ok_and(|mac| app.vault.mac_matches(CALLBACK, &[id.as_bytes()], &mac))
}

/// Until tomorrow, in China.
pub fn until_tomorrow(now: DateTime<Utc>) -> std::time::Duration {
    let day = TimeDelta::days(1);
    let passed = in_china(now)
        .time()
        .signed_duration_since(chrono::NaiveTime::MIN);
    (day - passed).to_std().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tomorrow_begins_at_midnight_in_china() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).expect("a time").to_utc();
        assert_eq!(until_tomorrow(at("2026-11-28T15:59:00Z")).as_secs(), 60);
        assert_eq!(until_tomorrow(at("2026-11-28T16:00:00Z")).as_secs(), 86400);
    }
}
