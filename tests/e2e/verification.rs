//! 我要升级: the page itself, Alipay there and back, and what is said when it does not pass.

use renzheng_tests::{PASSWORD, TestServer, browser::Browser, phone};
use serde_json::json;

use crate::{
    at_both_widths,
    security::{sign_in, step_up},
};

/// Registers, verifies as citizen `number` by ID card, and signs in.
async fn enter(server: &TestServer, browser: &Browser<'_>, number: usize) {
    let client = server.client();
    let citizen = client.citizen(number).await;
    let person = client.registered(&phone(1)).await;
    let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    person
        .post("/me/verifications/id-card", claim)
        .await
        .ok(201);
    sign_in(browser, &phone(1), PASSWORD).await;
    browser.on("me").await;
}

async fn fault(server: &TestServer, upstream: &str, seconds: u32) {
    let fault = json!({"upstream": upstream, "mode": "error", "for_seconds": seconds});
    server.client().sandbox_post("/faults", fault).await.ok(200);
}

/// From the list to Alipay's page.
async fn to_alipay(browser: &Browser<'_>) {
    browser.go("/me/verifications").await;
    browser.on("verifications").await;
    browser.click("#start-alipay").await;
    browser.on("alipay").await;
    browser.find("#to-alipay").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alipay_is_passed_by_account() {
    at_both_widths(async |server, browser| {
        enter(server, &browser, 3).await;
        to_alipay(&browser).await;
        browser.screenshot("alipay").await;
        browser.fits().await;
        browser.click("#to-alipay").await;
        browser.find(".qr svg").await;
        browser.screenshot("sandbox-alipay").await;
        browser.fits().await;

        // Somebody else's account first.
        browser.fill("#account", "citizen4@alipay.example").await;
        browser.click("#next").await;
        browser.screenshot("sandbox-alipay-consent").await;
        browser.click("#agree").await;
        browser.on("attempt").await;
        browser.says("#reason", "不一致").await;
        browser.find("#tries-left").await;
        browser.screenshot("alipay-failed").await;
        browser.fits().await;

        browser.click("#again").await;
        browser.click("#to-alipay").await;
        browser
            .click("button[value='citizen3@alipay.example']")
            .await;
        browser.click("#agree").await;
        browser.on("attempt").await;
        browser.says("#outcome", "中级").await;
        browser.screenshot("alipay-returned").await;
        browser.fits().await;
        // Handed in once: going back does not hand it in again.
        browser.driver.refresh().await.expect("reloaded");
        browser.says("#outcome", "中级").await;
        browser.go("/me/verifications").await;
        browser.on("verifications").await;
        browser.says("#method-alipay", "已认证").await;
        browser.go("/me/verifications/alipay").await;
        browser.says("#method-state", "支付宝").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alipay_is_passed_by_a_phone_that_scans_and_can_be_refused() {
    at_both_widths(async |server, browser| {
        enter(server, &browser, 3).await;
        to_alipay(&browser).await;
        browser.click("#to-alipay").await;
        browser
            .click("button[value='citizen3@alipay.example']")
            .await;
        browser.click("#refuse").await;
        browser.on("alipay-return").await;
        browser.says("#outcome", "没有得到授权").await;
        browser.screenshot("alipay-refused").await;
        browser.fits().await;
        browser.click("#again").await;
        browser.on("alipay").await;
        browser.click("#to-alipay").await;

        let code = browser.find("[data-ticket]").await;
        let url = code.attr("data-url").await.expect("an attribute");
        let hand = Browser::open(server, 390).await.expect("a phone");
        hand.driver
            .goto(url.expect("a URL"))
            .await
            .expect("the page");
        hand.click("button[value='citizen3@alipay.example']").await;
        hand.click("#agree").await;
        hand.find("#decided").await;
        hand.close().await;
        browser.on("attempt").await;
        browser.says("#outcome", "中级").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_suggests_a_step_and_follows_what_waits() {
    at_both_widths(async |server, browser| {
        let client = server.client();
        client.register(&phone(1)).await;
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        browser.go("/me/verifications").await;
        browser.on("verifications").await;
        browser.says("#next-step", "身份证").await;
        browser.says("#method-bank-card", "需先达到初级").await;
        browser.screenshot("verifications-none").await;
        browser.fits().await;

        // An outage, seen on the page of the attempt and on the list; both follow by themselves.
        let citizen = client.citizen(6).await;
        fault(server, "aliyun-id2meta", 60).await;
        browser.click("#next-step-start").await;
        browser.on("id-card").await;
        browser
            .fill("#name", citizen["name"].as_str().expect("a name"))
            .await;
        let number = citizen["id_number"].as_str().expect("a number");
        browser.fill("#id-number", number).await;
        browser.click("#submit").await;
        browser.on("attempt").await;
        browser.says("#outcome", "正在核验").await;
        browser.says("#outcome", "自动重试").await;
        browser.screenshot("attempt-pending").await;
        // What waits is followed, not asked again.
        browser.go("/me/verifications/id-card").await;
        browser.on("attempt").await;
        browser.go("/me/verifications").await;
        browser.on("verifications").await;
        browser.says("#method-id-card", "核验中").await;
        browser.screenshot("verifications-pending").await;
        browser.fits().await;
        server.clock.advance(61);
        browser.says("#method-id-card", "已认证").await;
        browser.says("#level-badge", "初级").await;
        browser.says("#next-step", "银行卡").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_pass_says_why_and_how_many_tries_are_left() {
    at_both_widths(async |server, browser| {
        enter(server, &browser, 3).await;
        browser.go("/me/verifications").await;
        browser.click("#start-social-security").await;
        browser.on("method").await;
        step_up(server, &browser, &phone(1), 2).await;
        browser.fill("#number", "MISMATCH").await;
        browser.click("#submit").await;
        browser.on("attempt").await;
        browser.says("#reason", "不一致").await;
        browser.says("#tries-left", "还可以再试").await;
        browser.screenshot("attempt-failed").await;
        browser.fits().await;
        browser.click("#again").await;
        browser.on("method").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_shows_citizens_inbox_and_switches() {
    at_both_widths(async |server, browser| {
        let client = server.client();
        client.registered(&phone(1)).await;
        let sandbox = server.sandbox_url();
        let to = |path: &str| format!("{sandbox}{path}");
        browser.driver.goto(to("/")).await.expect("the inbox");
        browser.says("#messages", &phone(1)).await;
        browser.screenshot("sandbox").await;
        browser.fits().await;
        browser.driver.goto(to("/citizens")).await.expect("a page");
        browser.find("[data-copy='11010519491231002X']").await;
        browser.screenshot("sandbox-citizens").await;
        browser.fits().await;
        browser.driver.goto(to("/faults")).await.expect("a page");
        browser
            .click("#fault-authority option[value='error']")
            .await;
        browser.click("#fault-authority button").await;
        browser.find("#fault-authority.fault--on").await;
        browser.screenshot("sandbox-faults").await;
        browser.fits().await;
        let all = client.sandbox_get("/upstreams").await.ok(200);
        let authority = all
            .as_array()
            .and_then(|all| all.iter().find(|one| one["upstream"] == "authority"));
        assert_eq!(authority.expect("listed")["mode"], "error");
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_masked_is_shown_in_full_to_who_proves_themself() {
    at_both_widths(async |server, browser| {
        let citizen = server.client().citizen(3).await;
        enter(server, &browser, 3).await;
        browser.go("/me/profile").await;
        browser.on("profile").await;
        browser.click("#show-details").await;
        browser.on("details").await;
        step_up(server, &browser, &phone(1), 2).await;
        let text = |name: &str| citizen[name].as_str().expect("a text").to_owned();
        browser.says("#full-id-number", &text("id_number")).await;
        browser.says("#full-name", &text("name")).await;
        browser.says("#full-phone", &phone(1)).await;
        browser.says("#full-email", "未绑定").await;
        browser.screenshot("details").await;
        browser.fits().await;
        browser
    })
    .await;
}
