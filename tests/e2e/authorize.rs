//! The page that an application waits at, when the way is cut off or its time is over.

use renzheng_tests::{PASSWORD, phone};

use crate::{application::Site, at_both_widths, security::sign_in};

#[tokio::test(flavor = "multi_thread")]
async fn a_way_back_that_is_cut_off_is_tried_again_and_ends_with_its_time() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        let site = Site::start().await;
        let party = site.register(server).await;
        let mut request = party.request("openid");
        site.leave(&browser, &party, &request).await;
        browser.on("authorize").await;
        browser.click("#allow").await;
        site.back(&browser).await;

        // Signed in anew and not asked again, but the answer does not get through.
        browser.go("/me").await;
        browser.on("me").await;
        browser.forget().await;
        site.leave(&browser, &party, &request).await;
        browser.on("sign-in").await;
        browser.block(&["*/decision"]).await;
        browser.fill("#phone", &phone(1)).await;
        browser.fill("#password", PASSWORD).await;
        browser.click("#remember").await;
        browser.click("#submit").await;
        browser.on("authorize").await;
        browser.says("#act-trouble", "网络").await;
        browser.find("#retry").await;
        browser.screenshot("authorize-retry").await;
        browser.fits().await;
        browser.block(&[]).await;
        browser.click("#retry").await;
        site.back(&browser).await;

        // Left lying for an hour: it leads nowhere, and nothing leads to it.
        request.insert("acr_values", "urn:renzheng:level:2".into());
        site.leave(&browser, &party, &request).await;
        browser.on("authorize").await;
        browser.click("#raise").await;
        server.clock.advance(3700);
        browser.go("/me/verifications").await;
        browser.on("verifications").await;
        browser.click("#errand").await;
        browser.on("authorize").await;
        browser.says("#expired", "这次授权").await;
        browser.click("#to-me").await;
        browser.on("me").await;
        browser.gone("#errand").await;
        browser
    })
    .await;
}
