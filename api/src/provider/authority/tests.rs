//! What is believed of an answer.

use renzheng_types::value::{IdNumber, PersonName};
use serde_json::{Value, json};

use super::*;
use crate::provider::Identity;

fn claim() -> Claim {
    let today = Clock::system().now().date_naive();
    Claim {
        method: Method::SocialSecurity,
        identity: Identity {
            name: PersonName::parse("张三").expect("a name"),
            id_number: IdNumber::parse("11010519491231002X", today).expect("a number"),
        },
        details: BTreeMap::from([("number".into(), "S00000000".into())]),
    }
}

fn read(change: impl FnOnce(&mut Value)) -> anyhow::Result<Finding> {
    let clock = Clock::system();
    let settings = AuthoritySettings::shared(
        "https://authority.example/".into(),
        "renzheng".into(),
        "0123456789abcdef".into(),
    );
    let outbound = Outbound::new()?;
    let authority = ContractAuthority::new("bureau", &settings, outbound, clock.clone())?;
    let mut answer = json!({
        "result": "match",
        "reference": "R 1\n",
        "nonce": "n",
        "time": clock.now(),
        "elements": {"number": true, "injected": true},
    });
    change(&mut answer);
    let answer = authority.believe("n", serde_json::from_value(answer)?)?;
    authority.read(&claim(), answer)
}

#[test]
fn results_are_told_apart() {
    for (result, verdict) in [
        ("match", Verdict::Match),
        ("mismatch", Verdict::Mismatch),
        ("no-record", Verdict::NoRecord),
    ] {
        let finding = read(|answer| answer["result"] = result.into()).expect("a finding");
        assert_eq!(finding.verdict, verdict);
        assert_eq!(
            (finding.provider.as_str(), finding.result_code.as_str()),
            ("bureau", result)
        );
        assert_eq!(finding.reference, "R1", "plain words only");
        assert_eq!(finding.elements, BTreeMap::from([("number".into(), true)]));
    }
}

// C28
#[test]
fn anything_else_is_an_outage_and_never_a_match() {
    let old = Clock::system().now() - TimeDelta::minutes(6);
    read(|answer| answer["result"] = "unavailable".into()).expect_err("unavailable");
    read(|answer| answer["result"] = "yes".into()).expect_err("no word of the contract");
    read(|answer| answer["nonce"] = "m".into()).expect_err("of another question");
    read(|answer| answer["time"] = json!(old)).expect_err("stale");
    read(|answer| answer["reference"] = Value::Null).expect_err("no reference");
    read(|answer| {
        answer["result"] = "rejected".into();
        answer["reason"] = "not-live".into();
    })
    .expect_err("there was no picture");
}

#[test]
fn what_is_shown_is_rejected_for_reasons_of_the_contract() {
    for (reason, expected) in [
        (Some("not-live"), Some(AttemptReason::NotLive)),
        (Some("action-order"), Some(AttemptReason::ActionOrder)),
        (Some("outage"), None),
        (Some("because"), None),
        (None, None),
    ] {
        assert_eq!(rejection(Method::Face, reason).ok(), expected);
    }
}

#[test]
fn a_face_is_asked_with_its_pictures() {
    let picture = |bytes: &[u8]| zeroize::Zeroizing::new(bytes.to_vec());
    let evidence = FaceEvidence {
        nonce: "n".into(),
        actions: vec![FaceAction::OpenMouth],
        frames: vec![picture(b"one"), picture(b"two")],
        id_card_front: picture(b"front"),
        id_card_back: picture(b"back"),
    };
    assert_eq!(
        serde_json::to_value(Face::of(&evidence)).expect("JSON"),
        json!({
            "session": "n",
            "actions": ["open-mouth"],
            "frames": ["b25l", "dHdv"],
            "id_card": {"front": "ZnJvbnQ=", "back": "YmFjaw=="},
        })
    );
    assert_eq!(format!("{evidence:?}"), "FaceEvidence(2 frames)");
}
