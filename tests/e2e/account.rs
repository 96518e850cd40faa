//! What a person changes of their account: password, phone, e-mail, addresses.

use renzheng_tests::{PASSWORD, TestServer, browser::Browser, phone};
use thirtyfour::prelude::*;

use crate::{
    at_both_widths,
    security::{sign_in, step_up},
};

const ANOTHER: &str = "purple giraffe 77 lantern";

/// Registers and signs in.
pub async fn enter(server: &TestServer, browser: &Browser<'_>, number: u32) {
    server.client().register(&phone(number)).await;
    sign_in(browser, &phone(number), PASSWORD).await;
    browser.on("me").await;
}

/// The code of the newest of `count` messages.
async fn code(server: &TestServer, to: &str, count: usize) -> String {
    server.client().newest_code(to, count).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_changed() {
    at_both_widths(async |server, browser| {
        enter(server, &browser, 1).await;
        browser.go("/me/profile").await;
        browser.on("profile").await;
        browser.says("#fact-bank-card", "未认证").await;
        browser.screenshot("profile").await;
        browser.fits().await;
        browser.click("#edit-password").await;
        browser.on("change-password").await;
        browser.screenshot("change-password-prove").await;
        browser.fits().await;
        step_up(server, &browser, &phone(1), 2).await;
        browser.fill("#password", ANOTHER).await;
        browser.fill("#password-confirm", "something else").await;
        browser.click("#submit").await;
        browser.find("#password-confirm-error").await;
        browser.fill("#password-confirm", ANOTHER).await;
        browser.screenshot("change-password").await;
        browser.fits().await;
        browser.click("#submit").await;
        browser.find("#done").await;
        browser.click("#to-profile").await;
        browser.on("profile").await;
        let client = server.client();
        client.sign_in(&phone(1), ANOTHER).await.ok(201);
        client.sign_in(&phone(1), PASSWORD).await.ok(401);
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phone_is_changed() {
    at_both_widths(async |server, browser| {
        enter(server, &browser, 1).await;
        browser.go("/me/profile").await;
        browser.click("#edit-phone").await;
        browser.on("change-phone").await;
        step_up(server, &browser, &phone(1), 2).await;
        browser.fill("#phone", &phone(2)).await;
        browser.solve_captcha().await;
        browser.screenshot("change-phone").await;
        browser.fits().await;
        browser.click("#send-code").await;
        browser.find("#code-sent").await;
        browser
            .fill("#sms-code", &code(server, &phone(2), 1).await)
            .await;
        browser.click("#submit").await;
        browser.find("#done").await;
        browser.click("#to-profile").await;
        let shown = format!("{}****{}", &phone(2)[..3], &phone(2)[7..]);
        browser.says("#fact-phone", &shown).await;
        let client = server.client();
        client.sign_in(&phone(2), PASSWORD).await.ok(201);
        // The old phone has been told.
        client.messages(&phone(1), 3).await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_mail_is_bound_by_its_link_and_removed() {
    at_both_widths(async |server, browser| {
        enter(server, &browser, 1).await;
        browser.go("/me/profile").await;
        browser.click("#edit-email").await;
        browser.on("bind-email").await;
        step_up(server, &browser, &phone(1), 2).await;
        browser.fill("#email", "zhang.san").await;
        browser.click("#submit").await;
        browser.find("#email-error").await;
        browser.fill("#email", "zhang.san@example.org").await;
        browser.solve_captcha().await;
        browser.screenshot("bind-email").await;
        browser.fits().await;
        browser.click("#submit").await;
        browser.on("email").await;
        browser.says("#email-waiting", "z***@example.org").await;
        browser.says("#email-delivery", "已发出").await;
        browser.find(".steps__item--here:last-child").await;
        browser.screenshot("email-waiting").await;
        browser.fits().await;

        let mails = server.client().mails("zhang.san@example.org", 1).await;
        let text = mails[0]["text"].as_str().expect("a text");
        let at = text.find("/email/activate#").expect("a link");
        let path = text[at..].split_whitespace().next().expect("a path");
        browser.go(path).await;
        browser.on("activate-email").await;
        browser.screenshot("activate-email").await;
        browser.fits().await;
        browser.says("#activate", "确认绑定").await;
        browser.click("#activate").await;
        browser.says("#activated", "邮箱绑定成功").await;
        browser.find(".steps__item--done:last-child").await;
        browser.click("#onward").await;
        browser.says("#fact-email", "z***@example.org").await;

        server.clock.advance(61);
        browser.click("#edit-email").await;
        browser.says("#bound-email", "z***@example.org").await;
        browser.click("#remove-email").await;
        browser.on("remove-email").await;
        step_up(server, &browser, &phone(1), 3).await;
        browser.find("#email-removed").await;
        browser.screenshot("email-removed").await;
        browser
    })
    .await;
}

/// Picks the option of a select that says `text`.
async fn pick(browser: &Browser<'_>, select: &str, text: &str) {
    let path = By::XPath(format!("//select[@id='{select}']/option[text()='{text}']"));
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
    for _ in 0..200 {
        looks.tick().await;
        if let Ok(option) = browser.driver.find(path.clone()).await
            && option.click().await.is_ok()
        {
            return;
        }
    }
    panic!("{select} has no {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn mailing_addresses_are_kept() {
    at_both_widths(async |server, browser| {
        enter(server, &browser, 1).await;
        browser.find("#to-addresses").await;
        browser.go("/me/profile").await;
        browser.click("#edit-addresses").await;
        browser.on("addresses").await;
        browser.find("#no-address").await;
        browser.click("#add-address").await;
        browser.on("address").await;
        browser.find("#region-code").await;
        browser.click("#submit").await;
        browser.says("#region-code-error", "请选择").await;
        browser.screenshot("address-error").await;
        browser.fits().await;
        browser.fill("#recipient", "张三").await;
        browser.fill("#phone", &phone(1)).await;
        pick(&browser, "region-code", "福建省").await;
        pick(&browser, "region-code-1", "福州市").await;
        pick(&browser, "region-code-2", "鼓楼区").await;
        browser.fill("#detail", "东街口 1 号 2 单元 301").await;
        browser.fill("#postal-code", "350001").await;
        browser.gone("#detail-error").await;
        browser.screenshot("address").await;
        browser.fits().await;
        browser.click("#submit").await;
        browser.on("addresses").await;
        browser
            .says("#addresses", "福建省 福州市 鼓楼区 东街口")
            .await;
        browser.says("#addresses", "默认").await;
        browser.screenshot("addresses").await;
        browser.fits().await;

        browser.click("#edit-address").await;
        browser.on("address").await;
        browser.find("#region-code-2").await;
        assert_eq!(browser.value("#region-code-2").await, "350102");
        browser.fill("#recipient", "李四").await;
        browser.click("#submit").await;
        browser.on("addresses").await;
        browser.says("#addresses", "李四").await;
        browser.click("#delete-address").await;
        browser.click("#delete-yes").await;
        browser.find("#deleted").await;
        browser.find("#no-address").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_method_is_passed() {
    at_both_widths(async |server, browser| {
        let client = server.client();
        let citizen = client.citizen(3).await;
        let person = client.registered(&phone(1)).await;
        let claim = serde_json::json!({"name": citizen["name"], "id_number": citizen["id_number"]});
        person
            .post("/me/verifications/id-card", claim)
            .await
            .ok(201);
        sign_in(&browser, &phone(1), PASSWORD).await;
        browser.on("me").await;
        let text = |pointer: &str| {
            let value = citizen.pointer(pointer).and_then(|value| value.as_str());
            value.expect("a text").to_string()
        };
        let forms: [(&str, Vec<(&str, String)>); 5] = [
            (
                "bank-card",
                vec![
                    ("#card-number", text("/bank_card/number")),
                    ("#phone", text("/bank_card/phone")),
                ],
            ),
            (
                "social-security",
                vec![("#number", text("/social_security"))],
            ),
            (
                "provident-fund",
                vec![("#account", text("/provident_fund"))],
            ),
            ("telecom", vec![("#phone", text("/phone"))]),
            (
                "driving-licence",
                vec![("#file-number", text("/driving_licence_file"))],
            ),
        ];
        for (index, (method, fields)) in forms.into_iter().enumerate() {
            server.clock.advance(61);
            browser.go("/me/verifications").await;
            browser.on("verifications").await;
            browser.click(&format!("#start-{method}")).await;
            browser.on("method").await;
            step_up(server, &browser, &phone(1), index + 2).await;
            browser.find("#method-form").await;
            browser.find("#use-of-data").await;
            browser.click("#submit").await;
            browser.find("#error-summary").await;
            if index == 0 {
                browser.screenshot("bank-card-error").await;
            }
            for (field, value) in &fields {
                browser.fill(field, value).await;
            }
            browser.fits().await;
            if index == 0 {
                browser.screenshot("bank-card").await;
            }
            browser.click("#submit").await;
            browser.on("attempt").await;
            browser.says("#outcome", "中级").await;
            browser.find(".steps__item--done:last-child").await;
        }
        browser.go("/me/verifications").await;
        browser.on("verifications").await;
        browser.screenshot("verifications-medium").await;
        browser.fits().await;
        browser
    })
    .await;
}
