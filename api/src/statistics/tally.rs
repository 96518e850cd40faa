//! What is counted, and how.

use std::collections::BTreeMap;

use renzheng_types::admin::FigureKind;
use serde_json::Value;
use uuid::Uuid;

use super::{YUAN, day};
use crate::{
    app::App,
    entity::{audit_event, daily_count::Model},
    provider::SmsGateway,
};

/// Messages are noted as sent by many at once: each adds to one of so many rows, which are read together.
const SHARDS: u8 = 16;

/// What events add to the counts.
pub fn events(events: &[audit_event::Model]) -> Vec<Model> {
    let mut counts = BTreeMap::new();
    for event in events {
        if let Some((kind, method, result)) = counted(event) {
            let key = (day(event.at), <&str>::from(kind), method, result);
            *counts.entry(key).or_insert(0) += 1;
        }
    }
    let counts = counts.into_iter();
    counts
        .map(|((day, kind, method, result), count)| Model {
            day,
            kind: kind.into(),
            method,
            result,
            shard: 0,
            count,
            cost: None,
        })
        .collect()
}

/// What an event is counted as, if at all: kind, method, result.
fn counted(event: &audit_event::Model) -> Option<(FigureKind, String, String)> {
    let detail = || serde_json::from_str::<Value>(&event.detail).unwrap_or_default();
    let word = |detail: &Value, name: &str| detail[name].as_str().unwrap_or_default().to_owned();
    Some(match event.action.as_str() {
        "account.register" => (FigureKind::Registration, String::new(), String::new()),
        "session.begin" => (FigureKind::SignIn, word(&detail(), "method"), String::new()),
        "verification.pass" => (
            FigureKind::Verification,
            word(&detail(), "method"),
            "passed".into(),
        ),
        "verification.fail" => {
            let detail = detail();
            (
                FigureKind::Verification,
                word(&detail, "method"),
                word(&detail, "reason"),
            )
        }
        _ => return None,
    })
}

/// What a message that a gateway took adds, with what it costs now.
pub fn message(app: &App, id: Uuid, gateway: &str) -> Model {
    let priced = gateway.parse::<SmsGateway>().ok();
    let price = priced.and_then(|gateway| app.config.sms.prices.get(&gateway));
    Model {
        day: day(app.clock.now()),
        kind: <&str>::from(FigureKind::Sms).into(),
        method: gateway.into(),
        result: "sent".into(),
        shard: i16::from(id.as_bytes()[15] % SHARDS),
        count: 1,
        cost: price.map(|yuan| (yuan * YUAN).round() as i64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn event(action: &str, detail: &str) -> audit_event::Model {
        let clock = Clock::system();
        audit_event::Model {
            id: clock.new_id(),
            position: None,
            at: clock.now(),
            actor: String::new(),
            subject_id: None,
            action: action.into(),
            detail: detail.into(),
            address: String::new(),
            request_id: String::new(),
            hash: None,
        }
    }

    #[test]
    fn what_is_counted_says_how_and_with_what_result() {
        let failed = event(
            "verification.fail",
            r#"{"method":"id-card","reason":"mismatch"}"#,
        );
        let expected = (
            FigureKind::Verification,
            "id-card".into(),
            "mismatch".into(),
        );
        assert_eq!(counted(&failed), Some(expected));
        let begun = event("session.begin", r#"{"method":"qr"}"#);
        let expected = (FigureKind::SignIn, "qr".into(), String::new());
        assert_eq!(counted(&begun), Some(expected));
        assert_eq!(counted(&event("account.change", "{}")), None);
        assert_eq!(counted(&event("session.end", "not JSON")), None);
    }
}
