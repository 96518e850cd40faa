//! The same things as pages for a person.

use std::sync::Arc;

use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use crate::{
    DemoStaff, State, face,
    faults::{self, Standing},
    inbox::{Mail, Sms},
    magic,
    population::{Citizen, SIZE},
};

const STYLE: &str = include_str!("../assets/sandbox.css");
const SCRIPT: &str = include_str!("../assets/sandbox.js");
const A_PAGE: u32 = 20;
const SHOWN: usize = 50;
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// `GET /`: the inbox.
#[handler]
pub fn home(state: Data<&Arc<State>>) -> Response {
    let sms = state.sms.to(None);
    let mail = state.mail.to(None);
    let mut body = String::from(
        "<section><h1>收件箱 <small>Inbox</small></h1><div id=\"messages\" aria-live=\"polite\">",
    );
    if sms.is_empty() && mail.is_empty() {
        body.push_str(
            "<p class=\"empty\">还没有消息。在网页上获取验证码后，短信会出现在这里。<br>\
             <span lang=\"en\">Nothing yet. Ask for a code on the web pages and the message appears here.</span></p>",
        );
    }
    body.push_str("<ul class=\"messages\">");
    body.extend(sms.iter().take(SHOWN).map(sms_row));
    body.extend(mail.iter().take(SHOWN).map(mail_row));
    body.push_str("</ul></div></section>");
    page(&state, "收件箱", "/", &body)
}

fn sms_row(sms: &Sms) -> String {
    let code = sms.code.as_deref().map_or_else(String::new, |code| {
        format!(
            "<button class=\"code\" data-copy=\"{0}\" title=\"复制 Copy\">{0}</button>",
            escape(code)
        )
    });
    format!(
        "<li><div class=\"head\"><strong>{}</strong><time datetime=\"{}\">{}</time></div><p>{}</p>{code}</li>",
        escape(&sms.phone),
        sms.at.to_rfc3339(),
        sms.at.format("%m-%d %H:%M:%S UTC"),
        escape(&sms.text),
    )
}

fn mail_row(mail: &Mail) -> String {
    let links: String = mail
        .links
        .iter()
        .map(|link| format!("<p><a href=\"{0}\">{0}</a></p>", escape(link)))
        .collect();
    format!(
        "<li><div class=\"head\"><strong>{}</strong><time datetime=\"{}\">{}</time></div><p><b>{}</b></p><p class=\"text\">{}</p>{links}</li>",
        escape(&mail.to),
        mail.at.to_rfc3339(),
        mail.at.format("%m-%d %H:%M:%S UTC"),
        escape(&mail.subject),
        escape(&mail.text),
    )
}

#[derive(Deserialize)]
struct Which {
    page: Option<u32>,
}

/// `GET /citizens`: who there is, and the magic names.
#[handler]
pub fn citizens(query: Query<Which>, state: Data<&Arc<State>>) -> Response {
    let last = SIZE / A_PAGE - 1;
    let current = query.page.unwrap_or(0).min(last);
    let rows: String = (current * A_PAGE..(current + 1) * A_PAGE)
        .map(|number| citizen_row(&state.population.citizen(number)))
        .collect();
    let magic = magic_table();
    let link = |page: u32, text: &str| format!("<a href=\"/citizens?page={page}\">{text}</a>");
    let previous = current
        .checked_sub(1)
        .map(|page| link(page, "← 上一页 Previous"))
        .unwrap_or_default();
    let next = if current < last {
        link(current + 1, "下一页 Next →")
    } else {
        String::new()
    };
    let body = format!(
        "<section><h1>测试市民 <small>Test citizens</small></h1>\
         <p>以下 {SIZE} 人均为虚构，可用于实名认证。点击即可复制。<br>\
         <span lang=\"en\">All {SIZE} people are fictional. Use them for verification; click to copy.</span></p>\
         <ul class=\"citizens\">{rows}</ul><nav class=\"pages\">{previous}<span>{} / {}</span>{next}</nav></section>\
         <section><h2>魔法数据 <small>Magic values</small></h2>\
         <p>用这些数据认证，会得到固定的结果。<span lang=\"en\">These values always give the same outcome.</span></p>\
         {magic}</section>",
        current + 1,
        last + 1,
    );
    page(&state, "测试市民", "/citizens", &body)
}

/// `GET /staff`: who to sign in as at the counter, with the code of this moment.
#[handler]
pub async fn staff(state: Data<&Arc<State>>) -> Response {
    let people = match &state.host {
        Some(host) => host.staff().await,
        None => Vec::new(),
    };
    let rows: String = people.iter().map(staff_row).collect();
    let body = format!(
        "<section><h1>演示工作人员 <small>Demo staff</small></h1>\
         <p>在 <a href=\"{app}/staff\">{app}/staff</a> 登录。动态码每 30 秒更换一次，每个只能用一次；也可把密钥添加到身份验证器。<br>\
         <span lang=\"en\">Sign in there. A code changes every 30 seconds and works once; the secret goes into an authenticator app too.</span></p>\
         <p>这些账户只在演示环境中存在，在生产环境中无法登录。<span lang=\"en\">They exist in the demo profile only, and production lets none of them in.</span></p>\
         <ul class=\"citizens staff\">{rows}</ul></section>",
        app = escape(&state.config.app_url),
    );
    page(&state, "演示工作人员", "/staff", &body)
}

fn staff_row(person: &DemoStaff) -> String {
    let role = match person.role.as_str() {
        "clerk" => "窗口人员 Clerk",
        "supervisor" => "复核人员 Supervisor",
        "operator" => "管理员 Operator",
        other => other,
    };
    let datum = |label: &str, value: &str| {
        format!(
            "<div><dt>{label}</dt><dd><button class=\"copy\" data-copy=\"{0}\">{0}</button></dd></div>",
            escape(value)
        )
    };
    format!(
        "<li><dl><div><dt>岗位</dt><dd>{} · {}</dd></div>{}{}{}{}</dl></li>",
        escape(role),
        escape(&person.name),
        datum("工号", &person.login),
        datum("密码", &person.password),
        datum("动态码", &person.totp_code),
        datum("密钥", &person.totp_secret),
    )
}

fn magic_table() -> String {
    let rows = |place: usize| -> String {
        magic::VALUES
            .iter()
            .filter_map(|(zh, en, values)| Some((zh, en, values.get(place)?)))
            .map(|(zh, en, value)| {
                format!("<li><button class=\"code\" data-copy=\"{value}\">{value}</button> {zh} <span lang=\"en\">{en}</span></li>")
            })
            .collect()
    };
    magic::EFFECTS
        .iter()
        .enumerate()
        .map(|(place, (_, zh, en))| {
            format!(
                "<h3>{zh} <small>{en}</small></h3><ul class=\"magic\">{}</ul>",
                rows(place)
            )
        })
        .collect()
}

fn citizen_row(citizen: &Citizen) -> String {
    let datum = |label: &str, english: &str, value: &str| {
        format!(
            "<div><dt>{label} <span lang=\"en\">{english}</span></dt><dd><button class=\"copy\" data-copy=\"{0}\">{0}</button></dd></div>",
            escape(value)
        )
    };
    format!(
        "<li><img src=\"{}\" alt=\"\" width=\"56\" height=\"56\" loading=\"lazy\"><dl>{}{}{}{}{}{}{}{}{}{}</dl></li>",
        escape(&citizen.portrait_url),
        datum("姓名", "Name", &citizen.name),
        datum("身份证号", "ID number", &citizen.id_number),
        datum("手机号码", "Phone", &citizen.phone),
        datum("银行卡", "Bank card", &citizen.bank_card.number),
        datum(
            "银行预留手机号",
            "Phone at the bank",
            &citizen.bank_card.phone
        ),
        datum("社保", "Social security", &citizen.social_security),
        datum("公积金", "Provident fund", &citizen.provident_fund),
        datum(
            "驾驶证档案编号",
            "Licence file",
            &citizen.driving_licence_file
        ),
        datum("支付宝", "Alipay", &citizen.alipay_account),
        pictures(citizen),
    )
}

/// `GET /faults`: what is broken at the moment, and switches to break more.
#[handler]
pub fn switches(state: Data<&Arc<State>>) -> Response {
    let rows: String = state
        .faults
        .standings(state.now())
        .iter()
        .map(fault_row)
        .collect();
    let body = format!(
        "<section><h1>故障开关 <small>Faults</small></h1>\
         <p>让某个上游在一段时间内变慢、出错或丢失回答，看看服务如何应对。<br>\
         <span lang=\"en\">Make an upstream slow, broken or forgetful for a while, and see what becomes of it.</span></p>\
         <ul class=\"faults\">{rows}</ul></section>"
    );
    page(&state, "故障开关", "/faults", &body)
}

fn fault_row(standing: &Standing) -> String {
    let options: String = faults::MODES
        .iter()
        .map(|(mode, text)| {
            let name: &str = (*mode).into();
            let selected = if *mode == standing.mode {
                " selected"
            } else {
                ""
            };
            format!("<option value=\"{name}\"{selected}>{text}</option>")
        })
        .collect();
    let (class, now) = match standing.until {
        Some(until) => (
            "fault fault--on",
            format!("至 until {}", until.format("%H:%M:%S UTC")),
        ),
        None => ("fault", "正常 working".into()),
    };
    format!(
        "<li class=\"{class}\" id=\"fault-{0}\"><div><b>{0}</b><small>{now} · 调用 calls {1}</small></div>\
         <form method=\"post\" action=\"/faults\"><input type=\"hidden\" name=\"upstream\" value=\"{0}\">\
         <label><span class=\"hidden\">{0} 故障 fault</span><select name=\"mode\">{options}</select></label>\
         <label><span class=\"hidden\">{0} 秒数 seconds</span><input name=\"for_seconds\" type=\"number\" min=\"1\" \
         max=\"86400\" value=\"60\" required></label> <span>秒 s</span><button>设置 Set</button></form></li>",
        standing.upstream, standing.calls,
    )
}

/// What a citizen shows of themself: their card, and a clip for a browser's fake camera.
fn pictures(citizen: &Citizen) -> String {
    let number = citizen
        .portrait_url
        .trim_start_matches("/portraits/")
        .trim_end_matches(".png");
    format!(
        "<div><dt>人脸识别</dt><dd><a href=\"/id-cards/{number}/front.jpg\">身份证人像面</a> \
         <a href=\"/id-cards/{number}/back.jpg\">国徽面</a> \
         <a href=\"/clips/{number}.mjpeg?actions=blink,nod,open-mouth,shake\" download>动作视频</a></dd></div>"
    )
}

/// `GET /portraits/{number}.svg`: a drawn face, a little different for everyone. As `.png` and `.jpg` it is as a camera
/// would see it, with the badge that says who it is.
#[handler]
pub async fn portrait(number: Path<String>) -> Response {
    if let Some((who, kind @ ("png" | "jpg"))) = number.rsplit_once('.') {
        return face::routes::portrait(who, kind == "jpg").await;
    }
    let Some(number) = number
        .strip_suffix(".svg")
        .and_then(|number| number.parse::<u32>().ok())
        .filter(|number| *number < SIZE)
    else {
        return StatusCode::NOT_FOUND.into();
    };
    Response::builder()
        .content_type("image/svg+xml")
        .body(drawing(number))
}

/// The face of the citizen with a number.
pub fn drawing(number: u32) -> String {
    let hue = number.wrapping_mul(47) % 360;
    let hair = 12 + number % 7;
    let mouth = 4 + number % 5;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\" role=\"img\">\
         <rect width=\"64\" height=\"64\" fill=\"hsl({hue} 35% 88%)\"/>\
         <path d=\"M12 64c0-14 9-20 20-20s20 6 20 20z\" fill=\"hsl({hue} 40% 45%)\"/>\
         <circle cx=\"32\" cy=\"28\" r=\"15\" fill=\"#f3d3b5\"/>\
         <path d=\"M17 28a15 15 0 0 1 30 0c-4-{hair}-26-{hair}-30 0z\" fill=\"#33261d\"/>\
         <circle cx=\"26\" cy=\"29\" r=\"1.6\"/><circle cx=\"38\" cy=\"29\" r=\"1.6\"/>\
         <path d=\"M27 36q5 {mouth} 10 0\" fill=\"none\" stroke=\"#7a3b2e\" stroke-width=\"1.6\" stroke-linecap=\"round\"/>\
         </svg>"
    )
}

#[handler]
pub fn style() -> Response {
    Response::builder()
        .content_type("text/css; charset=utf-8")
        .body(STYLE)
}

#[handler]
pub fn script() -> Response {
    Response::builder()
        .content_type("text/javascript; charset=utf-8")
        .body(SCRIPT)
}

fn page(state: &State, title: &str, path: &str, body: &str) -> Response {
    let tab = |to: &str, text: &str| {
        let current = if to == path {
            " aria-current=\"page\""
        } else {
            ""
        };
        format!("<a href=\"{to}\"{current}>{text}</a>")
    };
    let html = format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} · 沙箱</title>\
         <link rel=\"stylesheet\" href=\"/sandbox.css\"><script src=\"/sandbox.js\" defer></script></head><body>\
         <aside class=\"banner\" aria-label=\"Sandbox\">演示环境 SANDBOX · 这里的人和消息都是虚构的</aside>\
         <header><nav aria-label=\"沙箱 Sandbox\">{}{}{}{}</nav><nav aria-label=\"服务 Service\"><a href=\"{app}\">打开网页 App</a><a href=\"{docs}\">接口文档 API</a></nav></header>\
         <main>{body}</main></body></html>",
        tab("/", "收件箱 Inbox"),
        tab("/citizens", "测试市民 Citizens"),
        tab("/faults", "故障开关 Faults"),
        tab("/staff", "工作人员 Staff"),
        app = escape(&state.config.app_url),
        docs = escape(&state.config.docs_url),
    );
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Cache-Control", "no-store")
        .body(html)
}

/// A page that plays another company's, and says so. Its forms lead back to the service.
pub fn played(state: &State, class: &str, brand: &str, warning: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{brand} · 沙箱</title>\
         <link rel=\"stylesheet\" href=\"/sandbox.css\"><script src=\"/sandbox.js\" defer></script></head>\
         <body class=\"{class}\"><aside class=\"banner\" aria-label=\"Sandbox\">演示环境 SANDBOX · {warning}</aside>\
         <header><strong>{brand}</strong></header><main>{body}</main></body></html>"
    );
    let policy = POLICY.replace(
        "form-action 'self'",
        &format!("form-action 'self' {}", state.config.app_url),
    );
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header("Content-Security-Policy", policy)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .header("Cache-Control", "no-store")
        .body(html)
}

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
