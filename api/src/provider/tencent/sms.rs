//! Tencent SMS (`sms`, 2021-01-11): `SendSms`. Parameters of a template go by their order in its text.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Api, ApiError, text};
use crate::{
    clock::Clock,
    provider::{
        Outbound, Receipt, SendFault, SmsGateway, SmsMessage, SmsSender, SmsSettings,
        TencentSettings,
    },
};

pub struct TencentSms {
    api: Api,
    settings: SmsSettings,
}

impl TencentSms {
    pub fn new(
        outbound: Outbound,
        tencent: TencentSettings,
        settings: SmsSettings,
        clock: Clock,
    ) -> Self {
        let api = Api {
            endpoint: tencent.sms_endpoint.clone(),
            outbound,
            settings: tencent,
            clock,
            service: "sms",
            version: "2021-01-11",
        };
        Self { api, settings }
    }

    fn parameters(&self, message: &SmsMessage) -> Value {
        let names = message.template.parameters(message.locale);
        let values: Vec<&str> = names
            .iter()
            .map(|name| {
                message
                    .params
                    .get(*name)
                    .map(String::as_str)
                    .unwrap_or_default()
            })
            .collect();
        json!({
            "PhoneNumberSet": [message.phone.e164()],
            "SmsSdkAppId": self.api.settings.sms_sdk_app_id,
            "SignName": self.settings.sign_name,
            "TemplateId": self.settings.template_code(SmsGateway::Tencent, message.template, message.locale),
            "TemplateParamSet": values,
            "SessionContext": message.reference.to_string(),
        })
    }
}

#[async_trait]
impl SmsSender for TencentSms {
    fn name(&self) -> &'static str {
        "tencent"
    }

    async fn send(&self, message: &SmsMessage) -> Result<Receipt, SendFault> {
        let parameters = self.parameters(message);
        let answer = match self.api.call("SendSms", &parameters).await {
            Ok(answer) => answer,
            Err(ApiError::Refused(code)) => return Err(fault(&code)),
            Err(error) => return Err(SendFault::Transient(error.to_string())),
        };
        let status = &answer["SendStatusSet"][0];
        match text(status, "Code").as_str() {
            "Ok" => Ok(Receipt {
                provider: self.name(),
                reference: text(status, "SerialNo"),
            }),
            code => Err(fault(code)),
        }
    }
}

/// Which refusals may pass by themselves. Limits by the half minute and by the hour may; those by the day will not
/// before the code has lapsed.
fn fault(code: &str) -> SendFault {
    let transient = matches!(
        code,
        "LimitExceeded.PhoneNumberThirtySecondLimit"
            | "LimitExceeded.PhoneNumberOneHourLimit"
            | "LimitExceeded.DeliveryFrequencyLimit"
            | "FailedOperation.InsufficientBalanceInSmsPackage"
            | "RequestLimitExceeded"
    ) || code.starts_with("InternalError")
        || code.starts_with("ServiceUnavailable")
        || code.is_empty();
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
            "LimitExceeded.PhoneNumberThirtySecondLimit",
            "LimitExceeded.PhoneNumberOneHourLimit",
            "InternalError.Timeout",
            "",
        ] {
            assert!(matches!(fault(code), SendFault::Transient(_)), "{code}");
        }
        for code in [
            "LimitExceeded.PhoneNumberDailyLimit",
            "InvalidParameterValue.IncorrectPhoneNumber",
            "FailedOperation.SignatureIncorrectOrUnapproved",
            "AuthFailure.SignatureFailure",
        ] {
            assert!(matches!(fault(code), SendFault::Permanent(_)), "{code}");
        }
    }
}
