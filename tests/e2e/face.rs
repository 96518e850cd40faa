//! Verifying by face, before Chromium's fake camera: it plays a clip of the sandbox that is made once the page knows what
//! is asked, and the sandbox really reads what arrives.

use std::path::{Path, PathBuf};

use renzheng::config::LimitProfile;
use renzheng_tests::{PASSWORD, TestServer, browser::Browser, phone};
use renzheng_types::verification::Method;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::security::sign_in;

const CITIZEN: usize = 21;

/// Keeps what the sandbox draws as a file.
async fn keep(server: &TestServer, path: &str, name: &str) -> PathBuf {
    let drawn = server.client().sandbox_get(path).await;
    drawn.ok(200);
    let file = server.folder().join(name);
    std::fs::write(&file, drawn.bytes).expect("written");
    file
}

/// A citizen at level 1, signed in.
async fn enter(server: &TestServer, browser: &Browser<'_>) {
    let client = server.client();
    let citizen = client.citizen(CITIZEN).await;
    let person = client.registered(&phone(1)).await;
    let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    person
        .post("/me/verifications/id-card", claim)
        .await
        .ok(201);
    sign_in(browser, &phone(1), PASSWORD).await;
    browser.on("me").await;
}

/// Gives a file to a field for files, which is never seen itself.
async fn choose(browser: &Browser<'_>, field: &str, file: &Path) {
    let field = browser.driver.find(By::Id(field)).await.expect("a field");
    field
        .send_keys(file.to_string_lossy())
        .await
        .expect("chosen");
}

/// Reads and agrees.
async fn begin(browser: &Browser<'_>) {
    browser.go("/me/verifications/face").await;
    browser.on("face").await;
    browser.click("label[for='consent']").await;
    browser.click("#submit").await;
    asked(browser).await;
}

/// The actions that are asked.
async fn asked(browser: &Browser<'_>) -> String {
    let asked = browser.find("#liveness").await;
    let actions = asked.attr("data-actions").await.expect("an attribute");
    actions.expect("actions")
}

/// Does what is asked, before the camera.
async fn perform(server: &TestServer, browser: &Browser<'_>) {
    browser.click("#submit").await;
    let actions = asked(browser).await;
    browser.screenshot("face-asked").await;
    browser.fits().await;
    // The file is opened together with the camera.
    let clip = format!("/clips/{CITIZEN}.mjpeg?actions={actions}");
    keep(server, &clip, "camera.mjpeg").await;
    browser.click("#open-camera").await;
    browser.says("#face-asked", "正对屏幕").await;
    for (number, action) in actions.split(',').enumerate() {
        let words = match action {
            "blink" => "眨眼",
            "nod" => "点头",
            "open-mouth" => "张嘴",
            _ => "摇头",
        };
        browser.says("#face-asked", words).await;
        if number == 0 {
            browser.screenshot("face-camera").await;
            browser.fits().await;
        }
    }
    browser.find("#cards").await;
    browser.says("#submit", "请先").await;
}

/// Adds the card and sends everything; waits for the outcome.
async fn hand_in(server: &TestServer, browser: &Browser<'_>) {
    for side in ["front", "back"] {
        let path = format!("/id-cards/{CITIZEN}/{side}.jpg");
        let photo = keep(server, &path, &format!("{side}.jpg")).await;
        choose(browser, &format!("card-{side}"), &photo).await;
        let state = format!("#card-{side}-state");
        browser.says(&state, "已上传").await;
    }
    browser.screenshot("face-cards").await;
    browser.fits().await;
    browser.click("#submit").await;
    browser.on("attempt").await;
    browser.says("#outcome", "认证").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_shows_face_and_card_and_reaches_level_three() {
    let server = &TestServer::relaxed().await;
    let camera = keep(server, "/clips/0.mjpeg?fps=10", "camera.mjpeg").await;
    let arguments = [
        "--use-fake-device-for-media-stream".to_string(),
        "--use-fake-ui-for-media-stream".to_string(),
        format!("--use-file-for-fake-video-capture={}", camera.display()),
    ];
    let Some(browser) = Browser::open_with(server, 390, &arguments).await else {
        eprintln!("TEST_CHROMEDRIVER_URL is not set: left out");
        return;
    };
    enter(server, &browser).await;
    browser.go("/me/verifications").await;
    browser.on("verifications").await;
    browser.click("#start-face").await;
    browser.on("face").await;
    browser.find("#consent-text").await;
    browser.screenshot("face").await;
    browser.fits().await;
    browser.click("#submit").await;
    browser.says("#consent-error", "勾选").await;

    browser.click("label[for='consent']").await;
    perform(server, &browser).await;
    let no_picture = server.folder().join("notes.jpg");
    std::fs::write(&no_picture, "no picture").expect("written");
    choose(&browser, "card-front", &no_picture).await;
    browser
        .says("#card-front-trouble", "不是可以读取的图片")
        .await;
    hand_in(server, &browser).await;
    // The camera of a busy machine may skip what was shown; whoever it happens to tries again.
    for _ in 0..2 {
        if !browser.text("#outcome").await.contains("没有看到") {
            break;
        }
        browser.go("/me/verifications/face").await;
        browser.on("face").await;
        perform(server, &browser).await;
        hand_in(server, &browser).await;
    }
    browser.says("#outcome", "认证通过").await;
    browser.says("#level-badge", "高级").await;
    browser.screenshot("face-passed").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_is_refused_leaves_the_hall_and_the_consent_can_be_taken_back() {
    for width in [1280, 390] {
        let server = &TestServer::relaxed().await;
        let arguments = [
            "--use-fake-device-for-media-stream".to_string(),
            "--use-fake-ui-for-media-stream=deny".to_string(),
        ];
        let Some(browser) = Browser::open_with(server, width, &arguments).await else {
            eprintln!("TEST_CHROMEDRIVER_URL is not set: left out");
            return;
        };
        enter(server, &browser).await;
        begin(&browser).await;
        browser.click("#open-camera").await;
        browser.says("#camera-refused", "无法使用摄像头").await;
        browser.screenshot("face-refused").await;
        browser.fits().await;
        let hall = browser.find("#to-hall").await;
        let link = hall.attr("href").await.expect("an attribute");
        assert_eq!(link.as_deref(), Some("/me/verifications/hall"));

        browser.go("/me/verifications/face").await;
        browser.on("face").await;
        browser.says("#consent-given", "同意").await;
        browser.screenshot("face-consented").await;
        browser.click("#withdraw").await;
        browser.find("#consent-withdrawn").await;
        browser.find("#consent-text").await;

        // A sign-in of long ago is not enough.
        server.clock.advance(301);
        begin_after_step_up(server, &browser).await;
        browser.close().await;
    }
}

async fn begin_after_step_up(server: &TestServer, browser: &Browser<'_>) {
    browser.click("label[for='consent']").await;
    browser.click("#submit").await;
    browser.find("#step-up").await;
    browser.screenshot("face-step-up").await;
    crate::security::step_up(server, browser, &phone(1), 2).await;
    browser.find("#liveness").await;
}

/// From the list to the provider's page.
async fn to_provider(browser: &Browser<'_>) {
    browser.go("/me/verifications/face").await;
    browser.on("face").await;
    // Agreed the first time.
    browser.find("#consent-given").await;
    browser.click("#submit").await;
    browser.find("#there").await;
    browser.click("#go-there").await;
    browser.find("#give-up").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_face_is_checked_on_the_providers_page_there_and_back() {
    for width in [1280, 390] {
        let server = TestServer::with(|config| {
            config.limits = LimitProfile::Relaxed;
            let names = vec!["aliyun".to_string()];
            config.verification.routes.insert(Method::Face, names);
        })
        .await;
        let server = &server;
        let Some(browser) = Browser::open(server, width).await else {
            eprintln!("TEST_CHROMEDRIVER_URL is not set: left out");
            return;
        };
        enter(server, &browser).await;
        browser.go("/me/verifications").await;
        browser.on("verifications").await;
        browser.click("#start-face").await;
        browser.on("face").await;
        browser.says(".lead", "核验机构自己的页面").await;
        browser.click("label[for='consent']").await;
        browser.screenshot("face-elsewhere").await;
        browser.fits().await;
        browser.click("#submit").await;
        browser.says("#there-host", "127.0.0.1").await;
        browser.screenshot("face-there").await;
        browser.fits().await;
        browser.click("#go-there").await;
        browser.find("#give-up").await;
        browser.says(".banner", "SANDBOX").await;
        browser.screenshot("sandbox-face").await;
        browser.fits().await;

        // Given up: nothing has come of it, and it can be begun anew.
        browser.click("#give-up").await;
        browser.on("face-return").await;
        browser.says("#outcome", "没有完成").await;
        browser.screenshot("face-unfinished").await;
        browser.fits().await;
        browser.click("#look-again").await;
        browser.says("#outcome", "没有完成").await;
        browser.click("#again").await;
        browser.on("face").await;

        // Somebody else.
        to_provider(&browser).await;
        browser.click("button[value='other']").await;
        browser.on("attempt").await;
        browser.says("#reason", "不一致").await;
        browser.find("#tries-left").await;

        // The register is down: it waits, and is shown by itself.
        to_provider(&browser).await;
        browser.click("button[value='source-down']").await;
        browser.on("attempt").await;
        browser.says("#outcome", "正在核验").await;
        browser.screenshot("face-pending").await;
        browser.fits().await;
        server.clock.advance(61);
        browser.says("#outcome", "认证通过").await;
        browser.says("#level-badge", "高级").await;
        browser.screenshot("face-returned").await;
        browser.fits().await;
        browser.close().await;
    }
}
