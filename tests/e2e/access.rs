//! For everyone: what axe-core finds on each page, and what can be done with a keyboard alone.

use renzheng_tests::{PASSWORD, TestServer, browser::Browser, phone};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::{at_both_widths, hall::staff_sign_in, security::sign_in};

const PUBLIC: [&str; 8] = [
    "/",
    "/register",
    "/sign-in",
    "/password-reset",
    "/email/activate#abc",
    "/agreement",
    "/privacy",
    "/nowhere",
];
const SIGNED_IN: &[&str] = &[
    "/me",
    "/me/profile",
    "/me/password",
    "/me/phone",
    "/me/email",
    "/me/addresses",
    "/me/addresses/new",
    "/me/verifications",
    "/me/verifications/id-card",
    "/me/verifications/bank-card",
    "/me/verifications/alipay",
    "/me/security",
    "/me/security/totp",
    "/me/security/totp/remove",
    "/me/security/recovery-codes",
    "/me/security/passkeys",
    "/me/security/passkeys/new",
    "/me/details",
    "/me/security/export",
    "/me/security/close",
    "/me/devices",
    "/me/activity",
    "/scan",
];

/// Looked at again in English, in elder mode and in the dark.
const AGAIN: [&str; 6] = [
    "/",
    "/me",
    "/me/profile",
    "/me/verifications",
    "/me/security",
    "/me/password",
];

/// What axe-core holds against the page: WCAG 2.2 AA and good practice.
const AXE: &str = "
    const done = arguments[0];
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, {runOnly}).then(
        result => done(result.violations.map(found => found.id + ': ' + found.nodes[0].html)),
        error => done([String(error)]));";

/// Opens a page and looks at it.
async fn violations(browser: &Browser<'_>, axe: &str, path: &str) -> Vec<String> {
    browser.go(path).await;
    browser.find("main h1").await;
    browser.gone(".skeleton").await;
    violations_here(browser, axe, path).await
}

pub async fn violations_here(browser: &Browser<'_>, axe: &str, path: &str) -> Vec<String> {
    let run = async {
        browser.driver.execute(axe, Vec::new()).await?;
        browser.driver.execute_async(AXE, Vec::new()).await
    };
    let found: Value = run.await.expect("a result").json().clone();
    let found = found.as_array().expect("a list");
    found.iter().map(|one| format!("{path} {one}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_on_any_page() {
    let Some(path) = std::env::var_os("TEST_AXE") else {
        eprintln!("TEST_AXE is not set: left out");
        return;
    };
    let axe: &'static str = String::leak(std::fs::read_to_string(path).expect("axe-core"));
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        let mut found = Vec::new();
        for path in PUBLIC {
            found.extend(violations(&browser, axe, path).await);
        }
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        for path in SIGNED_IN {
            found.extend(violations(&browser, axe, path).await);
        }
        for path in ["/staff", "/staff/enrol#x"] {
            found.extend(violations(&browser, axe, path).await);
        }
        browser.go("/staff/approvals").await;
        staff_sign_in(server, &browser, "supervisor").await;
        browser.on("staff-approvals").await;
        for path in ["/staff/approvals", "/staff/hall", "/staff/account"] {
            found.extend(violations(&browser, axe, path).await);
        }
        browser.go("/me").await;
        browser.on("me").await;
        browser.click("#switch-language").await;
        browser.click("#switch-elder").await;
        let dark = json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]});
        for media in [json!({}), dark] {
            browser.devtools("Emulation.setEmulatedMedia", media).await;
            for path in AGAIN {
                found.extend(violations(&browser, axe, path).await);
                browser.fits().await;
            }
        }
        let shown = browser.driver.find(By::Tag("html")).await.expect("a page");
        assert_eq!(
            shown.attr("lang").await.expect("an attribute").as_deref(),
            Some("en")
        );
        // With its errors told, too.
        browser.go("/me/addresses/new").await;
        browser.click("#submit").await;
        browser.find("#error-summary").await;
        found.extend(violations_here(&browser, axe, "errors").await);
        assert!(found.is_empty(), "{}", found.join("\n"));
        browser
    })
    .await;
}

/// Presses a key wherever the focus is.
async fn press(browser: &Browser<'_>, keys: impl Into<TypingData>) {
    let focused = browser.driver.active_element().await.expect("a focus");
    focused.send_keys(keys).await.expect("a key");
}

/// Goes on with the tab key until the element of that id has the focus.
async fn tab_to(browser: &Browser<'_>, id: &str) {
    for _ in 0..60 {
        press(browser, Key::Tab + "").await;
        let focused = browser.driver.active_element().await.expect("a focus");
        if focused.id().await.ok().flatten().as_deref() == Some(id) {
            return;
        }
    }
    panic!("the tab key never comes to {id}");
}

async fn tab_and_type(browser: &Browser<'_>, id: &str, text: &str) {
    tab_to(browser, id).await;
    press(browser, text).await;
}

/// Types what the captcha shows, and asks for a code.
async fn captcha_by_keyboard(server: &TestServer, browser: &Browser<'_>) {
    let image = browser.find("#captcha-image").await;
    let id = image.attr("data-captcha-id").await.expect("an attribute");
    let answer = server
        .client()
        .sandbox_get(&format!("/captchas/{}", id.expect("an id")))
        .await;
    let text = answer.ok(200)["text"].as_str().expect("a text").to_string();
    tab_and_type(browser, "captcha-text", &text).await;
}

async fn newest_code(server: &TestServer, count: usize) -> String {
    server.client().newest_code(&phone(1), count).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyboard_is_enough_to_register_and_to_reset_the_password() {
    at_both_widths(async |server, browser| {
        browser.go("/register").await;
        browser.find("#captcha-image").await;
        tab_and_type(&browser, "phone", &phone(1)).await;
        captcha_by_keyboard(server, &browser).await;
        tab_to(&browser, "send-code").await;
        press(&browser, Key::Enter + "").await;
        let code = newest_code(server, 1).await;
        tab_and_type(&browser, "sms-code", &code).await;
        tab_and_type(&browser, "nickname", "小明").await;
        tab_and_type(&browser, "password", PASSWORD).await;
        tab_and_type(&browser, "password-confirm", PASSWORD).await;
        tab_to(&browser, "agree").await;
        press(&browser, " ").await;
        tab_to(&browser, "submit").await;
        press(&browser, Key::Enter + "").await;
        browser.on("register-identity").await;

        browser.forget().await;
        browser.go("/password-reset").await;
        browser.find("#captcha-image").await;
        tab_and_type(&browser, "phone", &phone(1)).await;
        captcha_by_keyboard(server, &browser).await;
        press(&browser, Key::Enter + "").await;
        browser.find("#send-code").await;
        tab_to(&browser, "send-code").await;
        press(&browser, Key::Enter + "").await;
        browser.find("#code-sent").await;
        let code = newest_code(server, 2).await;
        tab_and_type(&browser, "sms-code", &code).await;
        press(&browser, Key::Enter + "").await;
        browser.find("#password-confirm").await;
        let another = "purple giraffe 77 lantern";
        tab_and_type(&browser, "password", another).await;
        tab_and_type(&browser, "password-confirm", another).await;
        press(&browser, Key::Enter + "").await;
        browser.find("#done").await;
        sign_in(&browser, &phone(1), another).await;
        browser.on("me").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_speak_english_and_write_large() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        browser.click("#switch-elder").await;
        browser.go("/me/profile").await;
        browser.says("h1", "个人信息").await;
        browser.gone(".skeleton").await;
        browser.screenshot("profile-elder").await;
        browser.fits().await;
        browser.click("#switch-elder").await;
        browser.find("#locale option[value='zh-CN']:checked").await;
        browser.click("#switch-language").await;
        browser.says("h1", "My details").await;
        browser.find("#locale option[value='en']:checked").await;
        browser.screenshot("profile-english").await;
        browser.fits().await;
        // Both are remembered.
        browser.go("/").await;
        browser.says("h1", "One account").await;
        browser.screenshot("home-english").await;
        browser.fits().await;
        browser.click("#switch-language").await;
        browser.click("#switch-elder").await;
        browser.says("h1", "一个账户").await;
        browser.screenshot("home-elder").await;
        browser.fits().await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_goes_along_with_the_account() {
    at_both_widths(async |server, browser| {
        let person = server.client().registered(&phone(1)).await;
        person.patch("/me", json!({"locale": "en"})).await.ok(200);
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        browser.says("h1", "Hello").await;
        // What is chosen in this browser comes first, and goes to the account.
        browser.click("#switch-language").await;
        browser.says("h1", "您好").await;
        browser.click("#nav-profile").await;
        browser.find("#locale option[value='zh-CN']:checked").await;
        browser
    })
    .await;
}
