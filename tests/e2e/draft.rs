//! What is typed is not lost, and is shown to nobody else.

use renzheng_tests::{PASSWORD, TestServer, browser::Browser, phone};

use crate::{
    at_both_widths,
    security::{sign_in, sign_out},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_loses_nothing_typed_but_secrets() {
    at_both_widths(async |_, browser| {
        browser.go("/register").await;
        browser.on("register").await;
        browser.fill_registration(&phone(1)).await;
        let kept = browser.kept().await;
        assert!(!kept.contains(PASSWORD), "{kept}");
        browser.driver.refresh().await.expect("reloaded");
        browser.on("register").await;
        assert_eq!(browser.value("#phone").await, phone(1));
        assert_eq!(browser.value("#nickname").await, "小明");
        assert_eq!(browser.value("#password").await, "");
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_address_has_a_draft_of_its_own() {
    at_both_widths(async |server, browser| {
        let person = server.client().registered(&phone(1)).await;
        let address = serde_json::json!({
            "recipient": "张三", "phone": "18500000901", "region_code": "350102", "detail": "东街口 1 号",
        });
        person.post("/me/addresses", address).await.ok(201);
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        browser.go("/me/addresses").await;
        browser.on("addresses").await;
        browser.click("#edit-address").await;
        browser.on("address").await;
        assert_eq!(browser.value("#recipient").await, "张三");
        browser.fill("#detail", "西街口 2 号").await;
        browser.click("#back").await;
        browser.on("addresses").await;
        browser.click("#add-address").await;
        browser.on("address").await;
        assert_eq!(browser.value("#recipient").await, "");
        browser.click("#back").await;
        browser.on("addresses").await;
        browser.click("#edit-address").await;
        browser.on("address").await;
        assert_eq!(browser.value("#detail").await, "西街口 2 号");
        browser.click("#submit").await;
        browser.on("addresses").await;
        browser.says("#addresses", "西街口 2 号").await;
        browser
    })
    .await;
}

/// Signs everybody else of the account out, and goes on in the browser until it shows.
async fn lapse(server: &TestServer, browser: &Browser<'_>, number: u32) {
    let client = server.client();
    let session = client.sign_in(&phone(number), PASSWORD).await.ok(201);
    let elsewhere = client.bearer(session["access_token"].as_str().expect("a token"));
    elsewhere.delete("/me/sessions").await.ok(204);
    browser.click("#back").await;
    browser.on("sign-in").await;
}

/// Signs in where one is, and opens the form for a new address.
async fn back_to_the_address(browser: &Browser<'_>, number: u32) {
    browser.fill("#phone", &phone(number)).await;
    browser.fill("#password", PASSWORD).await;
    browser.click("#submit").await;
    browser.on("addresses").await;
    browser.click("#add-address").await;
    browser.on("address").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_waits_for_its_owner_alone() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(2)).await;
        server.client().register(&phone(1)).await;
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        browser.go("/me/addresses/new").await;
        browser.on("address").await;
        browser.fill("#recipient", "张三").await;
        browser.driver.refresh().await.expect("reloaded");
        browser.on("address").await;
        assert_eq!(browser.value("#recipient").await, "张三");

        lapse(server, &browser, 1).await;
        browser.find("#expired").await;
        back_to_the_address(&browser, 1).await;
        assert_eq!(browser.value("#recipient").await, "张三");

        lapse(server, &browser, 1).await;
        back_to_the_address(&browser, 2).await;
        assert_eq!(browser.value("#recipient").await, "");
        let kept = browser.kept().await;
        assert!(!kept.contains("张三"), "{kept}");

        browser.fill("#recipient", "李四").await;
        browser.click("#back").await;
        browser.on("addresses").await;
        assert!(browser.kept().await.contains("李四"));
        sign_out(&browser).await;
        let kept = browser.kept().await;
        assert!(!kept.contains("李四"), "{kept}");
        browser
    })
    .await;
}
