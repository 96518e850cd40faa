//! Alipay's open platform: the gateway with `alipay.system.oauth.token` and `alipay.user.info.share`, signed both ways,
//! and the pages where a person signs in and agrees.

mod keys;
mod pages;
mod ticket;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta, Utc};
use poem::{Body, Response, Route, get, handler, http::StatusCode, post, web::Data};
use serde_json::{Value, json};
use uuid::Uuid;

pub use keys::{ALIPAY_APP_ID, ALIPAY_APP_PRIVATE_KEY, ALIPAY_APP_PUBLIC_KEY, ALIPAY_PUBLIC_KEY};

use crate::{
    State,
    faults::Mode,
    magic::{self, Magic},
};

type Parameters = HashMap<String, String>;

const SKEW: TimeDelta = TimeDelta::minutes(15);
/// How long a code may wait to be taken.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// The most codes, tokens or tickets that are kept.
const KEPT: usize = 10_000;

/// What has been given out: by code and by token, whose it is, and since when.
#[derive(Default)]
pub struct Issued {
    codes: Mutex<HashMap<String, (String, DateTime<Utc>)>>,
    tokens: Mutex<HashMap<String, String>>,
    tickets: ticket::Tickets,
}

impl Issued {
    /// A code for an account.
    fn code(&self, account: &str, now: DateTime<Utc>) -> String {
        let code = Uuid::new_v4().simple().to_string();
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        if codes.len() >= KEPT {
            codes.clear();
        }
        codes.insert(code.clone(), (account.into(), now));
        code
    }

    /// A token for a code, once.
    fn token(&self, code: &str, now: DateTime<Utc>) -> Option<(String, String)> {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        let (account, since) = codes.remove(code)?;
        drop(codes);
        if now - since > CODE_LIFE {
            return None;
        }
        let token = format!("authusrB{}", Uuid::new_v4().simple());
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= KEPT {
            tokens.clear();
        }
        tokens.insert(token.clone(), account.clone());
        Some((token, account))
    }

    fn holder(&self, token: &str) -> Option<String> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.get(token).cloned()
    }
}

/// Everything under `/alipay`.
pub fn routes() -> Route {
    Route::new()
        .at("/gateway.do", post(gateway))
        .at("/oauth2/publicAppAuthorize.htm", get(pages::authorize))
        .at("/oauth2/decide", post(pages::decide))
        .at("/scan/:id", get(pages::scan))
        .at("/tickets/:id", get(pages::follow))
}

/// `POST /alipay/gateway.do`: the method is a parameter like the others. Refusals are told in a 200.
#[handler]
async fn gateway(body: Body, state: Data<&Arc<State>>) -> Response {
    let Ok(body) = body.into_bytes_limit(1 << 20).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into();
    };
    let parameters: Parameters = form_urlencoded::parse(&body).into_owned().collect();
    let get = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    if let Err(sub_code) = check(&parameters, state.now()) {
        return respond("error_response", &refusal("40002", sub_code));
    }
    match get("method") {
        "alipay.system.oauth.token" => {
            let answer = || token(&state, get("grant_type"), get("code"));
            state
                .play("alipay-token", None, answer, Response::from)
                .await
        }
        "alipay.user.info.share" => {
            let account = state.alipay.holder(get("auth_token"));
            let mode = match account.as_deref().and_then(magic::of) {
                Some(Magic::Error) => Some(Mode::Error),
                Some(Magic::Slow) => Some(Mode::Slow),
                _ => None,
            };
            let answer = || user(&state, account.as_deref());
            state
                .play("alipay-user", mode, answer, Response::from)
                .await
        }
        _ => respond("error_response", &refusal("40002", "isv.invalid-method")),
    }
}

/// What every call has to bring.
fn check(parameters: &Parameters, now: DateTime<Utc>) -> Result<(), &'static str> {
    let get = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    if get("app_id") != ALIPAY_APP_ID {
        return Err("isv.invalid-app-id");
    }
    if (get("sign_type"), get("charset"), get("version")) != ("RSA2", "utf-8", "1.0") {
        return Err("isv.invalid-signature-type");
    }
    if !keys::verify(parameters) {
        return Err("isv.invalid-signature");
    }
    let at = NaiveDateTime::parse_from_str(get("timestamp"), "%Y-%m-%d %H:%M:%S")
        .ok()
        .zip(FixedOffset::east_opt(8 * 3600))
        .and_then(|(at, china)| at.and_local_timezone(china).single());
    match at {
        Some(at) if (now - at.to_utc()).abs() <= SKEW => Ok(()),
        _ => Err("isv.invalid-timestamp"),
    }
}

fn token(state: &State, grant_type: &str, code: &str) -> Response {
    let given = state.alipay.token(code, state.now());
    let Some((token, account)) = given.filter(|_| grant_type == "authorization_code") else {
        return respond("error_response", &refusal("40002", "isv.code-invalid"));
    };
    let answer = json!({
        "user_id": user_id(&account),
        "access_token": token,
        "expires_in": 1_296_000,
        "refresh_token": format!("authusrB{}", Uuid::new_v4().simple()),
        "re_expires_in": 2_592_000,
    });
    respond("alipay_system_oauth_token_response", &answer)
}

fn user(state: &State, account: Option<&str>) -> Response {
    let name = "alipay_user_info_share_response";
    let Some(account) = account else {
        return respond(name, &refusal("20001", "aop.invalid-auth-token"));
    };
    let magic = magic::of(account);
    let person = match magic {
        // Somebody, but nobody that anyone is.
        Some(Magic::Mismatch) => Some(("测试不一致".into(), "810000199805010014".into())),
        Some(Magic::Slow) => {
            let citizen = state.population.citizen(1);
            Some((citizen.name, citizen.id_number))
        }
        Some(_) => None,
        None => state
            .population
            .by_alipay_account(account)
            .map(|citizen| (citizen.name, citizen.id_number)),
    };
    let mut answer = json!({
        "code": "10000",
        "msg": "Success",
        "user_id": user_id(account),
        "avatar": "https://tfs.alipayobjects.com/images/partner/sandbox",
        "is_certified": if person.is_some() { "T" } else { "F" },
        "user_type": "2",
        "user_status": "T",
    });
    if let Some((user_name, cert_no)) = person {
        answer["user_name"] = Value::String(user_name);
        answer["cert_type"] = "0".into();
        answer["cert_no"] = Value::String(cert_no);
    }
    respond(name, &answer)
}

/// 16 digits that begin with 2088, the same for an account each time.
fn user_id(account: &str) -> String {
    let mixed = account.bytes().fold(7_u64, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    format!("2088{:012}", mixed % 1_000_000_000_000)
}

fn refusal(code: &str, sub_code: &str) -> Value {
    json!({"code": code, "msg": "Invalid Arguments", "sub_code": sub_code, "sub_msg": sub_code})
}

/// The answer under its name, and a signature over its characters: with slashes escaped, as Alipay writes them.
fn respond(name: &str, answer: &Value) -> Response {
    let raw = answer.to_string().replace('/', "\\/");
    let body = format!("{{\"{name}\":{raw},\"sign\":\"{}\"}}", keys::sign(&raw));
    Response::builder()
        .content_type("text/html;charset=utf-8")
        .body(body)
}
