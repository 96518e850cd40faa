//! The page where somebody shows their face, or pretends to.

use std::sync::Arc;

use poem::{
    IntoResponse, Response, handler,
    http::StatusCode,
    web::{Data, Form, Path, Redirect},
};
use serde::Deserialize;
use serde_json::json;

use super::{Choice, Cloud, Visit, aliyun};
use crate::{
    State,
    faults::Mode,
    pages::{escape, played},
};

/// `GET /faces/{ticket}`
#[handler]
pub fn show(ticket: Path<String>, state: Data<&Arc<State>>) -> Response {
    let now = state.now();
    match state.faces.find(&ticket.0) {
        Some(visit) if visit.done.is_none() && !visit.has_lapsed(now) => choose(&state, &visit),
        found => lapsed(&state, found.map(|visit| visit.cloud)),
    }
}

#[derive(Deserialize)]
struct Decision {
    choice: String,
}

/// `POST /faces/{ticket}`: done, or given up; back to the service.
#[handler]
pub fn decide(
    ticket: Path<String>,
    decision: Form<Decision>,
    state: Data<&Arc<State>>,
) -> Response {
    let ticket = ticket.0;
    let Some(visit) = state.faces.find(&ticket) else {
        return lapsed(&state, None);
    };
    if let Ok(choice) = decision.0.choice.parse::<Choice>() {
        if !state.faces.finish(&ticket, choice, state.now()) {
            return lapsed(&state, Some(visit.cloud));
        }
        call_back(&state, &ticket);
    }
    Redirect::see_other(way_back(&state, &ticket, &visit)).into_response()
}

/// With what the cloud adds to the address.
fn way_back(state: &State, ticket: &str, visit: &Visit) -> String {
    let passed = state
        .faces
        .find(ticket)
        .and_then(|visit| visit.outcome(state));
    let added = match visit.cloud {
        Cloud::Aliyun => {
            let code = match passed {
                Some(super::Outcome::Passed) => 1000,
                Some(_) => 2006,
                None => 1003,
            };
            let said = json!({"code": code, "extInfo": {"certifyId": ticket}});
            ("response", said.to_string())
        }
        Cloud::Tencent => ("BizToken", ticket.to_string()),
    };
    extended(&visit.back, &[added])
}

fn extended(url: &str, added: &[(&str, String)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(added)
        .finish();
    let sign = if url.contains('?') { '&' } else { '?' };
    format!("{url}{sign}{query}")
}

/// Tells the service that it is done, where it wants to be told: beside the way back, and twice or never as the faults of
/// `aliyun-face-result` want it.
fn call_back(state: &State, ticket: &str) {
    let Some(visit) = state.faces.find(ticket) else {
        return;
    };
    let (Some((url, token)), Some(outcome)) = (visit.callback.clone(), visit.outcome(state)) else {
        return;
    };
    let times = match state.faults.mode("aliyun-face-result", state.now()) {
        Mode::Duplicate => 2,
        Mode::Error | Mode::Drop => 0,
        Mode::None | Mode::Slow => 1,
    };
    let (passed, sub_code) = aliyun::words(outcome);
    let url = extended(
        &url,
        &[
            ("certifyId", ticket.to_string()),
            ("passed", passed.into()),
            ("subcode", sub_code.into()),
            ("callbackToken", token),
        ],
    );
    tokio::spawn(async move {
        for _ in 0..times {
            if let Err(error) = reqwest::get(&url).await {
                tracing::warn!(%error, "callback");
            }
        }
    });
}

fn choose(state: &State, visit: &Visit) -> Response {
    let person = state.population.by_id_number(&visit.id_number);
    let somebody = state.population.citizen(2);
    let other = match &person {
        Some(person) if *person == somebody => state.population.citizen(4),
        _ => somebody,
    };
    let face = |url: &str| {
        format!(
            "<img src=\"{}\" alt=\"\" width=\"72\" height=\"72\">",
            escape(url)
        )
    };
    let own = person
        .as_ref()
        .map_or_else(String::new, |person| face(&person.portrait_url));
    let choice = |value: Choice, picture: &str, zh: &str, en: &str| {
        let value: &str = value.into();
        format!(
            "<li><button class=\"choice face-choice\" name=\"choice\" value=\"{value}\">{picture}<span class=\"what\"><b>{zh}</b> \
             <span lang=\"en\">{en}</span></span></button></li>"
        )
    };
    let faces = [
        choice(Choice::Person, &own, "本人出镜", "The person themself"),
        choice(
            Choice::Other,
            &face(&other.portrait_url),
            "换一个人出镜",
            "Somebody else",
        ),
        choice(
            Choice::Photo,
            &format!("<span class=\"held\">{own}</span>"),
            "举着本人的照片",
            "A photo of the person",
        ),
    ];
    let fixed = [
        choice(
            Choice::Mismatch,
            "",
            "姓名与身份证号不一致",
            "Name and number do not belong together",
        ),
        choice(
            Choice::NoRecord,
            "",
            "查无此人",
            "Nobody like that is known",
        ),
        choice(
            Choice::NoPhoto,
            "",
            "库中没有照片",
            "No photo in the register",
        ),
        choice(
            Choice::SourceDown,
            "",
            "比对源故障一分钟，然后按本人判定",
            "The register is down for a minute, then as the person themself",
        ),
    ];
    let site = visit.back.split("://").nth(1).unwrap_or_default();
    let site = site.split('/').next().unwrap_or_default();
    let body = format!(
        "<h1>刷脸认证 <small>Face check</small></h1>\
         <p>核验对象：<b>{name}</b>，身份证号 <b>{number}</b>；完成后返回 <b>{site}</b>。<br>\
         <span lang=\"en\">This person is checked; you then go back to that site.</span></p>\
         <p>沙箱没有真正的摄像头，请选择谁出现在镜头前。<br><span lang=\"en\">There is no camera here: choose who is before it.</span></p>\
         <form method=\"post\"><ul class=\"choices faces\">{faces}</ul>\
         <h2>固定结果 <small>Fixed outcomes</small></h2><ul class=\"choices\">{fixed}</ul>\
         <p class=\"decide\"><button id=\"give-up\" class=\"secondary\" name=\"choice\" value=\"give-up\">放弃并返回 Give up</button></p></form>",
        name = escape(&masked_name(&visit.name)),
        number = escape(&masked_number(&visit.id_number)),
        site = escape(site),
        faces = faces.concat(),
        fixed = fixed.concat(),
    );
    page(state, Some(visit.cloud), &body)
}

fn masked_name(name: &str) -> String {
    let first: String = name.chars().take(1).collect();
    format!(
        "{first}{}",
        "*".repeat(name.chars().count().saturating_sub(1))
    )
}

fn masked_number(number: &str) -> String {
    match (number.get(..3), number.get(14..)) {
        (Some(first), Some(last)) => format!("{first}***********{last}"),
        _ => "***".into(),
    }
}

fn lapsed(state: &State, cloud: Option<Cloud>) -> Response {
    let body = "<h1 id=\"lapsed\">这个页面已失效 <small>This page has lapsed</small></h1>\
                <p>它已用过，或超过了时限。请回到原来的网站重新开始。<br>\
                <span lang=\"en\">It was used, or its time is over. Begin again at the site you came from.</span></p>";
    page(state, cloud, body)
        .with_status(StatusCode::GONE)
        .into_response()
}

fn page(state: &State, cloud: Option<Cloud>, body: &str) -> Response {
    let (brand, warning) = match cloud {
        Some(Cloud::Aliyun) => ("阿里云实人认证 Aliyun", "这不是真的阿里云"),
        Some(Cloud::Tencent) => ("腾讯云人脸核身 Tencent Cloud", "这不是真的腾讯云"),
        None => ("人脸核验 Face check", "这里没有真的核验"),
    };
    played(state, "hosted", brand, warning, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_extended_and_people_masked() {
        let added = [("response", "{\"code\":1000}".to_string())];
        assert_eq!(
            extended("http://x/back?state=a", &added),
            "http://x/back?state=a&response=%7B%22code%22%3A1000%7D"
        );
        assert_eq!(extended("http://x/back", &[]), "http://x/back?");
        assert_eq!(masked_name("张三"), "张*");
        assert_eq!(masked_number("11010519491231002X"), "110***********002X");
        assert_eq!(masked_number("短"), "***");
    }
}
