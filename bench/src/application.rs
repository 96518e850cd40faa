//! An application that people sign in to.

use std::process::Command;

use anyhow::{Context, ensure};
use renzheng_tests::{
    Client, phone,
    relying_party::{Person, REDIRECT_URI, RelyingParty, VERIFIER, cookie},
};
use serde_json::Value;

use crate::service::{Service, program};

pub struct Application {
    party: RelyingParty,
    http: reqwest::Client,
    url: String,
}

impl Application {
    /// Registers it as an operator does, while the service runs.
    pub fn register(service: &Service) -> anyhow::Result<Self> {
        let output = Command::new(program()?)
            .args(["client", "add", "--name", "bench"])
            .args(["--redirect-uri", REDIRECT_URI])
            .args(["--scope", "openid profile offline_access reports"])
            .args(["--grant", "code", "--grant", "refresh"])
            .args(["--grant", "client-credentials"])
            .env("RENZHENG_DATA_DIR", service.folder.path())
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let field = |name: &str| {
            let found = said.lines().find_map(|line| line.strip_prefix(name));
            found
                .map(|value| value.trim().to_owned())
                .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())
        };
        let party = RelyingParty {
            id: field("client_id:")?,
            secret: Some(field("client_secret:")?),
            webhook_secret: None,
            redirect_uri: REDIRECT_URI.into(),
            client: service.client.clone(),
            issuer: service.url.clone(),
        };
        Ok(Self {
            party,
            http: service.http.clone(),
            url: service.url.clone(),
        })
    }

    /// Somebody new, signed in, in a browser.
    pub async fn person(&self, number: u32) -> Person {
        let phone = phone(900 + number);
        let browser = self.party.client.with("x-csrf", "1");
        let code = browser.code(&phone, "register", 1).await;
        let made = browser.post("/accounts", Client::registration(&phone, &code));
        let made = made.await;
        made.ok(201);
        Person {
            browser: browser.with("cookie", &cookie(&made)),
        }
    }

    /// A code for a person who agrees.
    pub async fn code(&self, person: &Person, scope: &str) -> anyhow::Result<String> {
        let mut returned = person.agree(&self.party.request(scope)).await;
        returned.remove("code").context("a code")
    }

    pub async fn tokens(&self, person: &Person, scope: &str) -> anyhow::Result<Value> {
        let code = self.code(person, scope).await?;
        self.redeem(&code).await
    }

    pub async fn redeem(&self, code: &str) -> anyhow::Result<Value> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.party.redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        self.post("token", &form).await
    }

    pub async fn for_itself(&self) -> anyhow::Result<Value> {
        self.post("token", &[("grant_type", "client_credentials")])
            .await
    }

    pub async fn introspect(&self, token: &str) -> anyhow::Result<Value> {
        self.post("introspect", &[("token", token)]).await
    }

    pub async fn userinfo(&self, token: &str) -> anyhow::Result<Value> {
        let request = self.http.get(format!("{}/oauth2/userinfo", self.url));
        let answer = request.bearer_auth(token).send().await?;
        ensure!(answer.status() == 200, "{}", answer.text().await?);
        Ok(answer.json().await?)
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> anyhow::Result<Value> {
        let url = reqwest::Url::parse_with_params(&self.url, form)?;
        let request = self
            .http
            .post(format!("{}/oauth2/{path}", self.url))
            .basic_auth(&self.party.id, self.party.secret.as_ref())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(url.query().unwrap_or_default().to_owned());
        let answer = request.send().await?;
        ensure!(answer.status() == 200, "{}", answer.text().await?);
        Ok(answer.json().await?)
    }
}
