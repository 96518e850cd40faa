//! Signing in to an application of another site, as a person would: from its page, through ours, and back.

use renzheng::oidc::client::GrantType;
use renzheng_tests::{
    PASSWORD, RelyingParty, TestServer,
    browser::Browser,
    phone,
    relying_party::{Parameters, query, returned},
};
use serde_json::json;
use thirtyfour::prelude::*;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    at_both_widths,
    security::{sign_in, step_up},
};

/// The application's own pages, on another site than ours: one with a link to sign in, one that is come back to.
pub struct Site {
    origin: String,
}

impl Site {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut buffer = vec![0; 64 * 1024];
                    let read = stream.read(&mut buffer).await.unwrap_or(0);
                    let request = String::from_utf8_lossy(&buffer[..read]).into_owned();
                    let target = request.split(' ').nth(1).unwrap_or_default();
                    let link = target.strip_prefix("/start?to=").unwrap_or_default();
                    let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
                    let page = format!(
                        "<!DOCTYPE html><html lang=zh><title>app</title><main data-page=app><p id=came>{target}</p>\
                         <p id=posted>{body}</p><a id=sign-in href=\"{}\">sign in</a></main>",
                        decoded(link),
                    );
                    let head = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                        page.len()
                    );
                    let _ = stream.write_all(format!("{head}{page}").as_bytes()).await;
                });
            }
        });
        Self { origin }
    }

    pub async fn register(&self, server: &TestServer) -> RelyingParty {
        let uri = format!("{}/callback", self.origin);
        RelyingParty::with(server, |new| {
            new.redirect_uris = vec![uri.clone()];
            new.grant_types.push(GrantType::ClientCredentials);
            new.scopes.push("codes:check".into());
            new.post_logout_redirect_uris = vec![uri];
            new.purposes
                .insert("phone".into(), "短信通知预约结果".into());
            new.purposes
                .insert("identity".into(), "核对预约人身份".into());
            new.policy_uri = Some("https://app.example/privacy".into());
        })
        .await
    }

    /// Opens the application's page and follows its link to us.
    pub async fn leave(
        &self,
        browser: &Browser<'_>,
        party: &RelyingParty,
        parameters: &Parameters,
    ) {
        let to = format!("{}/oauth2/authorize?{}", party.issuer, query(parameters));
        let to: String = url::form_urlencoded::byte_serialize(to.as_bytes()).collect();
        let start = format!("{}/start?to={to}", self.origin);
        browser.driver.goto(start).await.expect("a page");
        browser.click("#sign-in").await;
    }

    /// Waits until the browser is back; answers what it brought.
    pub async fn back(&self, browser: &Browser<'_>) -> std::collections::BTreeMap<String, String> {
        browser.says("#came", "/callback").await;
        let came = browser.text("#came").await;
        returned(&format!("{}{came}", self.origin))
    }
}

fn decoded(text: &str) -> String {
    let pair = format!("v={text}");
    let (_, value) = url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .expect("a pair");
    value.replace('&', "&amp;").replace('"', "&quot;")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_let_in_known_again_and_turned_out() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        let site = Site::start().await;
        let party = site.register(server).await;
        let mut request = party.request("openid profile phone email offline_access");
        request.insert("login_hint", phone(1));
        site.leave(&browser, &party, &request).await;
        browser.on("sign-in").await;
        assert_eq!(browser.value("#phone").await, phone(1), "filled in");
        browser.fill("#password", PASSWORD).await;
        browser.click("#submit").await;
        browser.on("authorize").await;
        browser.says("main", "办事预约").await;
        browser.says("#consent", "短信通知预约结果").await;
        browser.says("#consent", "139****0001").await;
        browser.screenshot("authorize").await;
        browser.fits().await;
        // Not the e-mail address.
        browser.click("label[for='scope-email']").await;
        browser.click("#allow").await;
        let came = site.back(&browser).await;
        assert_eq!(came["state"], "st&te=1");
        assert_eq!(came["iss"], party.issuer);
        let tokens = party.redeem(&came["code"]).await.ok(200);
        assert_eq!(tokens["scope"], "openid profile phone offline_access");
        let token = tokens["access_token"].as_str().expect("a token");
        let info = party.userinfo(token).await.ok(200);
        assert_eq!(info["phone_number"], "+8613900000001");

        // From the other site again: known, and not asked.
        site.leave(&browser, &party, &request).await;
        let came = site.back(&browser).await;
        party.redeem(&came["code"]).await.ok(200);
        let mut silent = request.clone();
        silent.insert("prompt", "none".into());
        silent.insert("response_mode", "form_post".into());
        site.leave(&browser, &party, &silent).await;
        browser.says("#posted", "code=").await;

        browser.go("/me").await;
        browser.on("me").await;
        browser.click("#to-applications").await;
        browser.on("applications").await;
        browser.says("#applications", "办事预约").await;
        browser.says("#disclosures", "手机号码").await;
        browser.screenshot("applications").await;
        browser.fits().await;
        browser.click("#make-code").await;
        let shown = browser.find("#identity-code").await;
        let code = shown.attr("data-code").await.expect("an attribute");
        browser.screenshot("applications-code").await;
        browser.fits().await;
        let itself = party.itself("codes:check").await;
        let told = itself.post("/identity-codes/check", json!({"code": code}));
        assert_eq!(told.await.ok(200)["sub"], info["sub"]);
        browser.click("#revoke").await;
        browser.screenshot("applications-revoke").await;
        browser.click("#revoke-yes").await;
        browser.find("#revoked").await;
        browser.find("#no-applications").await;
        assert_eq!(party.userinfo(token).await.status, 401);

        // Asked again, and no.
        site.leave(&browser, &party, &request).await;
        browser.on("authorize").await;
        browser.click("#deny").await;
        let came = site.back(&browser).await;
        assert_eq!(came["error"], "access_denied");
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_level_is_raised_from_0_to_2_inside_one_authorization() {
    at_both_widths(async |server, browser| {
        let client = server.client();
        client.register(&phone(1)).await;
        let citizen = client.citizen(5).await;
        let text = |pointer: &str| {
            let value = citizen.pointer(pointer).and_then(|value| value.as_str());
            value.expect("a text").to_string()
        };
        let site = Site::start().await;
        let party = site.register(server).await;
        let mut request = party.request("openid identity");
        request.insert("acr_values", "urn:renzheng:level:2".into());
        site.leave(&browser, &party, &request).await;
        browser.on("sign-in").await;
        browser.fill("#phone", &phone(1)).await;
        browser.fill("#password", PASSWORD).await;
        browser.click("#submit").await;
        browser.on("authorize").await;
        browser.says("#level-needed", "中级").await;
        browser.screenshot("authorize-level").await;
        browser.fits().await;
        browser.click("#raise").await;
        browser.on("verifications").await;
        browser.find("#errand").await;
        browser.click("#start-id-card").await;
        browser.on("id-card").await;
        browser.fill("#name", &text("/name")).await;
        browser.fill("#id-number", &text("/id_number")).await;
        browser.click("#submit").await;
        browser.on("attempt").await;
        browser.says("#outcome", "初级").await;
        browser.click("#errand").await;
        browser.on("authorize").await;
        browser.says("#level-needed", "初级").await;
        browser.click("#raise").await;
        browser.on("verifications").await;
        browser.screenshot("verifications-errand").await;
        browser.fits().await;
        browser.click("#start-social-security").await;
        browser.on("method").await;
        step_up(server, &browser, &phone(1), 2).await;
        browser.fill("#number", &text("/social_security")).await;
        browser.click("#submit").await;
        browser.on("attempt").await;
        browser.says("#outcome", "中级").await;
        browser.click("#errand").await;

        // The sensitive part is agreed to by itself.
        browser.on("authorize").await;
        browser.says("#consent", "核对预约人身份").await;
        let sensitive = browser.driver.find(By::Id("scope-identity")).await;
        let sensitive = sensitive.expect("a box");
        assert!(!sensitive.is_selected().await.expect("a state"));
        browser.click("label[for='scope-identity']").await;
        browser.screenshot("authorize-identity").await;
        browser.fits().await;
        browser.click("#allow").await;
        let came = site.back(&browser).await;
        let tokens = party.redeem(&came["code"]).await.ok(200);
        let (_, claims) = party
            .verify(tokens["id_token"].as_str().expect("a token"))
            .await;
        assert_eq!(claims["acr"], "urn:renzheng:level:2");
        let token = tokens["access_token"].as_str().expect("a token");
        let info = party.userinfo(token).await.ok(200);
        assert_eq!(info["verified_claims"]["claims"]["name"], text("/name"));
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_in_anew_where_asked_and_out_from_the_application() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        let site = Site::start().await;
        let party = site.register(server).await;
        let mut request = party.request("openid");
        request.insert("prompt", "login".into());
        site.leave(&browser, &party, &request).await;
        browser.on("authorize").await;
        browser.find("#again").await;
        browser.screenshot("authorize-again").await;
        browser.fits().await;
        browser.click("#sign-in-again").await;
        browser.on("sign-in").await;
        browser.fill("#phone", &phone(1)).await;
        browser.fill("#password", PASSWORD).await;
        browser.click("#submit").await;
        browser.on("authorize").await;
        browser.click("#allow").await;
        let came = site.back(&browser).await;
        let tokens = party.redeem(&came["code"]).await.ok(200);

        // Without the hint we ask; with it the session ends at once.
        let callback = format!("{}/callback", site.origin);
        browser.go("/oauth2/logout?ui_locales=zh-CN").await;
        browser.says("h1", "确认退出登录").await;
        browser.screenshot("logout-confirm").await;
        browser.fits().await;
        let mut logout = Parameters::new();
        let hint = tokens["id_token"].as_str().expect("a token");
        logout.insert("id_token_hint", hint.into());
        logout.insert("post_logout_redirect_uri", callback);
        logout.insert("state", "bye".into());
        browser
            .go(&format!("/oauth2/logout?{}", query(&logout)))
            .await;
        assert_eq!(site.back(&browser).await["state"], "bye");
        browser.go("/me").await;
        browser.on("sign-in").await;

        // A wrong address to return to is a page of ours.
        request.insert("redirect_uri", "https://evil.example/".into());
        request.insert("ui_locales", "zh-CN".into());
        site.leave(&browser, &party, &request).await;
        browser.says("h1", "无法继续").await;
        browser.screenshot("authorize-refused").await;
        browser.fits().await;
        browser
    })
    .await;
}
