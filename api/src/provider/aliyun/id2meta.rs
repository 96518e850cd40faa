//! Aliyun person verification (`cloudauth`, 2019-03-07): `Id2MetaVerify`, name and ID number.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::Value;

use super::{Rpc, text};
use crate::{
    clock::Clock,
    provider::{AliyunSettings, Authority, Claim, Finding, Outage, Outbound, Verdict},
};

pub struct AliyunId2Meta {
    rpc: Rpc,
}

impl AliyunId2Meta {
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
impl Authority for AliyunId2Meta {
    fn name(&self) -> &'static str {
        "aliyun-id2meta"
    }

    async fn check(&self, claim: &Claim) -> Result<Finding, Outage> {
        let Claim::IdCard { name, id_number } = claim;
        let parameters = BTreeMap::from([
            ("ParamType", "normal".to_string()),
            ("UserName", name.as_str().to_string()),
            ("IdentifyNum", id_number.as_str().to_string()),
        ]);
        let answer = self
            .rpc
            .call("Id2MetaVerify", parameters)
            .await
            .map_err(|error| Outage {
                reason: error.to_string(),
            })?;
        read(&answer)
    }
}

/// `Code` says whether the query was made, `ResultObject.BizCode` what came of it.
fn read(answer: &Value) -> Result<Finding, Outage> {
    let code = text(answer, "Code");
    if code != "200" {
        return Err(Outage {
            reason: format!("code {code}"),
        });
    }
    let result_code = text(&answer["ResultObject"], "BizCode");
    let verdict = match result_code.as_str() {
        "1" => Verdict::Match,
        "2" => Verdict::Mismatch,
        "3" => Verdict::NoRecord,
        other => {
            return Err(Outage {
                reason: format!("BizCode {other}"),
            });
        }
    };
    Ok(Finding {
        verdict,
        reference: text(answer, "RequestId"),
        result_code,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(code: &str, biz: &str) -> Value {
        json!({"Code": code, "Message": "success", "RequestId": "R1", "ResultObject": {"BizCode": biz}})
    }

    #[test]
    fn answers_are_told_apart() {
        for (biz, verdict) in [
            ("1", Verdict::Match),
            ("2", Verdict::Mismatch),
            ("3", Verdict::NoRecord),
        ] {
            let finding = read(&answer("200", biz)).expect("a finding");
            assert_eq!(
                (finding.verdict, finding.reference.as_str()),
                (verdict, "R1")
            );
        }
    }

    #[test]
    fn anything_else_is_an_outage_and_never_a_match() {
        for answer in [
            answer("401", "1"),
            answer("417", "1"),
            answer("", "1"),
            answer("200", ""),
            answer("200", "4"),
            json!({"Code": "200"}),
            json!([]),
            json!(null),
        ] {
            assert!(read(&answer).is_err(), "{answer}");
        }
    }
}
