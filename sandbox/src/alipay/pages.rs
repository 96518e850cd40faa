//! Alipay's own pages: sign in, here or with a phone, and agree.

use std::sync::Arc;

use poem::{
    IntoResponse, Request, Response, handler,
    http::StatusCode,
    web::{Data, Form, Json, Path, Query, Redirect},
};
use qrcode::{QrCode, render::svg};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{ALIPAY_APP_ID, ticket::Asked};
use crate::{
    State, magic,
    pages::{escape, played},
};

/// Citizens that can be chosen by a click.
const OFFERED: u32 = 4;

#[derive(Deserialize)]
struct Account {
    #[serde(default)]
    account: String,
}

/// `GET /alipay/oauth2/publicAppAuthorize.htm`: signs in, then asks.
#[handler]
pub fn authorize(
    request: &Request,
    asked: Query<Asked>,
    account: Query<Account>,
    state: Data<&Arc<State>>,
) -> Response {
    if let Some(wrong) = wrong(&state, &asked) {
        return wrong;
    }
    if account.account.is_empty() {
        let ticket = state.alipay.tickets.open(asked.0.clone());
        let host = request.header("host").unwrap_or_default();
        sign_in(&state, &asked, Some((ticket, host)), None)
    } else {
        consent(&state, &asked, &account.account, None)
    }
}

/// `GET /alipay/scan/{id}`: the same on the phone that scanned the code.
#[handler]
pub fn scan(id: Path<Uuid>, account: Query<Account>, state: Data<&Arc<State>>) -> Response {
    let Some((asked, None)) = state.alipay.tickets.find(id.0) else {
        let text = "<h1>二维码已失效 <small>This code has lapsed</small></h1>";
        return page(&state, text)
            .with_status(StatusCode::GONE)
            .into_response();
    };
    if account.account.is_empty() {
        sign_in(&state, &asked, None, Some(id.0))
    } else {
        consent(&state, &asked, &account.account, Some(id.0))
    }
}

/// `GET /alipay/tickets/{id}`: where the screen with the code is to go.
#[handler]
pub fn follow(id: Path<Uuid>, state: Data<&Arc<State>>) -> Response {
    match state.alipay.tickets.find(id.0) {
        Some((_, location)) => Json(json!({"location": location})).into_response(),
        None => StatusCode::NOT_FOUND.into(),
    }
}

#[derive(Deserialize)]
struct Decision {
    app_id: String,
    scope: String,
    redirect_uri: String,
    #[serde(default)]
    state: String,
    account: String,
    decision: String,
    ticket: Option<Uuid>,
}

/// `POST /alipay/oauth2/decide`: back to the application, with a code or without.
#[handler]
pub fn decide(decision: Form<Decision>, state: Data<&Arc<State>>) -> Response {
    let Form(decision) = decision;
    let asked = Asked {
        app_id: decision.app_id,
        scope: decision.scope,
        redirect_uri: decision.redirect_uri,
        state: decision.state,
    };
    if let Some(wrong) = wrong(&state, &asked) {
        return wrong;
    }
    if !exists(&state, &decision.account) {
        return StatusCode::UNPROCESSABLE_ENTITY.into();
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("state", &asked.state);
    if decision.decision == "agree" {
        let code = state.alipay.code(&decision.account, state.now());
        query
            .append_pair("app_id", &asked.app_id)
            .append_pair("source", "alipay_wallet")
            .append_pair("scope", &asked.scope)
            .append_pair("auth_code", &code);
    } else {
        query.append_pair("error", "access_denied");
    }
    let location = format!("{}?{}", asked.redirect_uri, query.finish());
    let Some(ticket) = decision.ticket else {
        return Redirect::see_other(location).into_response();
    };
    state.alipay.tickets.decide(ticket, location);
    let text = "<h1 id=\"decided\">请回到电脑继续 <small>Go on at the computer</small></h1>\
                <p>这部手机上的操作已完成。<br><span lang=\"en\">Nothing more to do on this phone.</span></p>";
    page(&state, text)
}

/// The application and the address it wants people back at have to be those that are registered.
fn wrong(state: &State, asked: &Asked) -> Option<Response> {
    let home = format!("{}/", state.config.app_url);
    let problem = if asked.app_id != ALIPAY_APP_ID {
        "app_id"
    } else if asked.scope != "auth_user" {
        "scope"
    } else if !asked.redirect_uri.starts_with(&home) {
        "redirect_uri"
    } else {
        return None;
    };
    let text = format!(
        "<h1>授权链接错误 <small>Bad authorisation link</small></h1><p><code>{problem}</code></p>"
    );
    let response = page(state, &text).with_status(StatusCode::BAD_REQUEST);
    Some(response.into_response())
}

fn exists(state: &State, account: &str) -> bool {
    magic::of(account).is_some() || state.population.by_alipay_account(account).is_some()
}

/// Who it is. On a screen with a QR code the phone can answer instead.
fn sign_in(
    state: &State,
    asked: &Asked,
    code: Option<(Uuid, &str)>,
    ticket: Option<Uuid>,
) -> Response {
    let action = action(ticket);
    let hidden = hidden(asked, ticket);
    let choice = |account: &str, zh: &str, en: &str| {
        format!(
            "<li><button class=\"choice\" name=\"account\" value=\"{0}\"><b>{zh}</b> <span>{0}</span> \
             <span lang=\"en\">{en}</span></button></li>",
            escape(account)
        )
    };
    let citizens: String = (0..OFFERED)
        .map(|number| state.population.citizen(number))
        .map(|citizen| choice(&citizen.alipay_account, &citizen.name, ""))
        .collect();
    let magic: String = magic::VALUES
        .last()
        .into_iter()
        .flat_map(|(_, _, values)| values.iter().zip(magic::EFFECTS))
        .map(|(account, (_, zh, en))| choice(account, zh, en))
        .collect();
    let qr = code.map_or_else(String::new, |(id, host)| {
        let url = format!("http://{host}/alipay/scan/{id}");
        let drawn = QrCode::new(&url).map_or_else(
            |_| String::new(),
            |code| {
                let drawn = code
                    .render::<svg::Color<'_>>()
                    .min_dimensions(192, 192)
                    .build();
                drawn.replace("<?xml version=\"1.0\" standalone=\"yes\"?>", "")
            },
        );
        format!(
            "<section class=\"qr\" data-ticket=\"{id}\" data-url=\"{0}\"><h2>扫码登录 <small>Scan</small></h2>{drawn}\
             <p><a href=\"{0}\" target=\"_blank\" rel=\"noopener\" id=\"open-phone\">没有手机？在新窗口打开 \
             <span lang=\"en\">No phone? Open here</span></a></p></section>",
            escape(&url)
        )
    });
    let body = format!(
        "<h1>登录支付宝 <small>Sign in to Alipay</small></h1>\
         <p>登录后返回 <b>{site}</b>。<span lang=\"en\">You then go back to that site.</span></p>\
         <div class=\"ways\">{qr}<section><h2>账号登录 <small>Account</small></h2>\
         <form method=\"get\" action=\"{action}\">{hidden}\
         <label for=\"account\">支付宝账号 <span lang=\"en\">Alipay account</span></label>\
         <input id=\"account\" name=\"account\" required autocomplete=\"off\" spellcheck=\"false\" placeholder=\"citizen0@alipay.example\">\
         <button id=\"next\" class=\"primary\">下一步 Next</button></form></section></div>\
         <form method=\"get\" action=\"{action}\">{hidden}<h2>测试账号 <small>Test accounts</small></h2>\
         <ul class=\"choices\">{citizens}</ul><h3>固定结果 <small>Fixed outcomes</small></h3><ul class=\"choices\">{magic}</ul></form>",
        site = escape(&site(asked)),
    );
    page(state, &body)
}

/// What the application wants to know, and whether it may.
fn consent(state: &State, asked: &Asked, account: &str, ticket: Option<Uuid>) -> Response {
    if !exists(state, account) {
        let body = format!(
            "<h1>没有这个账号 <small>No such account</small></h1>\
             <form method=\"get\" action=\"{}\">{}<button class=\"primary\">重新登录 Try again</button></form>",
            action(ticket),
            hidden(asked, ticket)
        );
        let response = page(state, &body).with_status(StatusCode::NOT_FOUND);
        return response.into_response();
    }
    let body = format!(
        "<h1>授权 <small>Authorise</small></h1>\
         <p><b>{site}</b> 申请获取以下信息：<br><span lang=\"en\">asks Alipay for:</span></p>\
         <ul class=\"scopes\"><li>实名认证状态 <span lang=\"en\">whether you are certified</span></li>\
         <li>真实姓名 <span lang=\"en\">your real name</span></li>\
         <li>身份证号 <span lang=\"en\">your ID number</span></li></ul>\
         <form method=\"post\" action=\"/alipay/oauth2/decide\">{}\
         <input type=\"hidden\" name=\"account\" value=\"{1}\">\
         <p>当前账号 <span lang=\"en\">Account</span>：<b>{1}</b></p>\
         <p class=\"decide\"><button id=\"agree\" class=\"primary\" name=\"decision\" value=\"agree\">同意 Agree</button>\
         <button id=\"refuse\" class=\"secondary\" name=\"decision\" value=\"refuse\">拒绝 Refuse</button></p></form>",
        hidden(asked, ticket),
        escape(account),
        site = escape(&site(asked)),
    );
    page(state, &body)
}

fn action(ticket: Option<Uuid>) -> String {
    ticket.map_or_else(
        || "/alipay/oauth2/publicAppAuthorize.htm".into(),
        |id| format!("/alipay/scan/{id}"),
    )
}

fn hidden(asked: &Asked, ticket: Option<Uuid>) -> String {
    let ticket = ticket.map(|id| id.to_string()).unwrap_or_default();
    [
        ("app_id", &asked.app_id),
        ("scope", &asked.scope),
        ("redirect_uri", &asked.redirect_uri),
        ("state", &asked.state),
        ("ticket", &ticket),
    ]
    .iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| {
        format!(
            "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
            escape(value)
        )
    })
    .collect()
}

/// The site that people go back to, as they know it.
fn site(asked: &Asked) -> String {
    let after = asked.redirect_uri.split("://").nth(1).unwrap_or_default();
    after.split('/').next().unwrap_or_default().to_string()
}

fn page(state: &State, body: &str) -> Response {
    played(state, "alipay", "支付宝 Alipay", "这不是真的支付宝", body)
}
