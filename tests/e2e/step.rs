//! Each step of a flow has an address of its own: back, forward, a refresh in the middle, and back from the end.

mod reset;

use renzheng_tests::{PASSWORD, browser::Browser, phone};
use serde_json::json;

use crate::{
    account::enter,
    at_both_widths,
    security::{sign_in, step_up, totp},
};

const ANOTHER: &str = "purple giraffe 77 lantern";

/// How far down the page is, once the script has run.
async fn scrolled(browser: &Browser<'_>, script: &str) -> i64 {
    let script = format!("{script} return Math.round(scrollY)");
    let far = browser.driver.execute(script, Vec::new()).await;
    far.expect("a number").convert().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_waits_while_one_goes_back() {
    at_both_widths(async |server, browser| {
        enter(server, &browser, 1).await;
        browser.go("/me/profile").await;
        browser.click("#edit-password").await;
        browser.on("change-password").await;
        step_up(server, &browser, &phone(1), 2).await;
        browser.fill("#password", ANOTHER).await;
        browser.at("/me/password?step=2").await;
        browser.back().await;
        browser.find("#step-up").await;
        browser.at("/me/password").await;
        browser.find("h1:focus").await;
        browser.forward().await;
        browser.find("#password-form").await;
        browser.find("h1:focus").await;
        assert_eq!(browser.value("#password").await, ANOTHER);

        // A proof that has lapsed is no way forward any more.
        server.clock.advance(301);
        browser.fill("#password-confirm", ANOTHER).await;
        browser.click("#submit").await;
        browser.find("#proof-lapsed").await;
        browser.rewound("/me/password").await;
        browser.forward().await;
        browser.at("/me/password").await;
        browser.find("#proof-lapsed").await;
        step_up(server, &browser, &phone(1), 3).await;
        browser.find("#password-form").await;
        assert_eq!(browser.value("#password").await, ANOTHER);
        browser.click("#submit").await;
        browser.find("#done").await;
        browser.rewound("/me/password").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_in_the_middle_takes_the_steps_along() {
    at_both_widths(async |server, browser| {
        enter(server, &browser, 1).await;
        browser.go("/me/password").await;
        browser.on("change-password").await;
        step_up(server, &browser, &phone(1), 2).await;
        browser.fill("#password", ANOTHER).await;
        browser.fill("#password-confirm", ANOTHER).await;
        browser.click("#switch-language").await;
        browser.says("#submit", "Change password").await;
        browser.at("/me/password?step=2").await;
        assert_eq!(browser.value("#password").await, ANOTHER);

        let client = server.client();
        let session = client.sign_in(&phone(1), PASSWORD).await.ok(201);
        let elsewhere = client.bearer(session["access_token"].as_str().expect("a token"));
        elsewhere.delete("/me/sessions").await.ok(204);
        browser.click("#submit").await;
        browser.on("sign-in").await;
        browser.find("#expired").await;
        browser.fill("#phone", &phone(1)).await;
        browser.fill("#password", PASSWORD).await;
        browser.click("#submit").await;
        browser.on("change-password").await;
        browser.find("#step-up").await;
        browser.at("/me/password").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_phone_outlasts_a_refresh_and_the_end_leads_out() {
    at_both_widths(async |server, browser| {
        enter(server, &browser, 1).await;
        browser.go("/me/phone").await;
        browser.on("change-phone").await;
        step_up(server, &browser, &phone(1), 2).await;
        browser.fill("#phone", &phone(2)).await;
        browser.at("/me/phone?step=2").await;
        browser.driver.refresh().await.expect("reloaded");
        browser.find("#step-up").await;
        browser.at("/me/phone").await;

        server.clock.advance(61);
        browser.go("/me/profile").await;
        browser.click("#edit-phone").await;
        browser.on("change-phone").await;
        step_up(server, &browser, &phone(1), 3).await;
        browser.find("#phone-form").await;
        assert_eq!(browser.value("#phone").await, phone(2));
        browser.back().await;
        browser.find("#step-up").await;
        browser.forward().await;
        browser.find("#phone-form").await;
        assert_eq!(browser.value("#phone").await, phone(2));
        let code = browser.ask_for_code(&phone(2), 1).await;
        browser.fill("#sms-code", &code).await;
        browser.click("#submit").await;
        browser.find("#done").await;
        browser.rewound("/me/phone").await;
        browser.back().await;
        browser.on("profile").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_mail_waits_while_one_goes_back() {
    at_both_widths(async |server, browser| {
        enter(server, &browser, 1).await;
        browser.go("/me/profile").await;
        browser.click("#edit-email").await;
        browser.on("bind-email").await;
        step_up(server, &browser, &phone(1), 2).await;
        browser.fill("#email", "zhang.san@example.org").await;
        browser.at("/me/email?step=2").await;
        browser.back().await;
        browser.find("#step-up").await;
        browser.forward().await;
        browser.find("#email-form").await;
        assert_eq!(browser.value("#email").await, "zhang.san@example.org");
        browser.driver.refresh().await.expect("reloaded");
        browser.find("#step-up").await;
        browser.at("/me/email").await;

        server.clock.advance(61);
        step_up(server, &browser, &phone(1), 3).await;
        browser.find("#email-form").await;
        assert_eq!(browser.value("#email").await, "zhang.san@example.org");
        browser.solve_captcha().await;
        browser.click("#submit").await;
        browser.find("#email-waiting").await;
        browser.rewound("/me/email").await;

        // Another address: back leads to what waits.
        browser.click("#bind-email").await;
        browser.on("bind-email").await;
        browser.at("/me/email?step=2").await;
        browser.back().await;
        browser.on("email").await;
        browser.find("#email-waiting").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authenticator_app_is_set_up_there_and_back() {
    at_both_widths(async |server, browser| {
        enter(server, &browser, 1).await;
        browser.go("/me/security").await;
        browser.click("#set-up-totp").await;
        browser.on("totp").await;
        step_up(server, &browser, &phone(1), 2).await;
        let secret = browser.text("#totp-secret").await;
        browser.at("/me/security/totp?step=2").await;
        browser.back().await;
        browser.find("#step-up").await;
        browser.forward().await;
        assert_eq!(browser.text("#totp-secret").await, secret);
        browser.fill("#totp", &totp(server, &secret)).await;
        browser.click("#submit").await;
        browser.find("#recovery-codes").await;
        browser.rewound("/me/security/totp").await;
        browser.back().await;
        browser.says("#factor-state", "已开启").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_added_there_and_back() {
    at_both_widths(async |server, browser| {
        browser.add_authenticator().await;
        enter(server, &browser, 1).await;
        browser.go("/me/security/passkeys").await;
        browser.click("#add-passkey").await;
        browser.on("add-passkey").await;
        step_up(server, &browser, &phone(1), 2).await;
        browser.fill("#name", "我的手机").await;
        browser.at("/me/security/passkeys/new?step=2").await;
        browser.back().await;
        browser.find("#step-up").await;
        browser.forward().await;
        browser.find("#passkey-form").await;
        assert_eq!(browser.value("#name").await, "我的手机");
        browser.click("#submit").await;
        browser.find("#passkey-added").await;
        browser.rewound("/me/security/passkeys/new").await;
        browser.back().await;
        browser.says("#passkeys", "我的手机").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_behind_a_step_up_goes_back_and_its_result_takes_its_place() {
    at_both_widths(async |server, browser| {
        let client = server.client();
        let citizen = client.citizen(3).await;
        let person = client.registered(&phone(1)).await;
        let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
        person
            .post("/me/verifications/id-card", claim)
            .await
            .ok(201);
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        browser.go("/me/verifications").await;
        browser.click("#start-social-security").await;
        browser.on("method").await;
        step_up(server, &browser, &phone(1), 2).await;
        browser.fill("#number", "MISMATCH").await;
        browser.at("/me/verifications/social-security?step=2").await;
        browser.back().await;
        browser.find("#step-up").await;
        browser.forward().await;
        browser.find("#method-form").await;
        assert_eq!(browser.value("#number").await, "MISMATCH");
        browser.click("#submit").await;
        browser.on("attempt").await;
        // The proof is used up: another try begins with another one.
        browser.back().await;
        browser.on("method").await;
        browser.find("#step-up").await;
        browser.at("/me/verifications/social-security").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_thinks_better_of_closing_goes_back() {
    at_both_widths(async |server, browser| {
        enter(server, &browser, 1).await;
        browser.go("/me/security/close").await;
        browser.find("#go-on").await;
        scrolled(
            &browser,
            "document.body.style.minHeight = '3000px'; scrollTo(0, 50);",
        )
        .await;
        browser.click("#go-on").await;
        browser.find("#step-up").await;
        browser.at("/me/security/close?step=2").await;
        browser.back().await;
        browser.find("#go-on").await;
        browser.at("/me/security/close").await;
        assert_eq!(scrolled(&browser, "").await, 0);
        scrolled(&browser, "scrollTo(0, 50);").await;
        browser.forward().await;
        step_up(server, &browser, &phone(1), 2).await;
        browser.find("#closing").await;
        browser.rewound("/me/security/close").await;
        assert_eq!(scrolled(&browser, "").await, 0);
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_of_a_registered_person_is_not_offered_again() {
    at_both_widths(async |_, browser| {
        browser.register(&phone(1)).await;
        browser.at("/register/identity").await;
        browser.back().await;
        browser.on("register").await;
        browser.find("#to-me").await;
        browser.gone("#register-form").await;
        browser.forward().await;
        browser.on("register-identity").await;
        browser
    })
    .await;
}
