//! A real Chromium, driven as a person would.

mod history;

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
/// How long after a page that could not be asked.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

// Looks of a page at itself: `selector` and `expected` are given, what is returned ends the wait.
const FIND: &str = "return [...document.querySelectorAll(selector)].find(shown)";
const SAYS: &str = "
    const element = document.querySelector(selector);
    return element && shown(element) && element.innerText.includes(expected) || null";
const GONE: &str = "return document.querySelector(selector) ? null : true";
/// Around a look: repeats it each 20 ms, and gives up early enough that no driver loses its patience.
const WAIT: &str = "
    const [selector, expected] = arguments;
    // A choice is not drawn before its list opens.
    const drawn = element => element.closest('select') ?? element;
    const shown = element => drawn(element).checkVisibility({opacityProperty: true, visibilityProperty: true});
    const look = () => {";
const LOOKING: &str = "};
    return new Promise(resolve => {
        const until = performance.now() + 2000;
        const again = () => {
            const found = look();
            if (found || performance.now() > until) resolve(found ?? null);
            else setTimeout(again, 20);
        };
        again();
    });";

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
        let found = self.waited(FIND, selector, "", ScriptRet::element).await;
        match found {
            Some(element) => element,
            None => panic!("no {selector} on the page:\n{}", self.seen("main").await),
        }
    }

    /// Lets the page itself look until there is something to return: one question, however long it takes. A page that is
    /// left while it looks is asked again.
    async fn waited<T>(
        &self,
        look: &str,
        selector: &str,
        expected: &str,
        read: impl Fn(ScriptRet) -> WebDriverResult<T>,
    ) -> Option<T> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            let arguments = vec![json!(selector), json!(expected)];
            let script = format!("{WAIT}{look}{LOOKING}");
            let answer = self.driver.execute(script, arguments).await;
            match answer {
                Ok(answer) if !answer.json().is_null() => {
                    // Drawn anew between finding and naming, it is found again.
                    if let Ok(found) = read(answer) {
                        return Some(found);
                    }
                }
                Ok(_) => {}
                Err(_) => tokio::time::sleep(LOOK_AGAIN).await,
            }
        }
        None
    }

    /// What an element says now; nothing when it is not there.
    async fn seen(&self, selector: &str) -> String {
        match self.driver.find(By::Css(selector)).await {
            Ok(element) => element.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
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
        let said = self.waited(SAYS, selector, expected, |_| Ok(())).await;
        if said.is_none() {
            let seen = self.seen(selector).await;
            panic!("{selector} says {seen:?}, not {expected:?}");
        }
    }

    /// Waits until there is no such element: what is below it moves then.
    pub async fn gone(&self, selector: &str) {
        let gone = self.waited(GONE, selector, "", |_| Ok(())).await;
        assert!(gone.is_some(), "{selector} is still there");
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
        // As a person does: the page hears of every step. `Null` lets go of the control key.
        let keys = Key::Control + "a" + Key::Null + Key::Delete + text;
        element.send_keys(keys).await.expect("typed");
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

    /// Lets nothing through to URLs like these, until others are named.
    pub async fn block(&self, urls: &[&str]) {
        self.devtools("Network.enable", json!({})).await;
        let blocked = json!({"urls": urls});
        self.devtools("Network.setBlockedURLs", blocked).await;
    }

    /// What the tab keeps.
    pub async fn kept(&self) -> String {
        let look = "return JSON.stringify(sessionStorage)";
        let kept = self.driver.execute(look, Vec::new()).await;
        kept.expect("a text").convert().expect("a text")
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
