//! Aliyun SMS (`dysmsapi`, 2017-05-25): `SendSms`.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{Rpc, RpcError, text};
use crate::{
    clock::Clock,
    provider::{
        AliyunSettings, Outbound, Receipt, SendFault, SmsGateway, SmsMessage, SmsSender,
        SmsSettings,
    },
};

pub struct AliyunSms {
    rpc: Rpc,
    settings: SmsSettings,
}

impl AliyunSms {
    pub fn new(
        outbound: Outbound,
        aliyun: AliyunSettings,
        settings: SmsSettings,
        clock: Clock,
    ) -> Self {
        let rpc = Rpc {
            endpoint: aliyun.sms_endpoint.clone(),
            outbound,
            settings: aliyun,
            clock,
            version: "2017-05-25",
        };
        Self { rpc, settings }
    }
}

#[async_trait]
impl SmsSender for AliyunSms {
    fn name(&self) -> &'static str {
        "aliyun"
    }

    async fn send(&self, message: &SmsMessage) -> Result<Receipt, SendFault> {
        let params = serde_json::to_string(&message.params)
            .map_err(|_| SendFault::Permanent("parameters".into()))?;
        let code =
            self.settings
                .template_code(SmsGateway::Aliyun, message.template, message.locale);
        let parameters = BTreeMap::from([
            ("PhoneNumbers", message.phone.as_str().to_string()),
            ("SignName", self.settings.sign_name.clone()),
            ("TemplateCode", code),
            ("TemplateParam", params),
            ("OutId", message.reference.to_string()),
        ]);
        let answer = match self.rpc.call("SendSms", parameters).await {
            Ok(answer) => answer,
            Err(RpcError::Refused { status, code }) if status < 500 => return Err(fault(&code)),
            Err(error) => return Err(SendFault::Transient(error.to_string())),
        };
        match text(&answer, "Code").as_str() {
            "OK" => Ok(Receipt {
                provider: self.name(),
                reference: text(&answer, "BizId"),
            }),
            code => Err(fault(code)),
        }
    }
}

/// Which refusals may pass by themselves. Carriers' limits may; a bad number or template will not.
fn fault(code: &str) -> SendFault {
    let transient = matches!(
        code,
        "isv.BUSINESS_LIMIT_CONTROL"
            | "isp.SYSTEM_ERROR"
            | "isp.GATEWAY_ERROR"
            | "isv.AMOUNT_NOT_ENOUGH"
            | "isv.OUT_OF_SERVICE"
    ) || code.starts_with("Throttling")
        || code.starts_with("ServiceUnavailable");
    if transient {
        SendFault::Transient(code.into())
    } else {
        SendFault::Permanent(code.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_apart() {
        for code in [
            "isv.BUSINESS_LIMIT_CONTROL",
            "isv.OUT_OF_SERVICE",
            "Throttling.User",
        ] {
            assert!(matches!(fault(code), SendFault::Transient(_)), "{code}");
        }
        for code in [
            "isv.MOBILE_NUMBER_ILLEGAL",
            "isv.DAY_LIMIT_CONTROL",
            "isv.SMS_SIGNATURE_ILLEGAL",
            "isv.SMS_TEMPLATE_ILLEGAL",
            "isp.RAM_PERMISSION_DENY",
            "SignatureDoesNotMatch",
        ] {
            assert!(matches!(fault(code), SendFault::Permanent(_)), "{code}");
        }
    }
}
