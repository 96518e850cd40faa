//! An HTTP client that knows the steps people take: solve a captcha, read a message, register, sign in.

use std::{collections::BTreeSet, sync::Mutex};

use reqwest::{
    Method, StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use crate::{AGREEMENT, PASSWORD, refusals};

/// The codes that tests have read, by the sandbox and the phone that had them.
static CODES_READ: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// One caller.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    sandbox_url: String,
    headers: HeaderMap,
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null when it is not.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Asserts success and answers the body.
    #[track_caller]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self.json()
    }

    /// Asserts that this is the problem `code` with `status`, complete as RFC 9457 wants it.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("urn:renzheng:problem:{code}"));
        assert!(!problem["title"].as_str().unwrap_or_default().is_empty());
        assert!(!problem["detail"].as_str().unwrap_or_default().is_empty());
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        problem
    }

    /// The codes of the wrong fields, by field.
    pub fn field_codes(&self) -> Vec<(String, String)> {
        let problem = self.json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        problem["errors"]
            .as_array()
            .map(|errors| {
                errors
                    .iter()
                    .map(|error| (text(&error["field"]), text(&error["code"])))
                    .collect()
            })
            .unwrap_or_default()
    }
}

impl Client {
    pub fn new(url: String, sandbox_url: String) -> Self {
        // Among many nodes each request goes to another, so that nothing depends on which one a caller meets.
        let idle = if crate::server::nodes() > 1 {
            0
        } else {
            usize::MAX
        };
        Self::keeping(idle, url, sandbox_url)
    }

    /// A caller whose every request is a connection of its own.
    pub fn reconnecting(url: String, sandbox_url: String) -> Self {
        Self::keeping(0, url, sandbox_url)
    }

    fn keeping(idle: usize, url: String, sandbox_url: String) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(idle)
            .build()
            .expect("a client");
        Self {
            http,
            url,
            sandbox_url,
            headers: HeaderMap::new(),
        }
    }

    /// The same caller with one header more.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        if name == "x-csrf" {
            // Which browsers add to what a page of the same site sends.
            let same = HeaderValue::from_static("same-origin");
            client.headers.insert("sec-fetch-site", same);
        }
        client.headers.insert(
            name.parse::<HeaderName>().expect("a header name"),
            value.parse::<HeaderValue>().expect("a header value"),
        );
        client
    }

    /// The same with one more value for a header.
    pub fn with_another(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.append(
            name.parse::<HeaderName>().expect("a header name"),
            value.parse::<HeaderValue>().expect("a header value"),
        );
        client
    }

    /// A header that this caller sends.
    pub fn header(&self, name: &str) -> String {
        let value = self.headers.get(name).expect("a header");
        value.to_str().expect("a text").to_owned()
    }

    /// The same caller, signed in by an access token.
    pub fn bearer(&self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// Sends to a path of the API (`/me`), or of the server when it begins with `//` (`//healthz`).
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let answer = self.try_send(method, path, body).await;
        answer.expect("an answer")
    }

    /// [`send`](Self::send), where there may be no answer.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> reqwest::Result<Answer> {
        let url = match path.strip_prefix('/').filter(|rest| rest.starts_with('/')) {
            Some(path) => format!("{}{path}", self.url),
            None => format!("{}/api/v1{path}", self.url),
        };
        let mut request = self
            .http
            .request(method.clone(), url)
            .headers(self.headers.clone());
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = Self::try_answer(request).await?;
        refusals::note(&method, path, &answer);
        Ok(answer)
    }

    /// Sends bytes as they are.
    pub async fn send_raw(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Answer {
        let request = self
            .http
            .request(method.clone(), format!("{}/api/v1{path}", self.url))
            .headers(self.headers.clone())
            .header("content-type", content_type)
            .body(body);
        let answer = Self::answer(request).await;
        refusals::note(&method, path, &answer);
        answer
    }

    /// Sends a form to a path of the server.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields
            .iter()
            .fold(
                &mut Serializer::new(String::new()),
                |form, (name, value)| form.append_pair(name, value),
            )
            .finish();
        let request = self
            .http
            .post(format!("{}{path}", self.url))
            .headers(self.headers.clone())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        Self::answer(request).await
    }

    pub async fn sandbox_get(&self, path: &str) -> Answer {
        Self::answer(self.http.get(format!("{}{path}", self.sandbox_url))).await
    }

    pub async fn sandbox_post(&self, path: &str, body: Value) -> Answer {
        let request = self.http.post(format!("{}{path}", self.sandbox_url));
        Self::answer(request.json(&body)).await
    }

    /// Sends a form of the sandbox's pages.
    pub async fn sandbox_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let url = format!("{}{path}", self.sandbox_url);
        let encoded = reqwest::Url::parse_with_params(&url, fields).expect("a URL");
        let body = encoded.query().unwrap_or_default().to_string();
        let kind = "application/x-www-form-urlencoded";
        Self::answer(self.http.post(url).header("content-type", kind).body(body)).await
    }

    async fn answer(request: reqwest::RequestBuilder) -> Answer {
        Self::try_answer(request).await.expect("an answer")
    }

    async fn try_answer(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
        let response = request.send().await?;
        Ok(Answer {
            status: response.status(),
            headers: response.headers().clone(),
            bytes: response.bytes().await?.to_vec(),
        })
    }

    /// A captcha with its right answer.
    pub async fn solved_captcha(&self) -> Value {
        let captcha = self.post("/captchas", Value::Null).await.ok(201);
        let id = captcha["id"].as_str().expect("an id");
        let solution = self.sandbox_get(&format!("/captchas/{id}")).await.ok(200);
        json!({"id": id, "text": solution["text"]})
    }

    /// Asks for a code.
    pub async fn send_code(&self, phone: &str, purpose: &str) -> Answer {
        let captcha = self.solved_captcha().await;
        let body = json!({"phone": phone, "purpose": purpose, "captcha": captcha});
        self.post("/sms-codes", body).await
    }

    /// The messages a phone has had, newest first, once there are at least `count`.
    pub async fn messages(&self, phone: &str, count: usize) -> Vec<Value> {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
        for _ in 0..400 {
            looks.tick().await;
            let answer = self.sandbox_get(&format!("/inbox/sms?phone={phone}")).await;
            let messages = answer.ok(200).as_array().cloned().unwrap_or_default();
            if messages.len() >= count {
                return messages;
            }
        }
        panic!("{phone} has had fewer than {count} messages");
    }

    /// Asks for a code and reads it from the newest of `count` messages.
    pub async fn code(&self, phone: &str, purpose: &str, count: usize) -> String {
        self.send_code(phone, purpose).await.ok(202);
        self.newest_code(phone, count).await
    }

    /// The newest code among `count` messages, one that was not read before: messages on their way together arrive in any
    /// order, and one whose receipt was lost arrives again.
    pub async fn newest_code(&self, phone: &str, count: usize) -> String {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
        for _ in 0..400 {
            looks.tick().await;
            let messages = self.messages(phone, count).await;
            let code = messages.iter().find_map(|message| message["code"].as_str());
            let code = code.expect("a code");
            let read = format!("{} {phone} {code}", self.sandbox_url);
            if CODES_READ.lock().expect("no panic").insert(read) {
                return code.to_string();
            }
        }
        panic!("{phone} has had no new code");
    }

    /// What `POST /accounts` takes.
    pub fn registration(phone: &str, code: &str) -> Value {
        json!({
            "phone": phone,
            "nickname": "小明",
            "password": PASSWORD,
            "sms_code": code,
            "agreement": AGREEMENT,
        })
    }

    /// Registers a phone; answers the body of the 201.
    pub async fn register(&self, phone: &str) -> Value {
        let code = self.code(phone, "register", 1).await;
        self.post("/accounts", Self::registration(phone, &code))
            .await
            .ok(201)
    }

    /// Registers a phone; answers the person signed in.
    pub async fn registered(&self, phone: &str) -> Self {
        let created = self.register(phone).await;
        self.bearer(
            created["session"]["access_token"]
                .as_str()
                .expect("a token"),
        )
    }

    /// Signs in by password.
    pub async fn sign_in(&self, account: &str, password: &str) -> Answer {
        let body = json!({"method": "password", "account": account, "password": password});
        self.post("/sessions", body).await
    }

    /// Steps up by a code to the bound phone, of whose messages it is the `count`th; answers who may do one act.
    pub async fn stepped_up(&self, phone: &str, purpose: &str, count: usize) -> Self {
        let body = json!({"purpose": purpose});
        self.post("/me/step-ups/codes", body).await.ok(202);
        let code = self.newest_code(phone, count).await;
        let body = json!({"code": code, "purpose": purpose});
        let grant = self.post("/me/step-ups", body).await.ok(201);
        self.with(
            "x-step-up",
            grant["step_up_token"].as_str().expect("a token"),
        )
    }

    /// The mails an address has had, newest first, once there are at least `count`.
    pub async fn mails(&self, to: &str, count: usize) -> Vec<Value> {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
        for _ in 0..400 {
            looks.tick().await;
            let answer = self.sandbox_get(&format!("/inbox/mail?to={to}")).await;
            let mails = answer.ok(200).as_array().cloned().unwrap_or_default();
            if mails.len() >= count {
                return mails;
            }
        }
        panic!("{to} has had fewer than {count} mails");
    }

    /// The same person with a new session, when the old one's token has lapsed.
    pub async fn signed_in_again(&self, account: &str) -> Self {
        let session = self.sign_in(account, PASSWORD).await.ok(201);
        self.bearer(session["access_token"].as_str().expect("a token"))
    }

    /// A citizen of the sandbox.
    pub async fn citizen(&self, number: usize) -> Value {
        let answer = self
            .sandbox_get(&format!("/population?limit=1&offset={number}"))
            .await;
        answer.ok(200)[0].clone()
    }
}
