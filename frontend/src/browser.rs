//! The few things the SPA asks of the browser itself.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, FocusOptions, HtmlElement, ScrollRestoration, Storage};

pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

pub fn element(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// What the server wrote into the page about the service, as JSON.
pub fn written_service() -> Option<String> {
    element("app")?.get_attribute("data-service")
}

/// Moves the keyboard focus to the element with this id, and scrolls it into view.
pub fn focus(id: &str) {
    if let Some(target) = element(id).and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        // Nothing to do when the browser refuses: the page stays usable.
        let _ = target.focus();
    }
}

/// Moves the focus to the page's heading, from the top of the page.
pub fn focus_heading() {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
    let heading = document().and_then(|d| d.query_selector("main h1").ok().flatten());
    if let Some(heading) = heading.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = heading.focus_with_options(&options);
    }
}

/// How the browser scrolls on its way back and forward, from this entry of its history on.
pub fn restore_scroll(how: ScrollRestoration) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        let _ = history.set_scroll_restoration(how);
    }
}

/// What this browser remembers. Only the language and the elder mode are ever kept here.
fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

pub fn recall(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

pub fn remember(key: &str, value: &str) {
    // A browser that keeps nothing (private mode, full disk) only forgets the choice.
    let _ = storage().map(|kept| kept.set_item(key, value));
}

/// Where the page that an application waits for is kept until the tab is closed.
const ERRAND: &str = "renzheng.errand";
/// The pages meant.
const ERRANDS: &str = "/authorize/";

/// What lasts as long as the tab.
pub fn tab_storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

/// An application waits for the person at this page of ours.
pub fn begin_errand(path: &str) {
    if path.starts_with(ERRANDS) {
        // A browser that keeps nothing offers no way back; the application can ask anew.
        let _ = tab_storage().map(|kept| kept.set_item(ERRAND, path));
    }
}

pub fn errand() -> Option<String> {
    let path = tab_storage()?.get_item(ERRAND).ok().flatten()?;
    path.starts_with(ERRANDS).then_some(path)
}

pub fn end_errand() {
    let _ = tab_storage().map(|kept| kept.remove_item(ERRAND));
}

/// The browser's clock. The server decides everything that matters; this is for showing.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(js_sys::Date::now() as i64).unwrap_or_default()
}

/// The date in China (UTC+8 all year), which is what identity documents go by.
pub fn china_date(at: DateTime<Utc>) -> NaiveDate {
    (at + Duration::hours(8)).date_naive()
}

/// A text as the address of a file to save.
pub fn text_url(kind: &str, text: &str) -> String {
    let text = String::from(js_sys::encode_uri_component(text));
    format!("data:{kind};charset=utf-8,{text}")
}

pub fn copy(text: &str) {
    if let Some(window) = web_sys::window() {
        // What can't be copied is still on the screen.
        let _ = window.navigator().clipboard().write_text(text);
    }
}

/// Opens the page anew, from the server.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Leaves for another site's page, as our server names it.
pub fn leave_for(url: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().assign(url);
    }
}

pub fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}

/// Whether this browser knows passkeys.
pub fn has_passkeys() -> bool {
    web_sys::window()
        .and_then(|window| Reflect::has(&window, &"PublicKeyCredential".into()).ok())
        .unwrap_or(false)
}

/// Lets the browser `create` a passkey, or `get` a signature by one. None when it, or the person, would not.
pub async fn passkey(act: &str, asked: &str) -> Option<String> {
    // Set by the boot script: what talks to the authenticator is loaded only when it is needed.
    let asker = Reflect::get(&web_sys::window()?.into(), &"askPasskey".into()).ok()?;
    let asking = asker
        .dyn_ref::<Function>()?
        .call2(&JsValue::NULL, &act.into(), &asked.into())
        .ok()?;
    let answer = JsFuture::from(Promise::from(asking)).await.ok()?;
    answer.as_string()
}

/// An open camera that reads codes; closed when dropped.
pub struct Camera {
    close: Function,
    _found: Closure<dyn FnMut(String)>,
}

impl Camera {
    /// Asks for the camera and shows it in `video`. None when it can't be had.
    pub async fn open(video: &Element, found: impl Fn(String) + 'static) -> Option<Self> {
        // Set by the boot script: the reader is loaded only when it is needed.
        let open = Reflect::get(&web_sys::window()?.into(), &"openScanner".into()).ok()?;
        let found = Closure::<dyn FnMut(String)>::new(found);
        let opening = open
            .dyn_ref::<Function>()?
            .call2(&JsValue::NULL, video, found.as_ref())
            .ok()?;
        let close = JsFuture::from(Promise::from(opening)).await.ok()?;
        Some(Self {
            close: close.dyn_into().ok()?,
            _found: found,
        })
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        let _ = self.close.call0(&JsValue::NULL);
    }
}
