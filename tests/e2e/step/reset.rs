//! The steps of a forgotten password.

use std::collections::BTreeMap;

use renzheng_tests::{browser::Browser, phone};

use super::ANOTHER;
use crate::at_both_widths;

/// Names the account whose password is forgotten.
async fn name_account(browser: &Browser<'_>) {
    browser.solve_captcha().await;
    browser.click("#submit").await;
    browser.find("#reset-proof").await;
    browser.at("/password-reset?step=2").await;
}

// A33, A37
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_goes_back_and_forward_and_its_end_leads_out() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        browser.go("/sign-in").await;
        browser.click("#to-reset").await;
        browser.on("reset").await;
        browser.fill("#phone", &phone(1)).await;
        name_account(&browser).await;
        browser.find("h1:focus").await;
        browser.fill("#sms-code", "000").await;
        browser.click("#submit").await;
        browser.find("#error-summary").await;

        browser.back().await;
        browser.find("#reset-account").await;
        browser.at("/password-reset").await;
        browser.find("h1:focus").await;
        browser.gone("#error-summary").await;
        assert_eq!(browser.value("#phone").await, phone(1));
        browser.forward().await;
        browser.find("#reset-proof").await;
        browser.at("/password-reset?step=2").await;
        browser.find("h1:focus").await;
        assert_eq!(browser.value("#sms-code").await, "000");

        browser.click("#send-code").await;
        browser.find("#code-sent").await;
        let code = server.client().newest_code(&phone(1), 2).await;
        browser.fill("#sms-code", &code).await;
        browser.click("#submit").await;
        browser.fill("#password", ANOTHER).await;
        browser.at("/password-reset?step=3").await;
        browser.back().await;
        browser.find("#reset-proof").await;
        browser.back().await;
        browser.find("#reset-account").await;
        browser.forward().await;
        browser.find("#reset-proof").await;
        browser.forward().await;
        browser.find("#reset-password").await;
        assert_eq!(browser.value("#password").await, ANOTHER);
        // The name of the account, and nothing that proves anything.
        let kept: BTreeMap<String, String> =
            serde_json::from_str(&browser.kept().await).expect("JSON");
        assert!(kept.values().all(|text| *text == phone(1)), "{kept:?}");

        browser.fill("#password-confirm", ANOTHER).await;
        browser.click("#submit").await;
        browser.find("#done").await;
        browser.rewound("/password-reset").await;
        browser.back().await;
        browser.on("sign-in").await;
        browser.forward().await;
        browser.find("#reset-account").await;
        assert_eq!(browser.value("#phone").await, "");
        // What is used up is not shown once more.
        browser.forward().await;
        browser.at("/password-reset").await;
        browser.find("#reset-account").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_not_in_memory_is_the_first_one() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        browser.go("/password-reset?from=leaflet&step=3").await;
        browser.find("#reset-account").await;
        browser.at("/password-reset?from=leaflet").await;
        browser.go("/password-reset?step=first").await;
        browser.at("/password-reset").await;
        browser.fill("#phone", &phone(1)).await;
        name_account(&browser).await;
        browser.driver.refresh().await.expect("reloaded");
        browser.find("#reset-account").await;
        browser.at("/password-reset").await;
        assert_eq!(browser.value("#phone").await, phone(1));
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lapsed_reset_is_no_step_to_go_back_to() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        browser.go("/sign-in").await;
        browser.click("#to-reset").await;
        browser.on("reset").await;
        browser.fill("#phone", &phone(1)).await;
        name_account(&browser).await;
        server.clock.advance(1801);
        browser.click("#send-code").await;
        browser.find("#lapsed").await;
        browser.rewound("/password-reset").await;
        browser.click("#again").await;
        browser.find("#reset-account").await;
        assert_eq!(browser.value("#phone").await, phone(1));
        name_account(&browser).await;
        browser.back().await;
        browser.find("#reset-account").await;
        browser.back().await;
        browser.on("sign-in").await;
        browser
    })
    .await;
}
