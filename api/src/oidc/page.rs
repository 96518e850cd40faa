//! The few pages that are not the SPA's: they lead a browser on, post an answer, or say what is wrong. No script but one
//! that sends a form; every value is escaped.

use html_escape::encode_quoted_attribute as escape;
use renzheng_types::Locale;

use super::{answer::Answer, authorize::Unanswerable};

/// A page, and where its form may be sent.
pub struct Page {
    pub status: u16,
    pub html: String,
    /// The page posts to an application: its content security policy must let it.
    pub posts_away: bool,
}

const fn service(locale: Locale) -> &'static str {
    locale.pick("统一身份认证", "Unified Identity")
}

fn page(locale: Locale, status: u16, title: &str, head: &str, body: &str) -> Page {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{title} – {service}</title><link rel=\"stylesheet\" \
         href=\"/oauth2/page.css\">{head}</head><body><header><a href=\"/\">{service}</a></header><main><h1>{title}</h1>\
         {body}</main></body></html>\n",
        lang = locale.tag(),
        service = service(locale),
    );
    Page {
        status,
        html,
        posts_away: false,
    }
}

/// Leads the browser on by a navigation of our own, with which it sends the session's cookie.
pub fn lead_on(locale: Locale, path: &str) -> Page {
    let path = escape(path);
    let head = format!("<meta http-equiv=\"refresh\" content=\"0;url={path}\">");
    let go_on = locale.pick("继续", "Continue");
    let body = format!("<p><a href=\"{path}\">{go_on}</a></p>");
    page(
        locale,
        200,
        locale.pick("正在跳转…", "One moment…"),
        &head,
        &body,
    )
}

/// Posts an answer to the application (OAuth 2.0 Form Post Response Mode).
pub fn post(locale: Locale, answer: &Answer) -> Page {
    let fields: String = answer
        .parameters
        .iter()
        .map(|(name, value)| {
            format!(
                "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
                escape(name),
                escape(value)
            )
        })
        .collect();
    let body = format!(
        "<form method=\"post\" action=\"{}\" data-send>{fields}<button class=\"button\">{}</button></form>\
         <script src=\"/oauth2/post.js\"></script>",
        escape(&answer.redirect_uri),
        locale.pick("返回应用", "Back to the application"),
    );
    let title = locale.pick("正在返回应用…", "Going back to the application…");
    Page {
        posts_away: true,
        ..page(locale, 200, title, "", &body)
    }
}

/// Says why the browser is not sent back.
pub fn unanswerable(locale: Locale, why: Unanswerable) -> Page {
    let (status, text) = match why {
        Unanswerable::UnknownClient => (
            400,
            locale.pick(
                "请求登录的应用没有在本平台登记，或已停用。",
                "The application that sent you here is not registered, or is disabled.",
            ),
        ),
        Unanswerable::WrongRedirectUri => (
            400,
            locale.pick(
                "应用给出的返回地址与登记的不一致。为保护您的信息，我们没有跳转。",
                "The address to return to is not the one that the application registered. To protect you, we did not go there.",
            ),
        ),
        Unanswerable::PushedRequestGone | Unanswerable::Expired => (
            400,
            locale.pick(
                "这次登录请求已完成或已超时，请回到应用重新开始。",
                "This request has been answered or is too old. Go back to the application and begin again.",
            ),
        ),
        Unanswerable::TooMany => (
            429,
            locale.pick("请求过于频繁，请稍后再试。", "Too many requests. Please try again later."),
        ),
    };
    let body = format!(
        "<p>{text}</p><p class=\"soft\">{}</p><div class=\"actions\"><a class=\"button quiet\" href=\"/\">{}</a></div>",
        locale.pick(
            "您的账户没有受到影响，没有任何信息提供给该应用。",
            "Your account is not affected, and nothing was told to the application.",
        ),
        locale.pick("返回首页", "To the start page"),
    );
    page(
        locale,
        status,
        locale.pick("无法继续", "Cannot go on"),
        "",
        &body,
    )
}

/// Asks whether to sign out.
pub fn ask_to_sign_out(locale: Locale, id: &str) -> Page {
    let body = format!(
        "<p>{}</p><form method=\"post\" action=\"/oauth2/logout/confirm\"><input type=\"hidden\" name=\"id\" value=\"{}\">\
         <div class=\"actions\"><button class=\"button\" id=\"confirm\">{}</button><a class=\"button quiet\" href=\"/me\">{}</a>\
         </div></form>",
        locale.pick(
            "一个应用请求您退出统一身份认证。退出后，用此账户登录的其他应用也会收到通知。",
            "An application asks you to sign out. Other applications you signed in to with this account are told too.",
        ),
        escape(id),
        locale.pick("退出登录", "Sign out"),
        locale.pick("不退出", "Stay signed in"),
    );
    page(
        locale,
        200,
        locale.pick("确认退出登录？", "Sign out?"),
        "",
        &body,
    )
}

pub fn signed_out(locale: Locale) -> Page {
    let body = format!(
        "<p>{}</p><div class=\"actions\"><a class=\"button\" href=\"/\">{}</a></div>",
        locale.pick(
            "您已退出登录，可以关闭此页面。",
            "You are signed out and can close this page."
        ),
        locale.pick("返回首页", "To the start page"),
    );
    page(
        locale,
        200,
        locale.pick("已退出登录", "Signed out"),
        "",
        &body,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::request::ResponseMode;

    // C33
    #[test]
    fn values_are_escaped() {
        let answer = Answer {
            redirect_uri: "https://app.example/cb?a=\"><script>".into(),
            mode: ResponseMode::FormPost,
            parameters: vec![("state".into(), "\"'><img src=x onerror=alert(1)>".into())],
        };
        let page = post(Locale::En, &answer);
        assert!(!page.html.contains("<img") && !page.html.contains("\"><script>"));
        assert!(page.posts_away);
    }
}
