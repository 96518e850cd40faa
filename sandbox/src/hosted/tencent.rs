//! Tencent's side of it.

use chrono::TimeDelta;
use poem::Request;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Cloud, Outcome, TENCENT_FACE_RULE, Visit, is_ours, page_url};
use crate::State;

/// How long a result can be fetched.
const FETCHED_FOR: TimeDelta = TimeDelta::days(3);

/// `DetectAuth`: what stands under `Response`, or the code of the refusal.
pub fn detect_auth(
    request: &Request,
    state: &State,
    parameters: &Value,
) -> Result<Value, &'static str> {
    let get = |name: &str| parameters[name].as_str().unwrap_or_default();
    if get("RuleId") != TENCENT_FACE_RULE {
        return Err("InvalidParameterValue.RuleIdNotExist");
    }
    let (name, id_number, back) = (get("Name"), get("IdCard"), get("RedirectUrl"));
    if name.is_empty() || id_number.is_empty() || !is_ours(state, back) {
        return Err("InvalidParameter");
    }
    let ticket = Uuid::new_v4().to_string().to_uppercase();
    let visit = Visit {
        cloud: Cloud::Tencent,
        name: name.into(),
        id_number: id_number.into(),
        back: back.into(),
        callback: None,
        extra: get("Extra").into(),
        opened_at: state.now(),
        done: None,
    };
    state.faces.open(&ticket, visit);
    Ok(json!({"Url": page_url(request, &ticket), "BizToken": ticket}))
}

/// `GetDetectInfoEnhanced`, texts only.
pub fn detect_info(state: &State, parameters: &Value) -> Result<Value, &'static str> {
    let get = |name: &str| parameters[name].as_str().unwrap_or_default();
    if get("RuleId") != TENCENT_FACE_RULE {
        return Err("InvalidParameterValue.RuleIdNotExist");
    }
    let visit = state.faces.find(get("BizToken"));
    let visit = visit.filter(|visit| visit.cloud == Cloud::Tencent);
    let visit = visit.ok_or("InvalidParameterValue.BizTokenIllegal")?;
    if state.now() - visit.opened_at > FETCHED_FOR {
        return Err("InvalidParameterValue.BizTokenExpired");
    }
    let mut text = json!({
        "ErrCode": null,
        "ErrMsg": null,
        "IdCard": visit.id_number,
        "Name": visit.name,
        "LiveStatus": null,
        "Comparestatus": null,
        "Sim": null,
        "Extra": visit.extra,
    });
    if let Some(outcome) = visit.outcome(state) {
        let (code, live, compared, alike) = numbers(outcome);
        text["ErrCode"] = code.into();
        text["LiveStatus"] = live.into();
        text["Comparestatus"] = compared.into();
        text["Sim"] = alike.into();
    }
    Ok(json!({"Text": text}))
}

/// `ErrCode`, `LiveStatus`, `Comparestatus` and `Sim`.
const fn numbers(outcome: Outcome) -> (i32, i32, i32, &'static str) {
    match outcome {
        Outcome::Passed => (0, 0, 0, "98.76"),
        Outcome::NameDiffers => (2006, 0, 2006, "0.00"),
        Outcome::NobodyKnown => (2005, 0, 2005, "0.00"),
        Outcome::NoPhoto => (2007, 0, 2007, "0.00"),
        Outcome::OtherFace => (2016, 0, 2016, "31.20"),
        Outcome::NotLive => (1002, 1002, 0, "0.00"),
        Outcome::SourceDown => (2001, 0, 2001, "0.00"),
    }
}
