//! Applications of others, as operators see them.

use renzheng_tests::{
    Listener, TestServer,
    browser::Browser,
    phone,
    relying_party::{Person, REDIRECT_URI, RelyingParty},
};

use super::{act, axe, looked_at, open, operator};
use crate::at_both_widths;

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_runs_applications() {
    at_both_widths(async |server, browser| {
        let axe = axe();
        operator(server, &browser).await;
        open(&browser, "#nav-clients", "console-clients").await;
        browser.find("#no-clients").await;
        browser.click("#add-client").await;
        browser.on("console-add-client").await;
        browser.click("#submit").await;
        browser.find("#error-summary").await;
        browser.fill("#name", "办事预约").await;
        browser
            .fill("#redirect-uris", "http://app.example/callback")
            .await;
        browser.click("#submit").await;
        browser.says("#redirect-uris-error", "https").await;
        looked_at(&browser, axe, "console-add-client").await;
        browser
            .fill("#redirect-uris", "https://app.example/callback")
            .await;
        browser
            .fill("#webhook-uri", "http://app.example/hook")
            .await;
        // What is above moves up as its errors go.
        browser.gone("#redirect-uris[aria-invalid]").await;
        browser.click("#submit").await;
        browser.says("#webhook-uri-error", "https").await;
        let listener = Listener::start(&[410, 204]).await;
        browser.fill("#webhook-uri", &listener.url).await;
        browser.fill("#name", "办事预约").await;
        browser.gone("#webhook-uri[aria-invalid]").await;
        browser.click("#submit").await;
        browser.on("console-client-made").await;
        assert_eq!(browser.text("#client-secret").await.len(), 43);
        let webhook_secret = browser.text("#webhook-secret").await;
        assert!(webhook_secret.starts_with("whsec_"));
        browser.click("#copy-webhook-secret").await;
        browser.says("#copy-webhook-secret", "已复制").await;
        let party = made(server, &browser).await;
        looked_at(&browser, axe, "console-client-made").await;
        browser.click("#to-client").await;
        browser.on("console-client").await;
        browser.says("h1", "办事预约").await;
        looked_at(&browser, axe, "console-client").await;
        browser.fill("#scopes", "openid profile phone").await;
        browser.click("#submit").await;
        browser.find("#saved").await;
        browser.find("#no-deliveries").await;
        let person = Person::registered(server, &phone(1)).await;
        party.subject(&person).await;
        person.verified(3).await;
        listener.heard(1).await;
        tells(&browser, "410 Gone").await;
        browser.says("#deliveries", "对方已停用").await;
        see(&browser, "#deliveries").await;
        looked_at(&browser, axe, "console-client-webhook").await;
        browser.click("#deliveries button").await;
        listener.heard(2).await;
        tells(&browser, "204 No Content").await;
        browser.says("#deliveries", "已送达").await;
        act(&browser, "new-webhook-secret").await;
        assert_ne!(browser.text("#webhook-secret").await, webhook_secret);
        act(&browser, "new-secret").await;
        assert_eq!(browser.text("#client-secret").await.len(), 43);
        see(&browser, "#made").await;
        looked_at(&browser, axe, "console-client-secrets").await;
        act(&browser, "disable").await;
        browser.says("#client-state", "已停用").await;
        act(&browser, "enable").await;
        browser.says("#client-state", "正常").await;
        open(&browser, "#nav-clients", "console-clients").await;
        browser.says("#clients", "办事预约").await;
        looked_at(&browser, axe, "console-clients").await;
        browser
    })
    .await;
}

/// Scrolls to something.
async fn see(browser: &Browser<'_>, selector: &str) {
    let element = browser.find(selector).await;
    element.scroll_into_view().await.expect("scrolled");
}

/// The application whose id and secret the page shows.
async fn made(server: &TestServer, browser: &Browser<'_>) -> RelyingParty {
    RelyingParty {
        id: browser.text("#client-id").await,
        secret: Some(browser.text("#client-secret").await),
        webhook_secret: None,
        redirect_uri: REDIRECT_URI.into(),
        client: server.client(),
        issuer: server.app().public_url.clone(),
    }
}

/// Looks at the log of webhooks until it tells this.
async fn tells(browser: &Browser<'_>, answer: &str) {
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(50));
    for _ in 0..200 {
        looks.tick().await;
        browser.click("#refresh-deliveries").await;
        if browser.text("#deliveries").await.contains(answer) {
            return;
        }
    }
    panic!("{}", browser.text("#deliveries").await);
}
