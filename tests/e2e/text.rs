//! What people and applications call themselves is shown and never run; pages are not framed; forms tell password
//! managers what they ask for; script finds nothing of the session.

use renzheng_tests::{PASSWORD, RelyingParty, TestServer, browser::Browser, phone};
use serde_json::{Value, json};

use crate::security::sign_in;

/// Runs when taken for anything but text.
const SCRIPT: &str = "<img src=x onerror=\"document.title='run'\">";

async fn script(browser: &Browser<'_>, text: &str) -> Value {
    let ran = browser.driver.execute(text, Vec::new()).await;
    ran.expect("script").json().clone()
}

/// Not run, and not even an element.
async fn is_text(browser: &Browser<'_>) {
    let found = script(
        browser,
        "return [document.title == 'run', document.querySelectorAll('img[src=x], main script').length]",
    );
    assert_eq!(found.await, json!([false, 0]));
}

// A33, A58, C33
#[tokio::test(flavor = "multi_thread")]
async fn what_people_type_is_never_run() {
    let server = &TestServer::relaxed().await;
    let Some(browser) = Browser::open(server, 390).await else {
        eprintln!("TEST_CHROMEDRIVER_URL is not set: left out");
        return;
    };
    let client = server.client();
    let person = client.registered(&phone(1)).await;
    let nickname = "<img src=x>";
    person
        .patch("/me", json!({"nickname": nickname}))
        .await
        .ok(200);
    let address = json!({
        "recipient": "张三", "phone": "18500000901", "region_code": "350102", "detail": SCRIPT,
        "postal_code": "350001",
    });
    person.post("/me/addresses", address).await.ok(201);
    sign_in(&browser, &phone(1), PASSWORD).await;
    browser.on("me").await;
    browser.says("main", nickname).await;
    is_text(&browser).await;
    browser.go("/me/addresses").await;
    browser.says("main", SCRIPT).await;
    is_text(&browser).await;
    let party = RelyingParty::with(server, |new| {
        new.name = SCRIPT.into();
        new.purposes.insert("phone".into(), SCRIPT.into());
    })
    .await;
    let request = renzheng_tests::relying_party::query(&party.request("openid phone"));
    browser.go(&format!("/oauth2/authorize?{request}")).await;
    browser.on("authorize").await;
    browser.says("#consent", SCRIPT).await;
    is_text(&browser).await;

    // Of the session script sees nothing, nor does storage.
    let seen =
        "return document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)";
    let seen = script(&browser, seen).await.to_string();
    for secret in ["session", "token", "eyJ", "139", PASSWORD] {
        assert!(!seen.to_lowercase().contains(secret), "{seen}");
    }
    browser.close().await;
}

/// Pages of ours in a frame of another site, and of our own.
// A36, A53, C35
#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_shown_in_a_frame() {
    let server = &TestServer::relaxed().await;
    let Some(browser) = Browser::open(server, 1280).await else {
        eprintln!("TEST_CHROMEDRIVER_URL is not set: left out");
        return;
    };
    let url = &server.app().public_url;
    for path in [
        "/",
        "/sign-in",
        "/me/security",
        "/scan",
        "/oauth2/authorize",
        "/docs",
    ] {
        let page = format!(
            "data:text/html,<title>evil</title><iframe id=framed src=\"{url}{path}\"></iframe>"
        );
        browser.driver.goto(page).await.expect("a page");
        let frame = browser.find("#framed").await;
        frame.enter_frame().await.expect("a frame");
        let inside =
            "return [location.href.startsWith('http'), document.querySelectorAll('main').length]";
        let seen = script(&browser, inside).await;
        assert_eq!(seen[1], 0, "{path}: {seen}");
        browser.driver.enter_default_frame().await.expect("back");
    }
    browser.close().await;
}

// A8
#[tokio::test(flavor = "multi_thread")]
async fn forms_say_what_they_ask_for_and_take_what_is_pasted() {
    let server = &TestServer::relaxed().await;
    let Some(browser) = Browser::open(server, 1280).await else {
        eprintln!("TEST_CHROMEDRIVER_URL is not set: left out");
        return;
    };
    for (path, page, field, expected) in [
        ("/register", "register", "#password", "new-password"),
        ("/sign-in", "sign-in", "#password", "current-password"),
    ] {
        browser.go(path).await;
        browser.on(page).await;
        let element = browser.find(field).await;
        let attribute = async |name: &str| {
            let value = element.attr(name).await.expect("an attribute");
            value.unwrap_or_default()
        };
        assert_eq!(attribute("type").await, "password", "{path}");
        assert_eq!(attribute("autocomplete").await, expected, "{path}");
        let pasted = format!(
            "const field = document.querySelector('{field}'); field.focus(); \
             const event = new ClipboardEvent('paste', {{cancelable: true, bubbles: true}}); \
             return field.dispatchEvent(event) && document.execCommand('insertText', false, '{PASSWORD}')"
        );
        assert_eq!(script(&browser, &pasted).await, json!(true), "{path}");
        assert_eq!(browser.value(field).await, PASSWORD, "{path}");
    }
    browser.close().await;
}
