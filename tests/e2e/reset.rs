//! A forgotten password: by text message, by mail, by ID number; and the mailbox as a name.

use renzheng_tests::{PASSWORD, TestServer, phone};

use crate::{
    at_both_widths,
    security::{sign_in, sign_out},
};

const ANOTHER: &str = "purple giraffe 77 lantern";

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_reset_in_four_steps() {
    at_both_widths(async |server, browser| {
        server.client().register(&phone(1)).await;
        browser.go("/sign-in").await;
        browser.click("#to-reset").await;
        browser.on("reset").await;
        browser.click("#submit").await;
        browser.says("#error-summary", "请").await;
        browser.screenshot("reset-error").await;
        browser.fill("#phone", &phone(1)).await;
        browser.solve_captcha().await;
        browser.screenshot("reset").await;
        browser.fits().await;
        browser.click("#submit").await;

        browser.click("#send-code").await;
        browser.find("#code-sent").await;
        browser.screenshot("reset-code").await;
        browser.fits().await;
        let right = server.client().newest_code(&phone(1), 2).await;
        let wrong = if right == "000000" {
            "111111"
        } else {
            "000000"
        };
        browser.fill("#sms-code", wrong).await;
        browser.click("#submit").await;
        browser.says("#sms-code-error", "验证码不正确").await;
        browser.find("#error-summary a[href='#sms-code']").await;
        browser.fill("#sms-code", &right).await;
        browser.click("#submit").await;

        browser.fill("#password", "12345678").await;
        browser.fill("#password-confirm", "12345678").await;
        browser.click("#submit").await;
        browser.find("#password-error").await;
        browser.screenshot("reset-password").await;
        browser.fill("#password", ANOTHER).await;
        browser.fill("#password-confirm", ANOTHER).await;
        browser.gone("#password-error").await;
        browser.click("#submit").await;
        browser.says("#done", "新密码设置成功").await;
        browser.fits().await;
        browser.click("#to-sign-in").await;
        sign_in(&browser, &phone(1), ANOTHER).await;
        browser.on("me").await;
        browser
    })
    .await;
}

/// Registers, and binds a mailbox.
async fn with_mailbox(server: &TestServer, mine: &str, address: &str) {
    let client = server.client();
    let person = client.registered(mine).await;
    let able = person.stepped_up(mine, "email", 2).await;
    let captcha = client.solved_captcha().await;
    let body = serde_json::json!({"email": address, "captcha": captcha});
    able.put("/me/email", body).await.ok(202);
    let mails = client.mails(address, 1).await;
    let link = mails[0]["links"][0].as_str().expect("a link");
    let token = link.split('#').nth(1).expect("a token");
    let body = serde_json::json!({"token": token});
    client.post("/email-activations", body).await.ok(200);
}

/// The code that was mailed, whatever else was.
async fn mailed_code(server: &TestServer, address: &str) -> String {
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
    for _ in 0..400 {
        looks.tick().await;
        let mails = server.client().mails(address, 1).await;
        let code = mails.iter().find_map(|mail| {
            let text = mail["text"].as_str().unwrap_or_default();
            text.split_whitespace().find(is_code)
        });
        if let Some(code) = code {
            return code.to_string();
        }
    }
    panic!("no code was mailed to {address}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_reset_by_mail() {
    at_both_widths(async |server, browser| {
        let client = server.client();
        let (mine, address) = (phone(1), "zhang.san@example.org");
        with_mailbox(server, &mine, address).await;
        browser.go("/password-reset").await;
        browser.on("reset").await;
        browser.fill("#phone", &mine).await;
        browser.solve_captcha().await;
        browser.click("#submit").await;
        browser.click("#send-mail").await;
        browser.says("#code-sent", "邮箱").await;
        browser.fits().await;
        let code = mailed_code(server, address).await;
        let wrong = if code == "000000" { "111111" } else { "000000" };
        browser.fill("#sms-code", wrong).await;
        browser.click("#submit").await;
        browser.says("#sms-code-error", "验证码不正确").await;
        // It did not come by text message.
        let said = browser.text("#error-summary").await;
        assert!(!said.contains("短信"), "{said}");
        browser.fill("#sms-code", &code).await;
        browser.click("#submit").await;
        browser.fill("#password", ANOTHER).await;
        browser.fill("#password-confirm", ANOTHER).await;
        browser.click("#submit").await;
        browser.find("#done").await;
        client.sign_in(&mine, ANOTHER).await.ok(201);
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_not_confirmed_for_long_needs_the_id_number_too() {
    at_both_widths(async |server, browser| {
        let client = server.client();
        let (mine, other) = (client.citizen(3).await, client.citizen(4).await);
        let person = client.registered(&phone(1)).await;
        let claim = serde_json::json!({"name": mine["name"], "id_number": mine["id_number"]});
        person
            .post("/me/verifications/id-card", claim)
            .await
            .ok(201);
        server.clock.advance(91 * 24 * 3600);
        browser.go("/password-reset").await;
        browser.on("reset").await;
        browser.fill("#phone", &phone(1)).await;
        browser.solve_captcha().await;
        browser.click("#submit").await;
        browser.click("#send-code").await;
        browser.find("#code-sent").await;
        let code = client.newest_code(&phone(1), 2).await;
        browser.fill("#sms-code", &code).await;
        browser.click("#submit").await;
        browser.find("#identity-needed").await;
        browser.screenshot("reset-identity").await;
        browser.fits().await;
        let number = |citizen: &serde_json::Value| {
            let number = citizen["id_number"].as_str().expect("a number");
            number.to_string()
        };
        browser.fill("#id-number", &number(&other)).await;
        browser.click("#submit").await;
        browser.says("#id-number-error", "不一致").await;
        browser.fill("#id-number", &number(&mine)).await;
        browser.click("#submit").await;
        browser.find("#password-confirm").await;
        browser
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_names_the_account_too() {
    at_both_widths(async |server, browser| {
        let (mine, address) = (phone(1), "zhang.san@example.org");
        with_mailbox(server, &mine, address).await;
        browser.go("/sign-in").await;
        browser.on("sign-in").await;
        browser.fill("#password", PASSWORD).await;
        browser.click("#submit").await;
        browser.says("#phone-error", "手机号码或邮箱").await;
        browser.fill("#phone", "zhang.san@").await;
        browser.click("#submit").await;
        browser.says("#phone-error", "完整的邮箱地址").await;
        // No text message goes there.
        browser.click("#tab-sms").await;
        browser.fill("#phone", address).await;
        browser.fill("#captcha-text", "abcd").await;
        browser.click("#send-code").await;
        browser.says("#phone-error", "11 位手机号码").await;
        browser.click("#tab-password").await;
        browser.click("#submit").await;
        browser.on("me").await;

        sign_out(&browser).await;
        browser.go("/password-reset").await;
        browser.on("reset").await;
        browser.fill("#phone", address).await;
        browser.solve_captcha().await;
        browser.click("#submit").await;
        browser.says("#reset-proof", "z***@example.org").await;
        browser.gone("#send-mail").await;
        browser.click("#send-code").await;
        browser.says("#code-sent", "z***@example.org").await;
        browser.screenshot("reset-mail").await;
        browser.fits().await;
        let code = mailed_code(server, address).await;
        browser.fill("#sms-code", &code).await;
        browser.click("#submit").await;
        browser.fill("#password", ANOTHER).await;
        browser.fill("#password-confirm", ANOTHER).await;
        browser.click("#submit").await;
        browser.find("#done").await;
        server.client().sign_in(address, ANOTHER).await.ok(201);
        browser
    })
    .await;
}
