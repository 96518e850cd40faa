//! A visit to a service hall with two browsers: the person's phone and the clerk's computer; enrolment, approval.

use renzheng_tests::{PASSWORD, TestServer, browser::Browser, phone, staff::authenticator};
use serde_json::{Value, json};

use crate::security::sign_in;

/// A server where a supervisor always, or never, looks at cases that are not typed off the card.
async fn server(percent: u32) -> TestServer {
    TestServer::with(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.hall.second_approval_percent = percent;
    })
    .await
}

/// A registered person, whose ID card is on file when `citizen` is given.
async fn person(server: &TestServer, number: u32, citizen: Option<&Value>) {
    let person = server.client().registered(&phone(number)).await;
    if let Some(citizen) = citizen {
        let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
        person
            .post("/me/verifications/id-card", claim)
            .await
            .ok(201);
    }
}

/// Signs demo staff of a role in on the page that asks for it.
pub async fn staff_sign_in(server: &TestServer, browser: &Browser<'_>, role: &str) {
    browser.on("staff-sign-in").await;
    let credentials = server.client().staff_credentials(role).await;
    for (field, name) in [
        ("#login", "login"),
        ("#password", "password"),
        ("#code", "code"),
    ] {
        let text = credentials[name].as_str().expect("a text");
        browser.fill(field, text).await;
    }
    browser.click("#submit").await;
}

/// The code on the person's phone.
async fn code_on(hand: &Browser<'_>) -> String {
    let shown = hand.find("#hall-code").await;
    let code = shown.attr("data-code").await.expect("an attribute");
    code.expect("a code")
}

async fn tick_all(desk: &Browser<'_>) {
    for check in [
        "#checks-card-genuine",
        "#checks-card-in-date",
        "#checks-photo-matches",
        "#checks-person-present",
    ] {
        desk.click(check).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_confirms_a_person_whose_phone_shows_it_at_once() {
    let server = &server(0).await;
    let Some(desk) = Browser::open(server, 1280).await else {
        eprintln!("TEST_CHROMEDRIVER_URL is not set: left out");
        return;
    };
    let hand = Browser::open(server, 390).await.expect("a phone");
    let citizen = server.client().citizen(21).await;
    person(server, 1, Some(&citizen)).await;

    sign_in(&hand, &phone(1), PASSWORD).await;
    hand.on("me").await;
    hand.go("/me/verifications").await;
    hand.click("#start-hall").await;
    hand.on("hall-visit").await;
    hand.screenshot("hall-visit").await;
    hand.fits().await;
    hand.click("#make-code").await;
    let code = code_on(&hand).await;
    assert_eq!(code.len(), 8);
    hand.screenshot("hall-code").await;
    hand.fits().await;

    desk.go("/staff").await;
    desk.on("staff-sign-in").await;
    desk.screenshot("staff-sign-in").await;
    desk.fits().await;
    desk.click("#submit").await;
    desk.says("#error-summary", "请输入工号").await;
    staff_sign_in(server, &desk, "clerk").await;
    desk.on("staff-hall").await;
    desk.says("#staff-name", "王小红").await;
    desk.screenshot("staff-hall").await;
    desk.fits().await;
    desk.fill("#code", "00000000").await;
    desk.click("#submit").await;
    desk.says("#error-summary", "办理码不正确").await;
    desk.fill("#code", &code).await;
    desk.click("#submit").await;
    desk.says(
        "#person-id-number",
        citizen["id_number"].as_str().expect("a number"),
    )
    .await;
    desk.find("#portrait").await;
    hand.says("#visit", "示范政务服务中心").await;
    hand.screenshot("hall-at-counter").await;
    desk.click("#submit").await;
    desk.says("#error-summary", "须经核对").await;
    tick_all(&desk).await;
    desk.screenshot("staff-case").await;
    desk.fits().await;
    desk.click("#submit").await;
    desk.says("#outcome", "已通过").await;
    desk.screenshot("staff-done").await;
    hand.says("#visit", "您已通过现场认证").await;
    hand.says("#level-badge", "高级").await;
    hand.screenshot("hall-passed").await;
    hand.fits().await;

    // The next person begins with nothing of the one before; this one is refused.
    person(server, 2, Some(&server.client().citizen(22).await)).await;
    hand.forget().await;
    sign_in(&hand, &phone(2), PASSWORD).await;
    hand.on("me").await;
    hand.go("/me/verifications/hall").await;
    hand.click("#make-code").await;
    let code = code_on(&hand).await;
    desk.click("#next").await;
    desk.fill("#code", &code).await;
    desk.click("#submit").await;
    desk.find("#person").await;
    desk.click("#refuse").await;
    desk.click("#refuse-now").await;
    desk.says("#error-summary", "请选择原因").await;
    desk.click("#reason-card-expired").await;
    desk.screenshot("staff-refuse").await;
    desk.fits().await;
    desk.click("#refuse-now").await;
    desk.says("#outcome-reason", "有效期").await;
    hand.says("#visit", "没有通过").await;
    hand.screenshot("hall-failed").await;

    // Idle for a quarter of an hour: signed out on the spot.
    server.clock.advance(15 * 60 + 1);
    desk.click("#next").await;
    desk.fill("#code", "00000000").await;
    desk.click("#submit").await;
    desk.find("#lapsed").await;
    hand.close().await;
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_enrols_types_a_card_and_a_supervisor_approves() {
    let server = &server(0).await;
    let Some(desk) = Browser::open(server, 1280).await else {
        eprintln!("TEST_CHROMEDRIVER_URL is not set: left out");
        return;
    };
    let client = server.client();
    let operator = client.staff("operator").await;
    let hall = operator.get("/admin/halls").await.ok(200)["items"][0]["id"].clone();
    let body =
        json!({"name": "赵小兰", "email": "zhao@example.cn", "role": "clerk", "hall_id": hall});
    operator.post("/admin/staff", body).await.ok(201);
    let token = client.enrolment_token("zhao@example.cn", 1).await;
    let own = client.citizen(70).await;

    desk.go(&format!("/staff/enrol#{token}")).await;
    desk.on("staff-enrol").await;
    desk.says("#enrol-name", "赵小兰").await;
    desk.screenshot("staff-enrol").await;
    desk.fits().await;
    for (field, text) in [
        ("#id-number", own["id_number"].as_str().expect("a number")),
        ("#phone", own["phone"].as_str().expect("a phone")),
        ("#password", PASSWORD),
        ("#password-confirm", PASSWORD),
    ] {
        desk.fill(field, text).await;
    }
    desk.click("#submit").await;
    let secret: Value = desk.text("#totp-secret").await.into();
    desk.screenshot("staff-enrol-app").await;
    desk.fits().await;
    desk.fill("#totp", &server.code_of(&authenticator(&secret)))
        .await;
    desk.click("#submit").await;
    desk.find("#recovery-codes").await;
    desk.screenshot("staff-enrol-codes").await;
    desk.click("#codes-kept").await;
    desk.on("staff-hall").await;

    // Nobody is on file for this account: the clerk types the card.
    person(server, 1, None).await;
    let hand = Browser::open(server, 390).await.expect("a phone");
    sign_in(&hand, &phone(1), PASSWORD).await;
    hand.on("me").await;
    hand.go("/me/verifications/hall").await;
    hand.click("#make-code").await;
    let code = code_on(&hand).await;
    desk.fill("#code", &code).await;
    desk.click("#submit").await;
    desk.find("#no-identity").await;
    let citizen = client.citizen(23).await;
    desk.fill("#name", citizen["name"].as_str().expect("a name"))
        .await;
    desk.fill(
        "#id-number",
        citizen["id_number"].as_str().expect("a number"),
    )
    .await;
    tick_all(&desk).await;
    desk.screenshot("staff-case-typed").await;
    desk.fits().await;
    desk.click("#submit").await;
    desk.says("#outcome", "等待复核").await;
    hand.says("#visit", "复核").await;
    hand.screenshot("hall-pending").await;
    hand.fits().await;
    hand.click("#to-attempt").await;
    hand.on("attempt").await;
    hand.says("#outcome", "另一名工作人员").await;
    hand.go("/me/verifications/hall").await;

    desk.click("#staff-sign-out").await;
    staff_sign_in(server, &desk, "supervisor").await;
    desk.on("staff-hall").await;
    desk.click("#nav-approvals").await;
    desk.says("#approvals", "赵小兰").await;
    desk.screenshot("staff-approvals").await;
    desk.fits().await;
    desk.click("#approvals a").await;
    desk.on("staff-approval").await;
    desk.says("#person-name", citizen["name"].as_str().expect("a name"))
        .await;
    desk.screenshot("staff-approval").await;
    desk.fits().await;
    desk.click("#approve").await;
    desk.says("#outcome", "已通过").await;
    hand.says("#visit", "您已通过现场认证").await;
    // The highest level, and yet not by ID card.
    hand.go("/me/verifications/id-card").await;
    hand.find("#id-card-form").await;
    hand.close().await;
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_staff_fit_narrow_screens_and_an_old_link_says_so() {
    let server = &server(0).await;
    let Some(browser) = Browser::open(server, 320).await else {
        eprintln!("TEST_CHROMEDRIVER_URL is not set: left out");
        return;
    };
    browser.go("/staff/enrol#nothing").await;
    browser.find("#link-lapsed").await;
    browser.fits().await;
    browser.go("/staff/approvals").await;
    staff_sign_in(server, &browser, "supervisor").await;
    browser.on("staff-approvals").await;
    browser.find("#nothing-waits").await;
    browser.fits().await;
    browser.click("#nav-hall").await;
    browser.on("staff-hall").await;
    browser.fits().await;
    browser.screenshot("staff-hall").await;
    browser.close().await;
}
