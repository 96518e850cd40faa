//! Faces at Aliyun (`ID_PRO`, web): `InitFaceVerify` makes a page that is good once, `DescribeFaceVerify` says what came
//! of it. What is called back, or stands in the address on the way back, is not read: it only says that it is time to ask.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use renzheng_types::verification::AttemptReason;
use serde_json::{Value, json};

use super::text;
use crate::provider::{
    FaceLook, FacePage, FaceResult, FaceStart, FaceVisit, Finding, Outage, Verdict,
};

const LIFE: TimeDelta = TimeDelta::minutes(30);
/// What Aliyun's own script says that it is.
const SCRIPT: &str = "4.1.0:2916352,0";

pub fn opening(scene: &str, visit: &FaceVisit<'_>) -> BTreeMap<&'static str, String> {
    let identity = &visit.claim.identity;
    BTreeMap::from([
        ("SceneId", scene.to_string()),
        ("OuterOrderNo", visit.order.simple().to_string()),
        ("ProductCode", "ID_PRO".into()),
        ("CertType", "IDENTITY_CARD".into()),
        ("CertName", identity.name.as_str().to_string()),
        ("CertNo", identity.id_number.as_str().to_string()),
        ("MetaInfo", meta_info(visit.user_agent)),
        ("ReturnUrl", visit.return_url.clone()),
        ("CallbackUrl", visit.callback_url.clone()),
        ("CallbackToken", visit.callback_token.clone()),
    ])
}

pub fn asking(scene: &str, ticket: &str) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("SceneId", scene.to_string()),
        ("CertifyId", ticket.to_string()),
    ])
}

/// What `getMetaInfo()` of Aliyun's script tells of a browser. The script itself is not let into our pages.
fn meta_info(user_agent: &str) -> String {
    let kind = match user_agent.contains("Mobile") {
        true => "h5",
        false => "web",
    };
    json!({"bioMetaInfo": SCRIPT, "deviceType": kind, "ua": user_agent}).to_string()
}

pub fn opened(answer: &Value) -> Result<FaceStart, Outage> {
    match text(answer, "Code").as_str() {
        "200" => {}
        // The register has no usable photo of this person, or is out of reach for them.
        "417" => return Ok(FaceStart::NotThere),
        "418" => return Ok(FaceStart::TooOften),
        code => return Err(Outage::new(format!("code {code}"))),
    }
    let result = &answer["ResultObject"];
    let ticket = text(result, "CertifyId");
    let url = result["CertifyUrl"].as_str().unwrap_or_default();
    if ticket.is_empty() || url.is_empty() {
        return Err(Outage::new("no page in the answer"));
    }
    Ok(FaceStart::There(FacePage {
        provider: "aliyun".into(),
        ticket,
        url: url.into(),
        life: LIFE,
    }))
}

pub fn result(look: &FaceLook<'_>, answer: &Value) -> Result<FaceResult, Outage> {
    match text(answer, "Code").as_str() {
        "200" => {}
        // Not done, not done yet, not let, or not known any more.
        "403" | "406" | "424" | "427" => {
            return Ok(FaceResult::Nothing(AttemptReason::Unfinished));
        }
        "418" => return Ok(FaceResult::Nothing(AttemptReason::DailyLimit)),
        code => return Err(Outage::new(format!("code {code}"))),
    }
    let result = &answer["ResultObject"];
    let (passed, sub) = (text(result, "Passed"), text(result, "SubCode"));
    let verdict = verdict(&passed, &sub)
        .ok_or_else(|| Outage::new(format!("passed {passed:.1} sub-code {sub}")))?;
    Ok(FaceResult::Found(Finding {
        verdict,
        provider: "aliyun".into(),
        reference: look.ticket.into(),
        result_code: sub,
        elements: BTreeMap::new(),
    }))
}

/// `Passed` decides; the sub-code says why not.
fn verdict(passed: &str, sub: &str) -> Option<Verdict> {
    match (passed, sub) {
        ("T", _) => Some(Verdict::Match),
        ("F", "202" | "203") => Some(Verdict::NoRecord),
        ("F", "205") => Some(Verdict::Rejected(AttemptReason::NotLive)),
        // The register behind was out of order.
        ("F", "209") => None,
        ("F", _) => Some(Verdict::Mismatch),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use renzheng_types::{
        value::{IdNumber, PersonName},
        verification::Method,
    };
    use uuid::Uuid;

    use super::*;
    use crate::provider::{Claim, Identity};

    fn claim() -> Claim {
        let today = NaiveDate::from_ymd_opt(2026, 11, 28).expect("a date");
        Claim {
            method: Method::Face,
            identity: Identity {
                name: PersonName::parse("张三").expect("a name"),
                id_number: IdNumber::parse("11010519491231002X", today).expect("a number"),
            },
            details: BTreeMap::new(),
        }
    }

    fn read(answer: &Value) -> Result<FaceResult, Outage> {
        let look = FaceLook {
            claim: &claim(),
            order: Uuid::nil(),
            ticket: "C1",
        };
        result(&look, answer)
    }

    fn described(passed: &str, sub: &str) -> Value {
        json!({"Code": "200", "RequestId": "R1", "ResultObject": {"Passed": passed, "SubCode": sub}})
    }

    #[test]
    fn what_is_sent_is_what_aliyun_takes() {
        let claim = claim();
        let visit = FaceVisit {
            claim: &claim,
            order: Uuid::from_u128(7),
            return_url: "https://id.example/back".into(),
            callback_url: "https://id.example/called".into(),
            callback_token: "T".into(),
            user_agent: "Mozilla/5.0 (iPhone) Mobile/15E148",
        };
        let sent = opening("1000", &visit);
        assert_eq!(sent["OuterOrderNo"].len(), 32);
        assert_eq!(
            (sent["ProductCode"].as_str(), sent["CertType"].as_str()),
            ("ID_PRO", "IDENTITY_CARD")
        );
        let meta: Value = serde_json::from_str(&sent["MetaInfo"]).expect("JSON");
        assert_eq!(
            (&meta["deviceType"], &meta["ua"]),
            (&json!("h5"), &json!(visit.user_agent))
        );
    }

    #[test]
    fn each_sub_code_has_its_verdict_and_passed_decides() {
        for (passed, sub, verdict) in [
            ("T", "200", Verdict::Match),
            ("F", "200", Verdict::Mismatch),
            ("F", "201", Verdict::Mismatch),
            ("F", "202", Verdict::NoRecord),
            ("F", "203", Verdict::NoRecord),
            ("F", "204", Verdict::Mismatch),
            ("F", "205", Verdict::Rejected(AttemptReason::NotLive)),
            ("F", "999", Verdict::Mismatch),
        ] {
            let Ok(FaceResult::Found(finding)) = read(&described(passed, sub)) else {
                panic!("{passed} {sub}");
            };
            assert_eq!(
                (finding.verdict, finding.reference.as_str()),
                (verdict, "C1")
            );
        }
        for (code, reason) in [
            ("424", AttemptReason::Unfinished),
            ("406", AttemptReason::Unfinished),
            ("418", AttemptReason::DailyLimit),
        ] {
            let answer = json!({"Code": code});
            assert_eq!(read(&answer), Ok(FaceResult::Nothing(reason)));
        }
    }

    // C28
    #[test]
    fn anything_else_is_an_outage_and_never_a_match() {
        for answer in [
            described("F", "209"),
            described("", "200"),
            described("t", "200"),
            described("true", ""),
            json!({"Code": "417", "ResultObject": {"Passed": "T"}}),
            json!({"Code": "500", "ResultObject": {"Passed": "T"}}),
            json!({"Code": "200"}),
            json!([]),
            json!(null),
        ] {
            assert!(read(&answer).is_err(), "{answer}");
        }
        for answer in [
            json!({"Code": "200", "ResultObject": {"CertifyId": "C1"}}),
            json!({"Code": "200", "ResultObject": {"CertifyUrl": "https://x"}}),
            json!({"Code": "401"}),
            json!(null),
        ] {
            assert!(opened(&answer).is_err(), "{answer}");
        }
        assert_eq!(opened(&json!({"Code": "417"})), Ok(FaceStart::NotThere));
        assert_eq!(opened(&json!({"Code": "418"})), Ok(FaceStart::TooOften));
    }
}
