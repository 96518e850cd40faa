//! A register that speaks the authority contract (`docs/authority-contract.md`).

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use poem::{Body, IntoResponse, Request, Response, handler, http::StatusCode, web::Data};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{
    State,
    face::{self, Action, Material, Verdict, Who},
    faults::Mode,
    pages,
    registry::{Datum, Judgement, Question},
};

const SKEW: TimeDelta = TimeDelta::minutes(5);
const PREFIX: &str = "hmac-sha256=";
/// Faces come with their pictures.
const LARGEST_QUESTION: usize = 32 << 20;

#[derive(Deserialize)]
struct Asked {
    method: String,
    elements: BTreeMap<String, String>,
    nonce: String,
    time: DateTime<Utc>,
    face: Option<AskedFace>,
}

/// Somebody before a camera; pictures in base64.
#[derive(Deserialize)]
struct AskedFace {
    actions: Vec<Action>,
    frames: Vec<String>,
    id_card: AskedCard,
}

#[derive(Deserialize)]
struct AskedCard {
    front: String,
    back: String,
}

/// `POST /authority/`
#[handler]
pub async fn check(request: &Request, body: Body, state: Data<&Arc<State>>) -> Response {
    let Ok(body) = body.into_bytes_limit(LARGEST_QUESTION).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into();
    };
    let key = &state.config.key;
    let header = |name| request.header(name).unwrap_or_default();
    let signature = sign(&key.secret, "question", &body);
    let given = header("x-authority-signature");
    if header("x-authority-key") != key.id
        || !bool::from(given.as_bytes().ct_eq(signature.as_bytes()))
    {
        return refuse(StatusCode::UNAUTHORIZED, "signature");
    }
    let Ok(asked) = serde_json::from_slice::<Asked>(&body) else {
        return refuse(StatusCode::BAD_REQUEST, "malformed");
    };
    if (state.now() - asked.time).abs() > SKEW {
        return refuse(StatusCode::UNAUTHORIZED, "time");
    }
    if !state.nonces.note(&format!("authority {}", asked.nonce)) {
        return refuse(StatusCode::UNAUTHORIZED, "nonce");
    }
    let Some(question) = question(&asked) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "elements");
    };
    let shown = match asked.method.as_str() {
        "face" => match shown(asked.face.as_ref()).await {
            Some(verdict) => Some(verdict),
            None => return refuse(StatusCode::UNPROCESSABLE_ENTITY, "face"),
        },
        _ => None,
    };
    let magic = match shown {
        Some(Verdict::Is(Who::Error)) => Some(Mode::Error),
        Some(Verdict::Is(Who::Slow)) => Some(Mode::Slow),
        _ => question.fault(),
    };
    let answer = || {
        let judgement = question.judge(&state.population);
        let mut answer = answer(&asked, judgement, state.now());
        if asked.method == "portrait" && judgement == Judgement::Match {
            answer["portrait"] = portrait(&state, question.id_number);
        }
        if let Some(shown) = &shown {
            add_face(&mut answer, &question, shown, &state);
        }
        signed(&key.secret, &answer)
    };
    let down = |status| refuse(status, "down");
    state.play("authority", magic, answer, down).await
}

/// What the pictures show; `None` when they are no base64.
async fn shown(asked: Option<&AskedFace>) -> Option<Verdict> {
    let asked = asked?;
    let open = |text: &String| BASE64_STANDARD.decode(text).ok();
    let material = Material {
        actions: asked.actions.clone(),
        frames: asked.frames.iter().map(open).collect::<Option<_>>()?,
        front: open(&asked.id_card.front)?,
        back: open(&asked.id_card.back)?,
    };
    tokio::task::spawn_blocking(move || face::judge(&material))
        .await
        .ok()
}

/// Adds to the judgement of name and number what the face says.
fn add_face(answer: &mut Value, question: &Question<'_>, shown: &Verdict, state: &State) {
    if answer["result"] != "match" {
        return;
    }
    let number = state.population.number_of(question.id_number);
    let (face, card) = match shown {
        Verdict::Rejected(reason) => {
            answer["result"] = "rejected".into();
            answer["reason"] = (*reason).into();
            return;
        }
        Verdict::Is(Who::NoRecord) => {
            answer["result"] = "no-record".into();
            answer["elements"] = json!({});
            return;
        }
        Verdict::Is(Who::Slow) => (true, true),
        Verdict::Is(Who::Citizen(shown)) => (Some(*shown) == number, Some(*shown) == number),
        Verdict::Is(_) => (false, true),
        Verdict::OtherCard(face) => (Some(*face) == number.map(Who::Citizen), false),
    };
    if !(face && card) {
        answer["result"] = "mismatch".into();
    }
    answer["elements"]["face"] = face.into();
    answer["elements"]["id_card"] = card.into();
}

fn question(asked: &Asked) -> Option<Question<'_>> {
    let get = |name: &str| asked.elements.get(name).map(String::as_str);
    let wanted: &[(Datum, &str)] = match asked.method.as_str() {
        "id-card" | "portrait" | "face" => &[],
        "bank-card" => &[
            (Datum::BankCard, "card_number"),
            (Datum::BankPhone, "phone"),
        ],
        "social-security" => &[(Datum::SocialSecurity, "number")],
        "provident-fund" => &[(Datum::ProvidentFund, "account")],
        "telecom" => &[(Datum::Phone, "phone")],
        "driving-licence" => &[(Datum::DrivingLicenceFile, "file_number")],
        _ => return None,
    };
    Some(Question {
        name: get("name")?,
        id_number: get("id_number")?,
        data: wanted
            .iter()
            .map(|(datum, name)| Some((*datum, get(name)?)))
            .collect::<Option<_>>()?,
    })
}

fn answer(asked: &Asked, judgement: Judgement, now: DateTime<Utc>) -> Value {
    let result = match judgement {
        Judgement::Match => "match",
        Judgement::Mismatch { .. } => "mismatch",
        Judgement::NoRecord => "no-record",
    };
    let elements: BTreeMap<&str, bool> = asked
        .elements
        .keys()
        .filter_map(|element| {
            let wrong = match (judgement, element.as_str()) {
                (Judgement::Match, _) | (Judgement::Mismatch { .. }, "id_number") => false,
                (Judgement::Mismatch { name, .. }, "name") => name,
                (Judgement::Mismatch { data, .. }, _) => data,
                (Judgement::NoRecord, _) => return None,
            };
            Some((element.as_str(), !wrong))
        })
        .collect();
    json!({
        "result": result,
        "reference": Uuid::new_v4().to_string(),
        "nonce": asked.nonce,
        "time": now,
        "elements": elements,
    })
}

/// The photo that this register has of a person.
fn portrait(state: &State, id_number: &str) -> Value {
    match state.population.number_of(id_number) {
        Some(number) => json!({
            "kind": "image/svg+xml",
            "data": BASE64_STANDARD.encode(pages::drawing(number)),
        }),
        None => Value::Null,
    }
}

fn signed(secret: &str, answer: &Value) -> Response {
    let body = answer.to_string();
    Response::builder()
        .content_type("application/json")
        .header(
            "x-authority-signature",
            sign(secret, "answer", body.as_bytes()),
        )
        .body(body)
}

/// Written apart from the client's on purpose: a mistake made on one side shows.
fn sign(secret: &str, what: &str, body: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("renzheng-authority-v1 {what}\n").as_bytes());
    mac.update(body);
    format!("{PREFIX}{}", hex::encode(mac.finalize().into_bytes()))
}

fn refuse(status: StatusCode, error: &str) -> Response {
    poem::web::Json(json!({"error": error}))
        .with_status(status)
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector of `docs/authority-contract.md`.
    #[test]
    fn the_documented_vector() {
        assert_eq!(
            sign("0123456789abcdef", "question", b"{\"nonce\":\"1\"}"),
            "hmac-sha256=481b2836b6a86ab9a65985ee6d06a1e93d05bd3320c5297d5f0de4708dac96a8"
        );
    }
}
