//! Aliyun's side of it.

use std::collections::HashMap;

use poem::{IntoResponse, Request, Response, web::Json};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ALIYUN_FACE_SCENE, Cloud, Outcome, Visit, is_ours, page_url};
use crate::State;

/// `InitFaceVerify`.
pub fn init(request: &Request, state: &State, parameters: &HashMap<String, String>) -> Response {
    let get = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    if get("SceneId") != ALIYUN_FACE_SCENE {
        return refuse("404", "认证场景配置不存在");
    }
    let order = get("OuterOrderNo");
    let order_fits =
        (1..=32).contains(&order.len()) && order.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let meta: Value = serde_json::from_str(get("MetaInfo")).unwrap_or_default();
    let kind = (get("ProductCode"), get("CertType"));
    let (name, id_number) = (get("CertName"), get("CertNo"));
    let callback = get("CallbackUrl");
    let fits = order_fits
        && kind == ("ID_PRO", "IDENTITY_CARD")
        && !name.is_empty()
        && !id_number.is_empty()
        && meta["deviceType"].is_string()
        && is_ours(state, get("ReturnUrl"))
        && (callback.is_empty() || is_ours(state, callback));
    if !fits {
        return refuse("401", "参数非法");
    }
    if state.faces.is_tired_of(id_number, state) {
        return refuse("418", "刷脸失败次数过多");
    }
    let ticket = format!("sha{}", Uuid::new_v4().simple());
    let visit = Visit {
        cloud: Cloud::Aliyun,
        name: name.into(),
        id_number: id_number.into(),
        back: get("ReturnUrl").into(),
        callback: (!callback.is_empty()).then(|| (callback.into(), get("CallbackToken").into())),
        extra: order.into(),
        opened_at: state.now(),
        done: None,
    };
    state.faces.open(&ticket, visit);
    let url = page_url(request, &ticket);
    answer(json!({"CertifyId": ticket, "CertifyUrl": url}))
}

/// `DescribeFaceVerify`.
pub fn describe(state: &State, parameters: &HashMap<String, String>) -> Response {
    let get = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    if get("SceneId") != ALIYUN_FACE_SCENE {
        return refuse("404", "认证场景配置不存在");
    }
    let visit = state.faces.find(get("CertifyId"));
    let Some(visit) = visit.filter(|visit| visit.cloud == Cloud::Aliyun) else {
        return refuse("406", "无效的CertifyId");
    };
    match visit.outcome(state) {
        None => refuse("424", "身份认证记录不存在"),
        Some(Outcome::SourceDown) => refuse("417", "无法使用刷脸服务"),
        Some(outcome) => {
            let (passed, sub_code) = words(outcome);
            answer(json!({
                "Passed": passed,
                "SubCode": sub_code,
                "IdentityInfo": null,
                "DeviceToken": null,
                "MaterialInfo": null,
            }))
        }
    }
}

/// `Passed` and `SubCode`.
pub const fn words(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Passed => ("T", "200"),
        Outcome::NameDiffers => ("F", "201"),
        Outcome::NobodyKnown => ("F", "202"),
        Outcome::NoPhoto => ("F", "203"),
        Outcome::OtherFace => ("F", "204"),
        Outcome::NotLive => ("F", "205"),
        Outcome::SourceDown => ("F", "209"),
    }
}

fn answer(result: Value) -> Response {
    Json(json!({
        "Code": "200",
        "Message": "success",
        "RequestId": request_id(),
        "ResultObject": result,
    }))
    .into_response()
}

fn refuse(code: &str, message: &str) -> Response {
    Json(json!({"Code": code, "Message": message, "RequestId": request_id()})).into_response()
}

fn request_id() -> String {
    Uuid::new_v4().to_string().to_uppercase()
}
