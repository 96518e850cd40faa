//! Aliyun's RPC gateway: `SendSms` and `Id2MetaVerify`, in their wire format.

use std::{collections::HashMap, sync::Arc, time::Duration};

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
    faults::Mode,
    inbox::Sms,
    magic,
};

type Parameters = HashMap<String, String>;

/// `POST /aliyun/`: the action is named in a header, its parameters are in the query or a form.
#[handler]
pub async fn rpc(request: &Request, body: Body, state: Data<&Arc<State>>) -> Response {
    let Ok(body) = body.into_bytes_limit(1 << 20).await else {
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLarge");
    };
    let signed = Signed::of(request, &body);
    if let Err(refused) = acs3::check(&signed, &state.config.aliyun, &state.nonces, state.now()) {
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
            faulty(&state, "aliyun-sms", || send_sms(&state, &parameters)).await
        }
        ("Id2MetaVerify", "2019-03-07") => {
            let name = parameters
                .get("UserName")
                .map(String::as_str)
                .unwrap_or_default();
            match magic::fault(name) {
                Some(mode) => act(mode, || id2meta(&state, &parameters)).await,
                None => faulty(&state, "aliyun-id2meta", || id2meta(&state, &parameters)).await,
            }
        }
        _ => refuse(StatusCode::NOT_FOUND, "InvalidAction.NotFound"),
    }
}

fn form(text: &[u8]) -> Parameters {
    form_urlencoded::parse(text).into_owned().collect()
}

/// Answers as the fault that is switched on for `upstream` wants it.
async fn faulty(state: &State, upstream: &str, answer: impl FnOnce() -> Response) -> Response {
    act(state.faults.mode(upstream, state.now()), answer).await
}

async fn act(mode: Mode, answer: impl FnOnce() -> Response) -> Response {
    match mode {
        Mode::None | Mode::Duplicate => answer(),
        Mode::Slow => {
            tokio::time::sleep(Duration::from_secs(3)).await;
            answer()
        }
        Mode::Error => refuse(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"),
        Mode::Drop => {
            // The work is done, and the answer gets lost on the way.
            let _ = answer();
            refuse(StatusCode::BAD_GATEWAY, "BadGateway")
        }
    }
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
    let mut text = format!("【{}】{template}", state.config.sign_name);
    let mut code = None;
    for (name, value) in &values {
        let value = value.as_str().unwrap_or_default();
        let mark = format!("${{{name}}}");
        if name == "code" && text.contains(&mark) {
            code = Some(value.to_string());
        }
        text = text.replace(&mark, value);
    }
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

fn id2meta(state: &State, parameters: &Parameters) -> Response {
    let get = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    if get("ParamType") != "normal" || get("UserName").is_empty() || get("IdentifyNum").is_empty() {
        return Json(json!({"Code": "400", "Message": "参数错误", "RequestId": request_id()}))
            .into_response();
    }
    let result = magic::verdict(get("UserName")).unwrap_or_else(|| {
        match state.population.by_id_number(get("IdentifyNum")) {
            Some(citizen) if citizen.name == get("UserName") => "1",
            Some(_) => "2",
            None => "3",
        }
    });
    Json(json!({
        "Code": "200",
        "Message": "success",
        "RequestId": request_id(),
        "ResultObject": {"BizCode": result},
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
