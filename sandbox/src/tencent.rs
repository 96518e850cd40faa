//! Tencent Cloud's API gateway: `SendSms`, `IdCardVerification`, `PhoneVerification`, `BankCard4EVerification`,
//! `DetectAuth` and `GetDetectInfoEnhanced`, in their wire format.

use std::sync::Arc;

use poem::{
    Body, IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Json},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    State, TENCENT_SMS_APP,
    acs3::Signed,
    hosted,
    inbox::{Sms, fill, names},
    registry::{Datum, Judgement, Question},
    tc3,
};

/// `POST /tencent/`: the action is named in a header. Refusals are told in a 200.
#[handler]
pub async fn api(request: &Request, body: Body, state: Data<&Arc<State>>) -> Response {
    let Ok(body) = body.into_bytes_limit(1 << 20).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into();
    };
    let signed = Signed::of(request, &body);
    let service = match tc3::check(&signed, &state.config.key, state.now()) {
        Ok(service) => service,
        Err(refused) => return refuse(&refused.to_string()),
    };
    let Ok(parameters) = serde_json::from_slice::<Value>(&body) else {
        return refuse("InvalidParameter");
    };
    let action = request.header("x-tc-action").unwrap_or_default();
    let version = request.header("x-tc-version").unwrap_or_default();
    match (service.as_str(), action, version) {
        ("sms", "SendSms", "2021-01-11") => {
            let answer = || send_sms(&state, &parameters);
            state.play("tencent-sms", None, answer, down).await
        }
        ("faceid", "IdCardVerification", "2018-03-01") => {
            verify(&state, "tencent-idcard", &parameters, &[]).await
        }
        ("faceid", "PhoneVerification", "2018-03-01") => {
            let data = [(Datum::Phone, "Phone")];
            verify(&state, "tencent-phone", &parameters, &data).await
        }
        ("faceid", "BankCard4EVerification", "2018-03-01") => {
            let data = [(Datum::BankCard, "BankCard"), (Datum::BankPhone, "Phone")];
            verify(&state, "tencent-bankcard", &parameters, &data).await
        }
        ("faceid", "DetectAuth", "2018-03-01") => {
            let answer = || told(hosted::detect_auth(request, &state, &parameters));
            state.play("tencent-face-init", None, answer, down).await
        }
        ("faceid", "GetDetectInfoEnhanced", "2018-03-01") => {
            let answer = || told(hosted::detect_info(&state, &parameters));
            state.play("tencent-face-result", None, answer, down).await
        }
        _ => refuse("InvalidAction"),
    }
}

fn told(answer: Result<Value, &str>) -> Response {
    answer.map_or_else(refuse, respond)
}

async fn verify(
    state: &State,
    upstream: &str,
    parameters: &Value,
    data: &[(Datum, &str)],
) -> Response {
    let get = |name: &str| parameters[name].as_str().unwrap_or_default();
    let question = Question {
        name: get("Name"),
        id_number: get("IdCard"),
        data: data
            .iter()
            .map(|(datum, name)| (*datum, get(name)))
            .collect(),
    };
    let empty = question.data.iter().any(|(_, value)| value.is_empty());
    if question.name.is_empty() || question.id_number.is_empty() || empty {
        return refuse("MissingParameter");
    }
    let magic = question.fault();
    let answer = || {
        let result = match (question.judge(&state.population), upstream) {
            (Judgement::Match, _) => "0",
            (Judgement::Mismatch { .. }, "tencent-phone") => "-4",
            (Judgement::Mismatch { .. }, _) => "-1",
            (Judgement::NoRecord, "tencent-phone") => "-9",
            (Judgement::NoRecord, "tencent-idcard") => "-5",
            // A bank says only that it does not know the card.
            (Judgement::NoRecord, _) => "-6",
        };
        respond(json!({"Result": result, "Description": ""}))
    };
    state.play(upstream, magic, answer, down).await
}

fn send_sms(state: &State, parameters: &Value) -> Response {
    let get = |name: &str| parameters[name].as_str().unwrap_or_default();
    let number = parameters["PhoneNumberSet"][0].as_str().unwrap_or_default();
    let status = |code: &str, serial: &str| {
        let status = json!({"SerialNo": serial, "PhoneNumber": number, "Fee": 1, "Code": code, "Message": code});
        respond(json!({"SendStatusSet": [status]}))
    };
    let Some(phone) = number.strip_prefix("+86").filter(|phone| phone.len() == 11) else {
        return status("InvalidParameterValue.IncorrectPhoneNumber", "");
    };
    if get("SmsSdkAppId") != TENCENT_SMS_APP {
        return status("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "");
    }
    if get("SignName") != state.config.sign_name {
        return status("FailedOperation.SignatureIncorrectOrUnapproved", "");
    }
    let Some(template) = state.config.sms_templates.get(get("TemplateId")) else {
        return status("FailedOperation.TemplateIncorrectOrUnapproved", "");
    };
    let given: Vec<&str> = parameters["TemplateParamSet"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let names = names(template);
    if names.len() != given.len() {
        return status(
            "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
            "",
        );
    }
    let values: Vec<(&str, &str)> = names.into_iter().zip(given).collect();
    let (text, code) = fill(&state.config.sign_name, template, &values);
    let reference = Some(get("SessionContext")).filter(|reference| !reference.is_empty());
    let kept = state.sms.put(
        reference,
        Sms {
            id: Uuid::new_v4(),
            phone: phone.into(),
            text,
            code,
            at: state.now(),
        },
    );
    status("Ok", &kept.to_string())
}

fn respond(mut response: Value) -> Response {
    response["RequestId"] = Uuid::new_v4().to_string().into();
    Json(json!({"Response": response})).into_response()
}

fn refuse(code: &str) -> Response {
    respond(json!({"Error": {"Code": code, "Message": code}}))
}

fn down(status: StatusCode) -> Response {
    refuse("InternalError").with_status(status).into_response()
}
