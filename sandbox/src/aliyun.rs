//! Aliyun's RPC gateway: `SendSms`, `Id2MetaVerify`, `Mobile3MetaDetailVerify`, `BankMetaVerify`, `InitFaceVerify` and
//! `DescribeFaceVerify`, in their wire format.

use std::{collections::HashMap, sync::Arc};

use poem::{
    Body, IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Json},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    State,
    acs3::{self, Refused, Signed},
    hosted,
    inbox::{Sms, fill},
    registry::{Datum, Judgement, Question},
};

type Parameters = HashMap<String, String>;

/// `POST /aliyun/`: the action is named in a header, its parameters are in the query or a form.
#[handler]
pub async fn rpc(request: &Request, body: Body, state: Data<&Arc<State>>) -> Response {
    let Ok(body) = body.into_bytes_limit(1 << 20).await else {
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLarge");
    };
    let signed = Signed::of(request, &body);
    if let Err(refused) = acs3::check(&signed, &state.config.key, &state.nonces, state.now()) {
        let status = match refused {
            Refused::UnknownKey => StatusCode::NOT_FOUND,
            _ => StatusCode::BAD_REQUEST,
        };
        return refuse(status, &refused.to_string());
    }
    let mut parameters = form(signed.query.as_bytes());
    parameters.extend(form(&body));
    let action = request.header("x-acs-action").unwrap_or_default();
    let version = request.header("x-acs-version").unwrap_or_default();
    match (action, version) {
        ("SendSms", "2017-05-25") => {
            let answer = || send_sms(&state, &parameters);
            state.play("aliyun-sms", None, answer, down).await
        }
        ("Id2MetaVerify", "2019-03-07") => {
            verify(&state, "aliyun-id2meta", &parameters, vec![]).await
        }
        ("Mobile3MetaDetailVerify", "2019-03-07") => {
            let data = vec![(Datum::Phone, "Mobile")];
            verify(&state, "aliyun-mobile3meta", &parameters, data).await
        }
        ("BankMetaVerify", "2019-03-07") => {
            let data = vec![(Datum::BankCard, "BankCard"), (Datum::BankPhone, "Mobile")];
            verify(&state, "aliyun-bankmeta", &parameters, data).await
        }
        ("InitFaceVerify", "2019-03-07") => {
            let answer = || hosted::init(request, &state, &parameters);
            state.play("aliyun-face-init", None, answer, down).await
        }
        ("DescribeFaceVerify", "2019-03-07") => {
            let answer = || hosted::describe(&state, &parameters);
            state.play("aliyun-face-result", None, answer, down).await
        }
        _ => refuse(StatusCode::NOT_FOUND, "InvalidAction.NotFound"),
    }
}

fn form(text: &[u8]) -> Parameters {
    form_urlencoded::parse(text).into_owned().collect()
}

fn down(status: StatusCode) -> Response {
    refuse(status, "ServiceUnavailable")
}

fn send_sms(state: &State, parameters: &Parameters) -> Response {
    let get = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    let phone = get("PhoneNumbers");
    if phone.len() != 11 || !phone.bytes().all(|byte| byte.is_ascii_digit()) {
        return sms_refused("isv.MOBILE_NUMBER_ILLEGAL");
    }
    if get("SignName") != state.config.sign_name {
        return sms_refused("isv.SMS_SIGNATURE_ILLEGAL");
    }
    let Some(template) = state.config.sms_templates.get(get("TemplateCode")) else {
        return sms_refused("isv.SMS_TEMPLATE_ILLEGAL");
    };
    let Ok(Value::Object(values)) = serde_json::from_str(get("TemplateParam")) else {
        return sms_refused("isv.INVALID_JSON_PARAM");
    };
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()))
        .collect();
    let (text, code) = fill(&state.config.sign_name, template, &values);
    let id = Uuid::new_v4();
    // The caller's own number for a message: one that comes twice is sent once.
    let reference = Some(get("OutId")).filter(|reference| !reference.is_empty());
    let kept = state.sms.put(
        reference,
        Sms {
            id,
            phone: phone.into(),
            text,
            code,
            at: state.now(),
        },
    );
    Json(json!({"Code": "OK", "Message": "OK", "BizId": kept.to_string(), "RequestId": request_id()}))
        .into_response()
}

fn sms_refused(code: &str) -> Response {
    Json(json!({"Code": code, "Message": code, "RequestId": request_id()})).into_response()
}

/// Name and ID number, and what `data` names of the parameters.
async fn verify(
    state: &State,
    upstream: &str,
    parameters: &Parameters,
    data: Vec<(Datum, &str)>,
) -> Response {
    let get = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    let data: Vec<(Datum, &str)> = data
        .into_iter()
        .map(|(datum, name)| (datum, get(name)))
        .collect();
    let (name, id_number) = (get("UserName"), get("IdentifyNum"));
    let bank = upstream != "aliyun-bankmeta"
        || (get("ProductType"), get("VerifyMode")) == ("BANK_CARD_4_META", "VERIFY_BANK_CARD");
    let empty = data.iter().any(|(_, value)| value.is_empty());
    if get("ParamType") != "normal" || name.is_empty() || id_number.is_empty() || empty || !bank {
        return Json(json!({"Code": "400", "Message": "参数错误", "RequestId": request_id()}))
            .into_response();
    }
    let question = Question {
        name,
        id_number,
        data,
    };
    let answer = || result(upstream, question.judge(&state.population));
    state.play(upstream, question.fault(), answer, down).await
}

fn result(upstream: &str, judgement: Judgement) -> Response {
    let (biz, sub) = match judgement {
        Judgement::Match => ("1", "101"),
        Judgement::Mismatch { data: true, .. } => ("2", "201"),
        Judgement::Mismatch { .. } => ("2", "203"),
        Judgement::NoRecord => ("3", "301"),
    };
    let mut result = json!({"BizCode": biz});
    if upstream != "aliyun-id2meta" {
        result["SubCode"] = sub.into();
    }
    if upstream == "aliyun-mobile3meta" {
        result["IspName"] = "CMCC".into();
    }
    Json(json!({
        "Code": "200",
        "Message": "success",
        "RequestId": request_id(),
        "ResultObject": result,
    }))
    .into_response()
}

fn refuse(status: StatusCode, code: &str) -> Response {
    Json(json!({"Code": code, "Message": code, "RequestId": request_id()}))
        .with_status(status)
        .into_response()
}

fn request_id() -> String {
    Uuid::new_v4().to_string().to_uppercase()
}
