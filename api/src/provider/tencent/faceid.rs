//! Tencent person verification (`faceid`, 2018-03-01): name and ID number, these with a phone, these with a bank card;
//! faces on a page of Tencent's.

use std::collections::BTreeMap;

use async_trait::async_trait;
use renzheng_types::verification::Method;
use serde_json::{Value, json};

use super::{Api, face, text};
use crate::{
    clock::Clock,
    provider::{
        Authority, Claim, FaceLook, FaceResult, FaceStart, FaceVisit, Finding, Outage, Outbound,
        TencentSettings, Verdict,
    },
};

pub struct TencentFaceid {
    api: Api,
}

impl TencentFaceid {
    pub fn new(outbound: Outbound, settings: TencentSettings, clock: Clock) -> Self {
        Self {
            api: Api {
                endpoint: settings.faceid_endpoint.clone(),
                outbound,
                settings,
                clock,
                service: "faceid",
                version: "2018-03-01",
            },
        }
    }
}

#[async_trait]
impl Authority for TencentFaceid {
    fn checks(&self, method: Method) -> bool {
        match method {
            Method::Face => self.rule().is_ok(),
            method => action(method).is_some(),
        }
    }

    async fn check(&self, claim: &Claim) -> Result<Finding, Outage> {
        let action =
            action(claim.method).ok_or_else(|| Outage::new("not a method of Tencent's"))?;
        let answer = self
            .api
            .call(action, &parameters(claim))
            .await
            .map_err(Outage::new)?;
        read(claim.method, &answer)
    }

    fn has_face_page(&self) -> bool {
        true
    }

    async fn open_face(&self, visit: &FaceVisit<'_>) -> Result<FaceStart, Outage> {
        let body = face::opening(self.rule()?, visit);
        let answer = self.api.call("DetectAuth", &body).await;
        face::opened(&answer.map_err(Outage::new)?)
    }

    async fn face_result(&self, _: &str, look: &FaceLook<'_>) -> Result<FaceResult, Outage> {
        let body = face::asking(self.rule()?, look.ticket);
        face::result(look, self.api.call("GetDetectInfoEnhanced", &body).await)
    }
}

impl TencentFaceid {
    fn rule(&self) -> Result<&str, Outage> {
        let rule = self.api.settings.face_rule_id.as_deref();
        rule.ok_or_else(|| Outage::new("tencent.face_rule_id is not set"))
    }
}

const fn action(method: Method) -> Option<&'static str> {
    match method {
        Method::IdCard => Some("IdCardVerification"),
        Method::Telecom => Some("PhoneVerification"),
        Method::BankCard => Some("BankCard4EVerification"),
        _ => None,
    }
}

fn parameters(claim: &Claim) -> Value {
    let mut parameters = json!({
        "IdCard": claim.identity.id_number.as_str(),
        "Name": claim.identity.name.as_str(),
    });
    if claim.method != Method::IdCard {
        parameters["Phone"] = claim.detail("phone").into();
    }
    if claim.method == Method::BankCard {
        parameters["BankCard"] = claim.detail("card_number").into();
    }
    parameters
}

fn read(method: Method, answer: &Value) -> Result<Finding, Outage> {
    let result_code = text(answer, "Result");
    let verdict = result_code
        .parse()
        .ok()
        .and_then(|code: i32| verdict(method, code))
        .ok_or_else(|| Outage::new(format!("result {result_code}")))?;
    Ok(Finding {
        verdict,
        provider: "tencent".into(),
        reference: text(answer, "RequestId"),
        result_code,
        elements: BTreeMap::new(),
    })
}

/// What is not listed is a state of the service, not of the claim.
const fn verdict(method: Method, code: i32) -> Option<Verdict> {
    match (method, code) {
        (_, 0) => Some(Verdict::Match),
        (Method::IdCard, -3..=-1) | (Method::Telecom, -4) | (Method::BankCard, -17..=-1) => {
            Some(Verdict::Mismatch)
        }
        (Method::IdCard, -5) | (Method::Telecom, -9) => Some(Verdict::NoRecord),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        for (method, code, verdict) in [
            (Method::IdCard, "0", Verdict::Match),
            (Method::IdCard, "-1", Verdict::Mismatch),
            (Method::IdCard, "-3", Verdict::Mismatch),
            (Method::IdCard, "-5", Verdict::NoRecord),
            (Method::Telecom, "0", Verdict::Match),
            (Method::Telecom, "-4", Verdict::Mismatch),
            (Method::Telecom, "-9", Verdict::NoRecord),
            (Method::BankCard, "0", Verdict::Match),
            (Method::BankCard, "-1", Verdict::Mismatch),
            (Method::BankCard, "-17", Verdict::Mismatch),
        ] {
            let answer = json!({"Result": code, "Description": "x", "RequestId": "R1"});
            let finding = read(method, &answer).expect("a finding");
            assert_eq!(
                (finding.verdict, finding.reference.as_str()),
                (verdict, "R1")
            );
        }
    }

    // C28
    #[test]
    fn anything_else_is_an_outage_and_never_a_match() {
        for (method, answer) in [
            (Method::IdCard, json!({"Result": "-4"})),
            (Method::IdCard, json!({"Result": "-7"})),
            (Method::Telecom, json!({"Result": "-11"})),
            (Method::Telecom, json!({"Result": "-12"})),
            (Method::BankCard, json!({"Result": "-18"})),
            (Method::BankCard, json!({"Result": "-19"})),
            (Method::BankCard, json!({"Result": ""})),
            (Method::IdCard, json!({"Result": "00x"})),
            (Method::IdCard, json!({})),
            (Method::IdCard, json!(null)),
        ] {
            assert!(read(method, &answer).is_err(), "{answer}");
        }
    }
}
