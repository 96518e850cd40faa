//! The web pages in a real Chromium, at desktop and phone width. Without `TEST_CHROMEDRIVER_URL` nothing runs:
//! `cargo xtask test` sets it.

mod access;
mod account;
mod application;
mod authorize;
mod console;
mod draft;
mod face;
mod first_load;
mod hall;
mod passkey;
mod relying_party;
mod reset;
mod security;
mod step;
mod text;
mod verification;

use renzheng_tests::{PASSWORD, TestServer, browser::Browser, phone};

/// Runs a walk through the pages at both widths, each on a server of its own.
async fn at_both_widths(walk: impl for<'a> AsyncFn(&'a TestServer, Browser<'a>) -> Browser<'a>) {
    for width in [1280, 390] {
        let server = &TestServer::relaxed().await;
        let Some(browser) = Browser::open(server, width).await else {
            eprintln!("TEST_CHROMEDRIVER_URL is not set: left out");
            return;
        };
        walk(server, browser).await.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn registers_skips_signs_out_and_signs_in_by_password() {
    at_both_widths(async |_, browser| {
        browser.go("/").await;
        browser.on("home").await;
        browser.screenshot("home").await;
        browser.fits().await;
        browser.go("/register").await;
        browser.on("register").await;
        browser.screenshot("register").await;
        browser.fits().await;
        browser.register(&phone(1)).await;
        browser.screenshot("register-identity").await;
        browser.click("#skip").await;
        browser.on("register-done").await;
        browser.screenshot("register-done").await;
        browser.click("#to-me").await;
        browser.on("me").await;
        browser.screenshot("me").await;
        browser.fits().await;
        browser.driver.refresh().await.expect("reloaded");
        browser.on("me").await;
        browser.says("#fact-phone", "139****0001").await;

        browser.go("/me").await;
        browser.on("me").await;
        sign_out(&browser).await;
        browser.go("/sign-in").await;
        browser.on("sign-in").await;
        browser.screenshot("sign-in").await;
        browser.fill("#phone", &phone(1)).await;
        browser.fill("#password", PASSWORD).await;
        browser.click("#submit").await;
        browser.on("me").await;
        browser
    })
    .await;
}

async fn sign_out(browser: &Browser<'_>) {
    browser.click("#user-menu").await;
    browser.click("#sign-out").await;
    browser.find("#header-sign-in").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verifies_a_citizen_and_shows_the_level() {
    at_both_widths(async |server, browser| {
        let citizen = server.client().citizen(21).await;
        browser.register(&phone(1)).await;
        browser
            .fill("#name", citizen["name"].as_str().expect("a name"))
            .await;
        browser
            .fill(
                "#id-number",
                citizen["id_number"].as_str().expect("a number"),
            )
            .await;
        browser.click("#submit").await;
        browser.on("register-done").await;
        browser.go("/me").await;
        browser.on("me").await;
        browser.says("#level-badge", "初级").await;
        browser.screenshot("me-verified").await;
        browser.go("/me/profile").await;
        browser.on("profile").await;
        browser.says("#fact-id-card", "已认证").await;
        browser.says("#fact-face", "未认证").await;
        browser.fits().await;
        browser.go("/me/verifications").await;
        browser.on("verifications").await;
        browser.says("#level-badge", "初级").await;
        browser.screenshot("verifications").await;
        browser.fits().await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_in_by_sms() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        browser.go("/sign-in").await;
        browser.on("sign-in").await;
        browser.click("#tab-sms").await;
        browser.fill("#phone", &phone(1)).await;
        let code = browser.ask_for_code(&phone(1), 2).await;
        browser.fill("#sms-code", &code).await;
        browser.screenshot("sign-in-sms").await;
        browser.click("#submit").await;
        browser.on("me").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_told_and_nothing_typed_is_lost() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(9)).await;
        browser.go("/register").await;
        browser.on("register").await;
        browser.fill_registration(&phone(1)).await;

        // A wrong captcha: told, a new picture, everything kept.
        let before = captcha_id(&browser).await;
        browser.fill("#captcha-text", "?????").await;
        browser.click("#send-code").await;
        browser
            .says("#captcha-text-error", "图片验证码不正确")
            .await;
        browser.gone("#code-trouble").await;
        let shown_before = format!("#captcha-image[data-captcha-id='{before}']");
        browser.gone(&shown_before).await;
        assert_eq!(browser.value("#phone").await, phone(1));
        assert_eq!(browser.value("#password").await, PASSWORD);

        // A wrong code.
        let code = browser.ask_for_code(&phone(1), 1).await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        browser.fill("#sms-code", wrong).await;
        browser.click("#submit").await;
        browser.says("#sms-code-error", "验证码不正确").await;
        browser.find("#error-summary a[href='#sms-code']").await;
        browser.screenshot("register-error").await;
        assert_eq!(browser.value("#nickname").await, "小明");

        // The right code, too late.
        server.clock.advance(301);
        browser.fill("#sms-code", &code).await;
        browser.click("#submit").await;
        browser.says("#sms-code-error", "验证码不正确").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_phone_is_sent_to_sign_in() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(9)).await;
        browser.go("/register").await;
        browser.on("register").await;
        browser.fill_registration(&phone(9)).await;
        let code = browser.ask_for_code(&phone(9), 2).await;
        browser.fill("#sms-code", &code).await;
        browser.click("#submit").await;
        browser
            .says("#error-summary a[href='#phone']", "已注册")
            .await;
        browser.find("#taken-to-sign-in").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_with_a_new_owner_opens_a_new_account() {
    at_both_widths(async |server, browser| {
        let number = phone(9);
        server.client().register(&number).await;
        // Who has the number, but not the password.
        server.clock.advance(89 * 24 * 3600);
        browser.go("/register").await;
        browser.on("register").await;
        browser.fill_registration(&number).await;
        let code = browser.ask_for_code(&number, 2).await;
        browser.fill("#sms-code", &code).await;
        browser.click("#submit").await;
        browser.says("#phone-taken", "这个号码已有账户").await;
        browser.screenshot("register-taken").await;
        browser.fits().await;
        // The code is good for saying so.
        browser.click("#new-owner").await;
        browser.click("#submit").await;
        browser.says("#error-summary", "近期还在使用").await;

        server.clock.advance(2 * 24 * 3600);
        browser.go("/sign-in").await;
        browser.on("sign-in").await;
        browser.click("#tab-sms").await;
        browser.fill("#phone", &number).await;
        let code = browser.ask_for_code(&number, 3).await;
        browser.fill("#sms-code", &code).await;
        browser.click("#submit").await;
        browser.on("second-step").await;
        browser.says("main", "号码是新换的").await;
        browser.screenshot("second-step-password").await;
        browser.click("#to-register").await;
        browser.on("register").await;
        browser.fill_registration(&number).await;
        let code = browser.ask_for_code(&number, 4).await;
        browser.fill("#sms-code", &code).await;
        browser.click("#submit").await;
        browser.says("#phone-taken", "这个号码已有账户").await;
        // A box that was ticked for another number is not ticked for this one.
        browser.gone("#new-owner:checked").await;
        browser.click("#new-owner").await;
        browser.click("#submit").await;
        browser.on("register-identity").await;
        browser
    })
    .await;
}

async fn captcha_id(browser: &Browser<'_>) -> String {
    let image = browser.find("#captcha-image").await;
    let id = image.attr("data-captcha-id").await.expect("an attribute");
    id.unwrap_or_default()
}
