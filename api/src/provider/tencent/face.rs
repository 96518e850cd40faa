//! Faces at Tencent: `DetectAuth` makes a page, `GetDetectInfoEnhanced` says what came of it. Nothing is called back.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use renzheng_types::verification::AttemptReason;
use serde_json::{Value, json};

use super::{ApiError, text};
use crate::provider::{
    FaceLook, FacePage, FaceResult, FaceStart, FaceVisit, Finding, Outage, Verdict,
};

const LIFE: TimeDelta = TimeDelta::seconds(7200);
/// How alike face and photo have to be, of 100.
const ALIKE: f64 = 70.0;

pub fn opening(rule: &str, visit: &FaceVisit<'_>) -> Value {
    json!({
        "RuleId": rule,
        "IdCard": visit.claim.identity.id_number.as_str(),
        "Name": visit.claim.identity.name.as_str(),
        "RedirectUrl": visit.return_url,
        "Extra": visit.order.simple().to_string(),
    })
}

/// Texts only: no pictures are fetched.
pub fn asking(rule: &str, ticket: &str) -> Value {
    json!({"BizToken": ticket, "RuleId": rule, "InfoType": "1"})
}

pub fn opened(answer: &Value) -> Result<FaceStart, Outage> {
    let ticket = text(answer, "BizToken");
    let url = answer["Url"].as_str().unwrap_or_default();
    if ticket.is_empty() || url.is_empty() {
        return Err(Outage::new("no page in the answer"));
    }
    Ok(FaceStart::There(FacePage {
        provider: "tencent".into(),
        ticket,
        url: url.into(),
        life: LIFE,
    }))
}

pub fn result(look: &FaceLook<'_>, answer: Result<Value, ApiError>) -> Result<FaceResult, Outage> {
    let nothing = Ok(FaceResult::Nothing(AttemptReason::Unfinished));
    let answer = match answer {
        Ok(answer) => answer,
        // It is of no use any more.
        Err(ApiError::Refused(code)) if code.starts_with("InvalidParameterValue.BizToken") => {
            return nothing;
        }
        Err(error) => return Err(Outage::new(error)),
    };
    let found = &answer["Text"];
    let code = text(found, "ErrCode");
    // Not done, lapsed, or not done yet.
    if found.is_object() && matches!(code.as_str(), "" | "15" | "17") {
        return nothing;
    }
    believe(look, found)?;
    let live = text(found, "LiveStatus");
    let alike: f64 = text(found, "Sim").parse().unwrap_or_default();
    let verdict = match code.as_str() {
        "0" if live != "0" => Some(Verdict::Rejected(AttemptReason::NotLive)),
        "0" if alike >= ALIKE => Some(Verdict::Match),
        "0" => Some(Verdict::Mismatch),
        code => failure(code),
    };
    Ok(FaceResult::Found(Finding {
        verdict: verdict.ok_or_else(|| Outage::new(format!("result {code}")))?,
        provider: "tencent".into(),
        reference: look.ticket.into(),
        result_code: code,
        elements: BTreeMap::new(),
    }))
}

/// An answer of this very check: what it says of person and order, if it does, is what was sent.
fn believe(look: &FaceLook<'_>, found: &Value) -> Result<(), Outage> {
    let order = look.order.simple().to_string();
    let id_number = look.claim.identity.id_number.as_str();
    for (field, sent) in [("Extra", order.as_str()), ("IdCard", id_number)] {
        let said = text(found, field);
        if !said.is_empty() && said != sent {
            return Err(Outage::new("an answer to another question"));
        }
    }
    Ok(())
}

/// What is not listed is a state of the service, not of the person.
fn failure(code: &str) -> Option<Verdict> {
    match code {
        // No more tries on that page; the number or the name is not one; they do not belong together; another face.
        "16" | "301" | "2002" | "2003" | "2006" | "2011" | "2016" => Some(Verdict::Mismatch),
        "2005" | "2007" | "2008" | "2009" => Some(Verdict::NoRecord),
        "1002" | "1003" | "1004" | "1005" => Some(Verdict::Rejected(AttemptReason::NotLive)),
        "2004" | "2010" => Some(Verdict::Rejected(AttemptReason::ImageUnclear)),
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

    fn read(answer: Result<Value, ApiError>) -> Result<FaceResult, Outage> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 28).expect("a date");
        let claim = Claim {
            method: Method::Face,
            identity: Identity {
                name: PersonName::parse("张三").expect("a name"),
                id_number: IdNumber::parse("11010519491231002X", today).expect("a number"),
            },
            details: BTreeMap::new(),
        };
        let look = FaceLook {
            claim: &claim,
            order: Uuid::from_u128(7),
            ticket: "B1",
        };
        result(&look, answer)
    }

    fn said(code: i32, live: i32, sim: &str) -> Value {
        json!({"Text": {"ErrCode": code, "LiveStatus": live, "Sim": sim, "IdCard": "11010519491231002X"}})
    }

    #[test]
    fn a_pass_takes_all_three_and_each_failure_has_its_verdict() {
        let not_live = Verdict::Rejected(AttemptReason::NotLive);
        let unclear = Verdict::Rejected(AttemptReason::ImageUnclear);
        for (code, live, sim, verdict) in [
            (0, 0, "76.52", Verdict::Match),
            (0, 0, "70", Verdict::Match),
            (0, 0, "69.99", Verdict::Mismatch),
            (0, 0, "", Verdict::Mismatch),
            (0, 1002, "99", not_live),
            (2016, 0, "31", Verdict::Mismatch),
            (2006, 0, "99", Verdict::Mismatch),
            (2005, 0, "", Verdict::NoRecord),
            (2007, 0, "", Verdict::NoRecord),
            (1002, 1002, "", not_live),
            (2010, 0, "", unclear),
        ] {
            let Ok(FaceResult::Found(finding)) = read(Ok(said(code, live, sim))) else {
                panic!("{code}");
            };
            assert_eq!(
                (finding.verdict, finding.reference.as_str()),
                (verdict, "B1"),
                "{code} {live} {sim}"
            );
        }
    }

    #[test]
    fn what_was_not_finished_or_has_lapsed_is_no_result() {
        let unfinished = Ok(FaceResult::Nothing(AttemptReason::Unfinished));
        assert_eq!(read(Ok(json!({"Text": {"ErrCode": null}}))), unfinished);
        assert_eq!(read(Ok(json!({"Text": {"ErrCode": 17}}))), unfinished);
        let lapsed = ApiError::Refused("InvalidParameterValue.BizTokenExpired".into());
        assert_eq!(read(Err(lapsed)), unfinished);
    }

    // C28, C29
    #[test]
    fn anything_else_is_an_outage_and_never_a_match() {
        let mut other = said(0, 0, "99");
        other["Text"]["IdCard"] = "810000199805010014".into();
        let mut replayed = said(0, 0, "99");
        replayed["Text"]["Extra"] = Uuid::nil().simple().to_string().into();
        for answer in [
            other,
            replayed,
            said(4, 0, "99"),
            said(1001, 0, "99"),
            said(2001, 0, "99"),
            json!({"Text": null}),
            json!({}),
            json!(null),
        ] {
            assert!(read(Ok(answer.clone())).is_err(), "{answer}");
        }
        assert!(read(Err(ApiError::Refused("InternalError".into()))).is_err());
        assert!(opened(&json!({"Url": "https://x"})).is_err());
        assert!(opened(&json!({"BizToken": "B1"})).is_err());
    }
}
