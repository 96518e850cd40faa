//! Passkeys, with the browser's own virtual authenticator.

use renzheng_tests::{Client, PASSWORD, TestServer, browser::Browser, phone};
use serde_json::json;

use crate::{
    at_both_widths,
    hall::staff_sign_in,
    security::{sign_in, sign_out, step_up},
};

/// The person closes the browser's dialogue.
const DECLINE: &str = "
    window.asked ??= navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'));";
/// The device signs something else.
const MISSIGN: &str = "
    navigator.credentials.get = asked => {
        asked.publicKey.challenge = new Uint8Array(32);
        return window.asked(asked);
    };";
const RESTORE: &str = "navigator.credentials.get = window.asked;";

async fn run(browser: &Browser<'_>, script: &str) {
    let ran = browser.driver.execute(script, Vec::new()).await;
    ran.expect("a script that runs");
}

/// Registers a phone, at the first level, signs in and adds a passkey; two messages.
async fn with_passkey(server: &TestServer, browser: &Browser<'_>) {
    browser.add_authenticator().await;
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let citizen = client.citizen(3).await;
    let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    person
        .post("/me/verifications/id-card", claim)
        .await
        .ok(201);
    sign_in(browser, &phone(1), PASSWORD).await;
    browser.on("me").await;
    browser.go("/me/security/passkeys/new").await;
    browser.on("add-passkey").await;
    step_up(server, browser, &phone(1), 2).await;
    browser.find("#name").await;
    browser.click("#submit").await;
    browser.find("#passkey-added").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_added_signs_in_and_is_removed() {
    at_both_widths(async |server, browser| {
        browser.add_authenticator().await;
        server.client().register(&phone(1)).await;
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        browser.go("/me/security").await;
        browser.says("#passkey-state", "未添加").await;
        browser.click("#to-passkeys").await;
        browser.on("passkeys").await;
        browser.find("#no-passkey").await;
        browser.click("#add-passkey").await;
        browser.on("add-passkey").await;
        step_up(server, &browser, &phone(1), 2).await;
        browser.find("#name").await;
        browser.screenshot("add-passkey").await;
        browser.fits().await;
        browser.fill("#name", "").await;
        browser.click("#submit").await;
        browser.says("#name-error", "请输入名称").await;
        browser.fill("#name", "我的手机").await;
        browser.click("#submit").await;
        browser.find("#passkey-added").await;
        let codes = browser.text("#recovery-codes").await;
        assert_eq!(codes.lines().count(), 10, "{codes}");
        browser.fits().await;
        browser.click("#codes-kept").await;
        browser.says("#passkey-state", "1 个").await;

        // By itself.
        sign_out(&browser).await;
        browser.go("/sign-in").await;
        browser.on("sign-in").await;
        browser.click("#sign-in-passkey").await;
        browser.on("me").await;

        // After a password, on a device that is not known.
        sign_out(&browser).await;
        browser.forget().await;
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("second-step").await;
        browser.find("#passkey-hint").await;
        browser.screenshot("second-step-passkey").await;
        browser.fits().await;
        browser.click("#submit").await;
        browser.on("me").await;

        browser.go("/me/security/passkeys").await;
        browser.says("#passkeys", "我的手机").await;
        browser.click("#rename-passkey").await;
        browser.fill("#name", "工作电脑").await;
        browser.fits().await;
        browser.click("#save-passkey").await;
        browser.says("#passkeys", "工作电脑").await;
        browser.screenshot("passkeys").await;
        browser.fits().await;
        server.clock.advance(61);
        browser.click("#remove-passkey").await;
        browser.on("remove-passkey").await;
        step_up(server, &browser, &phone(1), 4).await;
        browser.find("#removed").await;
        browser.click("#to-passkeys").await;
        browser.find("#no-passkey").await;

        // The device still has it, and it opens nothing.
        sign_out(&browser).await;
        browser.go("/sign-in").await;
        browser.on("sign-in").await;
        browser.click("#sign-in-passkey").await;
        browser.says("#error-summary", "通行密钥").await;
        browser.screenshot("sign-in-passkey-refused").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_reset_with_a_passkey() {
    at_both_widths(async |server, browser| {
        with_passkey(server, &browser).await;
        sign_out(&browser).await;

        server.clock.advance(61);
        browser.go("/password-reset").await;
        browser.on("reset").await;
        browser.fill("#phone", &phone(1)).await;
        browser.solve_captcha().await;
        browser.click("#submit").await;
        browser.click("#send-code").await;
        browser.find("#code-sent").await;
        let code = server.client().newest_code(&phone(1), 4).await;
        browser.fill("#sms-code", &code).await;
        browser.click("#submit").await;
        browser.find("#factor-needed").await;
        browser.click("#use-passkey").await;
        browser.find("#passkey-hint").await;
        browser.screenshot("reset-passkey").await;
        browser.fits().await;
        browser.click("#submit").await;
        let another = "purple giraffe 77 lantern";
        browser.fill("#password", another).await;
        browser.fill("#password-confirm", another).await;
        browser.click("#submit").await;
        browser.find("#done").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_proves_who_is_there() {
    at_both_widths(async |server, browser| {
        with_passkey(server, &browser).await;
        browser.go("/me/password").await;
        browser.on("change-password").await;
        browser.says("#use-passkey", "使用通行密钥验证").await;
        browser.screenshot("change-password-ways").await;
        browser.fits().await;
        browser.click("#use-passkey").await;
        browser.find("#passkey-hint").await;
        browser.screenshot("change-password-passkey").await;
        browser.fits().await;

        // To think better of it is no error.
        run(&browser, DECLINE).await;
        browser.click("#submit").await;
        browser.says("#not-proven", "尚未验证").await;
        browser.gone("#error-summary").await;
        browser.screenshot("change-password-passkey-declined").await;
        browser.fits().await;
        browser.click("#use-sms").await;
        browser.find("#send-code").await;
        browser.click("#use-passkey").await;
        browser.gone("#not-proven").await;
        run(&browser, MISSIGN).await;
        browser.click("#submit").await;
        browser.says("#error-summary", "不属于您的账户").await;
        browser.screenshot("change-password-passkey-refused").await;
        browser.fits().await;
        run(&browser, RESTORE).await;
        browser.click("#submit").await;
        browser.find("#password-confirm").await;

        browser.go("/me/verifications").await;
        browser.click("#start-telecom").await;
        browser.on("method").await;
        browser.click("#use-passkey").await;
        browser.click("#submit").await;
        browser.find("#method-form").await;

        // Where the proof is all that the act needs, it is one press.
        browser.go("/me/details").await;
        browser.on("details").await;
        browser.click("#use-passkey").await;
        browser.click("#submit").await;
        browser.says("#details", &phone(1)).await;
        browser.go("/me/security/export").await;
        browser.on("export").await;
        browser.click("#use-passkey").await;
        browser.click("#submit").await;
        browser.find("#save-export").await;
        browser.go("/me/security/close").await;
        browser.on("close").await;
        browser.click("#go-on").await;
        browser.click("#use-passkey").await;
        browser.click("#submit").await;
        browser.find("#closing").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_number_binds_a_new_one_by_passkey() {
    at_both_widths(async |server, browser| {
        with_passkey(server, &browser).await;
        sign_out(&browser).await;
        // The notice is out before the time goes on.
        let client = server.client();
        client.messages(&phone(1), 3).await;
        server.clock.advance(91 * 24 * 3600);
        let code = client.code(&phone(1), "register", 4).await;
        let mut registration = Client::registration(&phone(1), &code);
        registration["new_owner"] = true.into();
        client.post("/accounts", registration).await.ok(201);

        browser.go("/sign-in").await;
        browser.on("sign-in").await;
        browser.click("#sign-in-passkey").await;
        browser.on("me").await;
        browser.go("/me/phone").await;
        browser.on("change-phone").await;
        // What there is comes first, and nothing else is offered.
        browser.find("#passkey-hint").await;
        browser.gone("#send-code").await;
        browser.gone("#use-sms").await;
        browser.screenshot("change-phone-passkey").await;
        browser.fits().await;
        browser.click("#submit").await;
        browser.fill("#phone", &phone(2)).await;
        let code = browser.ask_for_code(&phone(2), 1).await;
        browser.fill("#sms-code", &code).await;
        browser.click("#submit").await;
        browser.find("#done").await;
        browser
    })
    .await;
}

/// Types the password of the demo clerk; the code too, unless a passkey is to stand in its place.
async fn prove(server: &TestServer, browser: &Browser<'_>, with_code: bool) {
    let proof = server.client().staff_proof(server, "clerk").await;
    let text = |field: &str| proof[field].as_str().expect("a text").to_owned();
    browser.fill("#password-now", &text("password")).await;
    if with_code {
        browser.fill("#code", &text("code")).await;
    }
}

/// Types staff number and password, and uses the passkey.
async fn staff_sign_in_by_passkey(server: &TestServer, browser: &Browser<'_>) {
    browser.on("staff-sign-in").await;
    let now = server.client().staff_credentials("clerk").await;
    for (field, name) in [("#login", "login"), ("#password", "password")] {
        let text = now[name].as_str().expect("a text");
        browser.fill(field, text).await;
    }
    browser.click("#use-passkey").await;
}

// A22
#[tokio::test(flavor = "multi_thread")]
async fn staff_sign_in_by_a_passkey_in_the_place_of_the_code() {
    at_both_widths(async |server, browser| {
        browser.add_authenticator().await;
        browser.go("/staff/account").await;
        browser.on("staff-sign-in").await;
        // The code is not missed, the rest is.
        browser.click("#use-passkey").await;
        browser.find("#error-summary a[href='#password']").await;
        browser.gone("#error-summary a[href='#code']").await;
        // The device has none yet, and no more is said than that.
        staff_sign_in_by_passkey(server, &browser).await;
        browser.says("#error-summary", "没有使用通行密钥").await;
        staff_sign_in(server, &browser, "clerk").await;
        browser.on("staff-account").await;
        browser.find("#no-passkey").await;
        browser.fits().await;
        browser.click("#add-passkey").await;
        browser.gone("#use-passkey").await;
        prove(server, &browser, true).await;
        browser.screenshot("staff-add-passkey").await;
        browser.fits().await;
        browser.click("#submit").await;
        browser.fill("#name", "窗口电脑").await;
        browser.fits().await;
        browser.click("#submit").await;
        browser.find("#passkey-added").await;
        browser.says("#passkeys", "窗口电脑").await;
        browser.fits().await;

        browser.click("#staff-sign-out").await;
        staff_sign_in_by_passkey(server, &browser).await;
        browser.on("staff-account").await;
        browser.says("#passkeys", "最近使用").await;
        browser.click("#rename-passkey").await;
        browser.fill("#name", "工作电脑").await;
        browser.fits().await;
        browser.click("#save-passkey").await;
        browser.says("#passkeys", "工作电脑").await;
        browser.screenshot("staff-passkeys").await;

        // It proves who is there at its own removal, too.
        browser.click("#remove-passkey").await;
        prove(server, &browser, false).await;
        browser.screenshot("staff-remove-passkey").await;
        browser.fits().await;
        browser.click("#use-passkey").await;
        browser.find("#passkey-removed").await;
        browser.find("#no-passkey").await;

        // The device still has it, and it opens nothing.
        browser.click("#staff-sign-out").await;
        staff_sign_in_by_passkey(server, &browser).await;
        browser.says("#error-summary", "通行密钥不正确").await;
        browser.screenshot("staff-sign-in-passkey-refused").await;
        browser.fits().await;
        browser
    })
    .await;
}
