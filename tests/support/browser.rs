//! A real Chromium, driven as a person would.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use thirtyfour::{error::WebDriverErrorInner, prelude::*};

use crate::{PASSWORD, TestServer};

/// How long a page may take to show something.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often an element may be drawn anew between finding and using it.
const DRAWN_ANEW: usize = 5;
const LOOK_EVERY: Duration = Duration::from_millis(50);

fn is_stale(error: &WebDriverError) -> bool {
    matches!(
        error.as_inner(),
        WebDriverErrorInner::StaleElementReference(_)
    )
}

/// A browser window on a server, and the server's sandbox beside it.
pub struct Browser<'a> {
    pub driver: WebDriver,
    server: &'a TestServer,
    width: u32,
}

impl<'a> Browser<'a> {
    /// Opens a window of `width` pixels. `None` when `TEST_CHROMEDRIVER_URL` does not name a driver; `TEST_CHROMIUM` names
    /// the browser that it opens.
    pub async fn open(server: &'a TestServer, width: u32) -> Option<Self> {
        Self::open_with(server, width, &[]).await
    }

    /// The same, with more arguments for Chromium.
    pub async fn open_with(
        server: &'a TestServer,
        width: u32,
        arguments: &[String],
    ) -> Option<Self> {
        let driver_url = std::env::var("TEST_CHROMEDRIVER_URL").ok()?;
        let mut capabilities = DesiredCapabilities::chrome();
        if let Ok(program) = std::env::var("TEST_CHROMIUM") {
            capabilities.set_binary(&program).expect("a program");
        }
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=zh-CN",
        ] {
            capabilities.add_arg(argument).expect("an argument");
        }
        for argument in arguments {
            capabilities.add_arg(argument).expect("an argument");
        }
        let driver = WebDriver::new(&driver_url, capabilities)
            .await
            .expect("a browser");
        let browser = Self {
            driver,
            server,
            width,
        };
        // A window has a least width; the page's own is what counts.
        let metrics =
            json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600});
        browser
            .devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        // In a picture they are only in the way.
        let hidden = json!({"hidden": true});
        browser
            .devtools("Emulation.setScrollbarsHidden", hidden)
            .await;
        Some(browser)
    }

    pub async fn go(&self, path: &str) {
        let port = self
            .server
            .url()
            .rsplit(':')
            .next()
            .unwrap_or_default()
            .to_string();
        let url = format!("http://localhost:{port}{path}");
        self.driver.goto(url).await.expect("a page");
    }

    /// Waits for the page of that name.
    pub async fn on(&self, page: &str) {
        self.find(&format!("main[data-page='{page}']")).await;
    }

    /// The first element of a CSS selector, once it is shown.
    pub async fn find(&self, selector: &str) -> WebElement {
        // What is drawn anew between finding and looking is found again.
        let until = Instant::now() + PATIENCE;
        loop {
            if let Ok(found) = self.shown(selector).await {
                return found;
            }
            if Instant::now() > until {
                break;
            }
        }
        let page = self.driver.find(By::Tag("main")).await;
        let page = match page {
            Ok(main) => main.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        };
        panic!("no {selector} on the page:\n{page}");
    }

    async fn shown(&self, selector: &str) -> WebDriverResult<WebElement> {
        let query = self.driver.query(By::Css(selector));
        query
            .wait(PATIENCE, LOOK_EVERY)
            .and_displayed()
            .first()
            .await
    }

    pub async fn text(&self, selector: &str) -> String {
        for _ in 0..DRAWN_ANEW {
            if let Ok(text) = self.find(selector).await.text().await {
                return text;
            }
        }
        panic!("{selector} is drawn anew again and again");
    }

    /// Waits until an element says `expected`.
    pub async fn says(&self, selector: &str, expected: &str) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        let mut seen = String::new();
        for _ in 0..300 {
            looks.tick().await;
            // What is drawn anew between finding and reading is looked at again.
            let Ok(element) = self.driver.find(By::Css(selector)).await else {
                continue;
            };
            let Ok(text) = element.text().await else {
                continue;
            };
            seen = text;
            if seen.contains(expected) {
                return;
            }
        }
        panic!("{selector} says {seen:?}, not {expected:?}");
    }

    /// Waits until there is no such element: what is below it moves then.
    pub async fn gone(&self, selector: &str) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        for _ in 0..300 {
            looks.tick().await;
            let found = self.driver.find_all(By::Css(selector)).await;
            if found.is_ok_and(|found| found.is_empty()) {
                return;
            }
        }
        panic!("{selector} is still there");
    }

    pub async fn click(&self, selector: &str) {
        let mut last = None;
        for _ in 0..DRAWN_ANEW {
            let element = self.find(selector).await;
            let clicked = async {
                element.scroll_into_view().await?;
                element.click().await
            };
            match clicked.await {
                Ok(()) => return,
                Err(error) if is_stale(&error) => last = Some(error),
                Err(error) => panic!("{selector}: {error}"),
            }
        }
        panic!("{selector}: {last:?}");
    }

    pub async fn fill(&self, selector: &str, text: &str) {
        let element = self.find(selector).await;
        // As a person does: the page hears of every step.
        let all = Key::Control + "a";
        element.send_keys(all).await.expect("all marked");
        element.send_keys(Key::Delete + "").await.expect("empty");
        element.send_keys(text).await.expect("typed");
    }

    pub async fn value(&self, selector: &str) -> String {
        for _ in 0..DRAWN_ANEW {
            if let Ok(value) = self.find(selector).await.prop("value").await {
                return value.unwrap_or_default();
            }
        }
        panic!("{selector} is drawn anew again and again");
    }

    /// Sends a command of the DevTools protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) {
        let sent = self.driver.cdp().send_raw(command, parameters).await;
        sent.unwrap_or_else(|error| panic!("{command}: {error}"));
    }

    /// Gives the device an authenticator that keeps passkeys and always finds the right finger.
    pub async fn add_authenticator(&self) {
        self.devtools("WebAuthn.enable", json!({})).await;
        let options = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserVerified": true,
            "automaticPresenceSimulation": true,
        });
        self.devtools(
            "WebAuthn.addVirtualAuthenticator",
            json!({"options": options}),
        )
        .await;
    }

    /// Becomes a browser that has never been here.
    pub async fn forget(&self) {
        self.driver
            .delete_all_cookies()
            .await
            .expect("cookies gone");
    }

    /// Types what the captcha shows.
    pub async fn solve_captcha(&self) {
        let id = self
            .find("#captcha-image")
            .await
            .attr("data-captcha-id")
            .await
            .expect("an id")
            .expect("an id");
        let answer = self
            .server
            .client()
            .sandbox_get(&format!("/captchas/{id}"))
            .await;
        let text = answer.ok(200)["text"].as_str().expect("a text").to_string();
        self.fill("#captcha-text", &text).await;
    }

    /// Asks for a code with the captcha solved, and reads it off the phone's `count`th message.
    pub async fn ask_for_code(&self, phone: &str, count: usize) -> String {
        self.solve_captcha().await;
        self.click("#send-code").await;
        self.server.client().newest_code(phone, count).await
    }

    /// Fills the registration form, all but the code.
    pub async fn fill_registration(&self, phone: &str) {
        self.fill("#phone", phone).await;
        self.fill("#nickname", "小明").await;
        self.fill("#password", PASSWORD).await;
        self.fill("#password-confirm", PASSWORD).await;
        let agree = self.find("label[for='agree'], #agree").await;
        if !self
            .driver
            .find(By::Id("agree"))
            .await
            .expect("a box")
            .is_selected()
            .await
            .expect("a state")
        {
            agree.click().await.expect("agreed");
        }
    }

    /// Registers up to the second step.
    pub async fn register(&self, phone: &str) {
        self.go("/register").await;
        self.on("register").await;
        self.fill_registration(phone).await;
        let code = self.ask_for_code(phone, 1).await;
        self.fill("#sms-code", &code).await;
        self.click("#submit").await;
        self.on("register-identity").await;
    }

    /// Keeps a picture of the page for the documentation, when `UPDATE_SCREENSHOTS` is set.
    pub async fn screenshot(&self, name: &str) {
        if std::env::var_os("UPDATE_SCREENSHOTS").is_none() {
            return;
        }
        let size = if self.width < 600 { "phone" } else { "desktop" };
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/screenshots"));
        std::fs::create_dir_all(&folder).expect("a folder");
        self.driver
            .screenshot(&folder.join(format!("{name}-{size}.png")))
            .await
            .expect("a picture");
    }

    /// Asserts that nothing sticks out to the side.
    pub async fn fits(&self) {
        let over: Value = self
            .driver
            .execute(
                "return document.documentElement.scrollWidth - window.innerWidth",
                Vec::new(),
            )
            .await
            .expect("a number")
            .json()
            .clone();
        assert!(
            over.as_i64().unwrap_or(1) <= 0,
            "the page is {over} px too wide at {}",
            self.width
        );
    }

    pub async fn close(self) {
        self.driver.quit().await.expect("closed");
    }
}
