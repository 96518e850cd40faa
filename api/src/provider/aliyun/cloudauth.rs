//! Aliyun person verification (`cloudauth`, 2019-03-07): name and ID number, these with a phone, these with a bank card;
//! faces on a page of Aliyun's.

use std::collections::BTreeMap;

use async_trait::async_trait;
use renzheng_types::verification::Method;
use serde_json::Value;

use super::{Rpc, face, text};
use crate::{
    clock::Clock,
    provider::{
        AliyunSettings, Authority, Claim, FaceLook, FaceResult, FaceStart, FaceVisit, Finding,
        Outage, Outbound, Verdict,
    },
};

pub struct AliyunCloudauth {
    rpc: Rpc,
}

impl AliyunCloudauth {
    pub fn new(outbound: Outbound, settings: AliyunSettings, clock: Clock) -> Self {
        Self {
            rpc: Rpc {
                endpoint: settings.cloudauth_endpoint.clone(),
                outbound,
                settings,
                clock,
                version: "2019-03-07",
            },
        }
    }
}

#[async_trait]
impl Authority for AliyunCloudauth {
    fn checks(&self, method: Method) -> bool {
        match method {
            Method::Face => self.scene().is_ok(),
            method => action(method).is_some(),
        }
    }

    async fn check(&self, claim: &Claim) -> Result<Finding, Outage> {
        let action = action(claim.method).ok_or_else(|| Outage::new("not a method of Aliyun's"))?;
        let answer = self
            .rpc
            .call(action, parameters(claim))
            .await
            .map_err(Outage::new)?;
        read(claim.method, &answer)
    }

    fn has_face_page(&self) -> bool {
        true
    }

    async fn open_face(&self, visit: &FaceVisit<'_>) -> Result<FaceStart, Outage> {
        let parameters = face::opening(self.scene()?, visit);
        let answer = self.rpc.call("InitFaceVerify", parameters).await;
        face::opened(&answer.map_err(Outage::new)?)
    }

    async fn face_result(&self, _: &str, look: &FaceLook<'_>) -> Result<FaceResult, Outage> {
        let parameters = face::asking(self.scene()?, look.ticket);
        let answer = self.rpc.call("DescribeFaceVerify", parameters).await;
        face::result(look, &answer.map_err(Outage::new)?)
    }
}

impl AliyunCloudauth {
    fn scene(&self) -> Result<&str, Outage> {
        let scene = self.rpc.settings.face_scene_id.as_deref();
        scene.ok_or_else(|| Outage::new("aliyun.face_scene_id is not set"))
    }
}

const fn action(method: Method) -> Option<&'static str> {
    match method {
        Method::IdCard => Some("Id2MetaVerify"),
        Method::Telecom => Some("Mobile3MetaDetailVerify"),
        Method::BankCard => Some("BankMetaVerify"),
        _ => None,
    }
}

fn parameters(claim: &Claim) -> BTreeMap<&'static str, String> {
    let mut parameters = BTreeMap::from([
        ("ParamType", "normal".to_string()),
        ("UserName", claim.identity.name.as_str().to_string()),
        ("IdentifyNum", claim.identity.id_number.as_str().to_string()),
    ]);
    if claim.method != Method::IdCard {
        parameters.insert("Mobile", claim.detail("phone").to_string());
    }
    if claim.method == Method::BankCard {
        parameters.insert("ProductType", "BANK_CARD_4_META".into());
        parameters.insert("VerifyMode", "VERIFY_BANK_CARD".into());
        parameters.insert("BankCard", claim.detail("card_number").to_string());
    }
    parameters
}

/// `Code` says whether the query was made, `ResultObject` what came of it: `BizCode`, and `SubCode` in more detail.
fn read(method: Method, answer: &Value) -> Result<Finding, Outage> {
    let code = text(answer, "Code");
    if code != "200" {
        return Err(Outage::new(format!("code {code}")));
    }
    let result = &answer["ResultObject"];
    let (biz, sub) = (text(result, "BizCode"), text(result, "SubCode"));
    let verdict = if method == Method::BankCard {
        by_sub_code(&sub)
    } else {
        match biz.as_str() {
            "1" => Some(Verdict::Match),
            "2" => Some(Verdict::Mismatch),
            "3" => Some(Verdict::NoRecord),
            _ => None,
        }
    };
    let result_code = match (biz.as_str(), sub.as_str()) {
        (_, "") => biz,
        ("", _) => sub.clone(),
        _ => format!("{biz}/{sub}"),
    };
    Ok(Finding {
        verdict: verdict.ok_or_else(|| Outage::new(format!("result {result_code}")))?,
        provider: "aliyun".into(),
        reference: text(answer, "RequestId"),
        result_code,
        elements: match method {
            Method::Telecom => telecom_elements(&sub),
            _ => BTreeMap::new(),
        },
    })
}

/// 101 matches, 201 to 216 do not, 301 to 306 cannot be verified.
fn by_sub_code(sub: &str) -> Option<Verdict> {
    match sub.parse::<u16>().ok()? {
        101 => Some(Verdict::Match),
        201..=216 => Some(Verdict::Mismatch),
        301..=306 => Some(Verdict::NoRecord),
        _ => None,
    }
}

/// What does not belong to the phone: both, the ID number, or the name.
fn telecom_elements(sub: &str) -> BTreeMap<String, bool> {
    let (name, id_number) = match sub {
        "101" => (true, true),
        "201" => (false, false),
        "202" => (true, false),
        "203" => (false, true),
        _ => return BTreeMap::new(),
    };
    BTreeMap::from([("name".into(), name), ("id_number".into(), id_number)])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(code: &str, biz: &str, sub: &str) -> Value {
        let result = json!({"BizCode": biz, "SubCode": sub});
        json!({"Code": code, "Message": "success", "RequestId": "R1", "ResultObject": result})
    }

    #[test]
    fn answers_are_told_apart() {
        use Verdict::{Match, Mismatch, NoRecord};
        for (method, biz, sub, verdict, code) in [
            (Method::IdCard, "1", "", Match, "1"),
            (Method::IdCard, "2", "", Mismatch, "2"),
            (Method::IdCard, "3", "", NoRecord, "3"),
            (Method::Telecom, "1", "101", Match, "1/101"),
            (Method::Telecom, "2", "204", Mismatch, "2/204"),
            (Method::Telecom, "3", "301", NoRecord, "3/301"),
            (Method::BankCard, "", "101", Match, "101"),
            (Method::BankCard, "2", "216", Mismatch, "2/216"),
            (Method::BankCard, "3", "306", NoRecord, "3/306"),
        ] {
            let finding = read(method, &answer("200", biz, sub)).expect("a finding");
            assert_eq!(
                (finding.verdict, finding.result_code.as_str()),
                (verdict, code)
            );
            assert_eq!(
                (finding.provider.as_str(), finding.reference.as_str()),
                ("aliyun", "R1")
            );
        }
        let finding = read(Method::Telecom, &answer("200", "2", "203")).expect("a finding");
        assert_eq!(
            (finding.elements["name"], finding.elements["id_number"]),
            (false, true)
        );
    }

    // C28
    #[test]
    fn anything_else_is_an_outage_and_never_a_match() {
        for answer in [
            answer("401", "1", "101"),
            answer("417", "1", "101"),
            answer("", "1", "101"),
            answer("200", "", ""),
            answer("200", "4", "999"),
            json!({"Code": "200"}),
            json!([]),
            json!(null),
        ] {
            for method in [Method::IdCard, Method::Telecom, Method::BankCard] {
                assert!(read(method, &answer).is_err(), "{answer}");
            }
        }
    }
}
