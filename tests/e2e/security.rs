//! Signing in by QR code and by a second step; devices, activity, leaving.

use renzheng_tests::{PASSWORD, TestServer, browser::Browser, phone};
use thirtyfour::prelude::*;
use totp_rs::{Builder, Secret};

use crate::at_both_widths;

/// Signs in by password, as far as the password leads.
pub async fn sign_in(browser: &Browser<'_>, mine: &str, password: &str) {
    browser.go("/sign-in").await;
    browser.on("sign-in").await;
    browser.fill("#phone", mine).await;
    browser.fill("#password", password).await;
    browser.click("#submit").await;
}

pub async fn sign_out(browser: &Browser<'_>) {
    browser.click("#user-menu").await;
    browser.click("#menu-sign-out").await;
    browser.find("#header-sign-in").await;
}

/// Proves who is there with the code of the phone's `count`th message.
pub async fn step_up(server: &TestServer, browser: &Browser<'_>, mine: &str, count: usize) {
    browser.click("#send-code").await;
    browser.find("#code-sent").await;
    let code = server.client().newest_code(mine, count).await;
    browser.fill("#sms-code", &code).await;
    browser.click("#submit").await;
}

/// What the app with this secret shows now.
pub fn totp(server: &TestServer, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).expect("base32");
    let generator = Builder::new()
        .with_secret(secret)
        .with_account_name("-")
        .build()
        .expect("a generator");
    let now = u64::try_from(server.clock.now().timestamp()).expect("after 1970");
    generator.generate(now).to_string()
}

/// The path that the code on the screen leads to.
async fn scan_path(browser: &Browser<'_>) -> String {
    let drawn = browser.find("#qr-code").await;
    let url = drawn.attr("data-text").await.expect("an attribute");
    let url = url.expect("a URL");
    let at = url.find("/scan/").expect("a page of ours");
    url[at..].to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_lets_another_browser_in() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        let hand = Browser::open(server, 390).await.expect("a phone");

        browser.go("/sign-in").await;
        browser.on("sign-in").await;
        browser.click("#tab-qr").await;
        let path = scan_path(&browser).await;
        let number = browser.text("#qr-number").await;
        browser.screenshot("sign-in-qr").await;
        browser.fits().await;

        // Signing in on the phone leads back to the code.
        hand.go(&path).await;
        hand.on("sign-in").await;
        hand.fill("#phone", &phone(1)).await;
        hand.fill("#password", PASSWORD).await;
        hand.click("#submit").await;
        hand.on("scan-ticket").await;
        hand.find("#asker-browser").await;
        browser.says("#qr-status", "已扫描").await;
        hand.click("#submit").await;
        hand.says("#error-summary", "请选择").await;
        hand.screenshot("scan-ticket").await;
        hand.fits().await;
        let choice = By::Css(format!("input[name='number'][value='{number}']"));
        let choice = hand.driver.find(choice).await.expect("the number");
        choice.click().await.expect("picked");
        hand.click("#submit").await;
        hand.on("scan-ended").await;
        browser.on("me").await;
        hand.close().await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_code_and_a_lapsed_one_are_renewed_by_one_press() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        let hand = Browser::open(server, 390).await.expect("a phone");
        browser.go("/sign-in").await;
        browser.on("sign-in").await;
        browser.click("#tab-qr").await;
        let path = scan_path(&browser).await;
        sign_in(&hand, &phone(1), PASSWORD).await;
        hand.on("me").await;
        hand.go(&path).await;
        hand.on("scan-ticket").await;
        hand.click("#deny").await;
        hand.on("scan-ended").await;
        browser.says("#qr-status", "拒绝").await;
        browser.screenshot("sign-in-qr-denied").await;
        browser.click("#qr-renew").await;
        let renewed = scan_path(&browser).await;
        assert_ne!(renewed, path);

        server.clock.advance(121);
        hand.go(&renewed).await;
        hand.on("scan-ended").await;
        hand.go("/scan").await;
        hand.on("scan").await;
        hand.find("#start-camera").await;
        hand.screenshot("scan").await;
        hand.fits().await;
        hand.close().await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authenticator_app_is_set_up_asked_for_and_removed() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        browser.go("/me/security").await;
        browser.says("#factor-state", "未开启").await;
        browser.screenshot("security").await;
        browser.fits().await;
        browser.click("#set-up-totp").await;
        browser.on("totp").await;
        browser.fits().await;
        step_up(server, &browser, &phone(1), 2).await;
        let secret = browser.text("#totp-secret").await;
        browser.screenshot("totp").await;
        browser.fits().await;
        browser.fill("#totp", &totp(server, &secret)).await;
        browser.click("#submit").await;
        let codes = browser.text("#recovery-codes").await;
        let spare = codes.lines().next().unwrap_or_default().to_string();
        assert_eq!(codes.lines().count(), 10, "{codes}");
        browser.screenshot("recovery-codes").await;
        browser.fits().await;
        browser.click("#codes-kept").await;
        browser.says("#factor-state", "已开启").await;

        // From now on it proves who is there, too.
        server.clock.advance(30);
        browser.go("/me/password").await;
        browser.on("change-password").await;
        browser.click("#use-totp").await;
        browser.screenshot("change-password-totp").await;
        browser.fits().await;
        browser.fill("#totp", "000000").await;
        browser.click("#submit").await;
        browser.says("#totp-error", "验证码不正确").await;
        browser.click("#use-sms").await;
        browser.find("#send-code").await;
        browser.click("#use-totp").await;
        browser.fill("#totp", &totp(server, &secret)).await;
        browser.click("#submit").await;
        browser.find("#password-confirm").await;

        sign_out(&browser).await;
        server.clock.advance(30);
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("second-step").await;
        browser.fits().await;
        browser.fill("#totp", "000000").await;
        browser.click("#submit").await;
        browser.find("#error-summary a[href='#totp']").await;
        browser.find("#totp-error").await;
        browser.screenshot("second-step").await;
        browser.fill("#totp", &totp(server, &secret)).await;
        browser.click("#submit").await;
        browser.on("me").await;

        // Here the device is known now, elsewhere it is not.
        sign_out(&browser).await;
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        sign_out(&browser).await;
        browser.forget().await;
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("second-step").await;
        browser.click("#use-recovery").await;
        browser.fill("#recovery", &spare).await;
        browser.click("#submit").await;
        browser.on("me").await;
        browser.go("/me/security").await;
        browser.says("#codes-left", "9").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_still_signed_in_is_told_so() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        browser.block(&["*/sessions/current"]).await;
        browser.click("#user-menu").await;
        browser.click("#menu-sign-out").await;
        browser
            .says("#menu-sign-out-failed", "仍处于登录状态")
            .await;
        browser.screenshot("sign-out-failed").await;
        browser.fits().await;
        browser.click("#user-menu").await;
        browser.click("#sign-out").await;
        browser.says("#sign-out-failed", "仍处于登录状态").await;
        browser.block(&[]).await;
        browser.click("#sign-out").await;
        browser.find("#header-sign-in").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_devices_are_signed_out_and_the_activity_tells() {
    at_both_widths(async |server, browser| {
        let client = server.client();
        client.register(&phone(1)).await;
        let elsewhere = client.sign_in(&phone(1), PASSWORD).await.ok(201);
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        browser.go("/me/devices").await;
        browser.on("devices").await;
        browser.says("#devices", "本机").await;
        browser.screenshot("devices").await;
        browser.fits().await;
        browser.click("#end-others").await;
        browser.find("#only-here").await;
        let token = elsewhere["access_token"].as_str().expect("a token");
        let answer = client.bearer(token).get("/me").await;
        assert_eq!(answer.status, 401);

        browser.go("/me/activity").await;
        browser.on("activity").await;
        browser.find("#activity").await;
        browser.screenshot("activity").await;
        browser.fits().await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn takes_the_data_along_closes_the_account_and_thinks_again() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        browser.go("/me/security/export").await;
        browser.on("export").await;
        step_up(server, &browser, &phone(1), 2).await;
        let link = browser.find("#save-export").await;
        let href = link.attr("href").await.expect("an attribute");
        assert!(
            href.unwrap_or_default()
                .starts_with("data:application/json")
        );
        browser.fits().await;

        server.clock.advance(61);
        browser.go("/me/security/close").await;
        browser.on("close").await;
        browser.screenshot("close").await;
        browser.fits().await;
        browser.click("#go-on").await;
        step_up(server, &browser, &phone(1), 3).await;
        browser.says("#closing", "注销").await;
        browser.screenshot("closing").await;
        browser.click("#finish").await;
        browser.on("home").await;

        // Signing in keeps the account.
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        browser
    })
    .await;
}
