//! The service as a process, with people in it.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::Instant,
};

use anyhow::{Context, ensure};
use renzheng_tests::{Client, PASSWORD, phone, process::free_port};
use serde_json::{Value, json};

/// People who sign in by turns.
const PEOPLE: usize = 64;

pub struct Service {
    child: Child,
    client: Client,
    http: reqwest::Client,
    url: String,
    token: String,
    /// What `GET /me` answers.
    pub account: Value,
    next_phone: Mutex<u32>,
    _folder: tempfile::TempDir,
}

impl Service {
    pub async fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let (port, sandbox) = (free_port(), free_port());
        let program = std::env::current_exe()?.with_file_name("renzheng");
        let mut child = Command::new(program)
            .arg("serve")
            .env("RENZHENG_LISTEN", format!("127.0.0.1:{port}"))
            .env("RENZHENG_SANDBOX_LISTEN", format!("127.0.0.1:{sandbox}"))
            .env(
                "RENZHENG_METRICS_LISTEN",
                format!("127.0.0.1:{}", free_port()),
            )
            .env("RENZHENG_DATA_DIR", folder.path())
            .env("RENZHENG_LIMITS", "relaxed")
            .env("RENZHENG_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()?;
        let output = BufReader::new(child.stdout.take().context("its output")?);
        let ready = output
            .lines()
            .map_while(Result::ok)
            .any(|line| line.contains("ready"));
        ensure!(ready, "the service ended before it was ready");
        let url = format!("http://127.0.0.1:{port}");
        let client = Client::new(url.clone(), format!("http://127.0.0.1:{sandbox}"));
        println!("  registering {PEOPLE} people");
        let mut token = String::new();
        for number in 0..PEOPLE {
            let made = client.register(&phone(u32::try_from(number)?)).await;
            token = made["session"]["access_token"]
                .as_str()
                .context("a token")?
                .to_owned();
        }
        let account = client.bearer(&token).get("/me").await.ok(200);
        Ok(Self {
            child,
            client,
            http: reqwest::Client::new(),
            url,
            token,
            account,
            next_phone: Mutex::new(1_000),
            _folder: folder,
        })
    }

    pub async fn sign_in(&self, turn: usize) -> anyhow::Result<()> {
        let account = phone(u32::try_from(turn % PEOPLE)?);
        let body = json!({"method": "password", "account": account, "password": PASSWORD});
        let request = self.http.post(format!("{}/api/v1/sessions", self.url));
        let answer = request.json(&body).send().await?;
        ensure!(answer.status() == 201, "{}", answer.text().await?);
        answer.bytes().await?;
        Ok(())
    }

    pub async fn me(&self) -> anyhow::Result<()> {
        let request = self.http.get(format!("{}/api/v1/me", self.url));
        let answer = request.bearer_auth(&self.token).send().await?;
        ensure!(answer.status() == 200, "{}", answer.status());
        answer.bytes().await?;
        Ok(())
    }

    /// Challenges with their solutions: what a person has done before asking for a code.
    pub async fn solved_captchas(&self, count: usize) -> anyhow::Result<Vec<Value>> {
        let mut solved = Vec::with_capacity(count);
        for _ in 0..count {
            solved.push(self.client.solved_captcha().await);
        }
        Ok(solved)
    }

    /// Codes promised per second, one for each captcha, each to a phone of its own.
    pub async fn sms_codes_per_second(&self, captchas: Vec<Value>) -> anyhow::Result<f64> {
        let (all, captchas) = (captchas.len(), Mutex::new(captchas));
        let begun = Instant::now();
        let client = async || -> anyhow::Result<()> {
            loop {
                let captcha = captchas
                    .lock()
                    .map_err(|_| anyhow::anyhow!("poisoned"))?
                    .pop();
                let Some(captcha) = captcha else {
                    return Ok(());
                };
                let number = {
                    let mut next = self
                        .next_phone
                        .lock()
                        .map_err(|_| anyhow::anyhow!("poisoned"))?;
                    *next += 1;
                    *next
                };
                let body =
                    json!({"phone": phone(number), "purpose": "register", "captcha": captcha});
                let request = self.http.post(format!("{}/api/v1/sms-codes", self.url));
                let answer = request.json(&body).send().await?;
                ensure!(answer.status() == 202, "{}", answer.text().await?);
            }
        };
        let clients: Vec<_> = (0..super::CLIENTS).map(|_| client()).collect();
        for ended in futures_util::future::join_all(clients).await {
            ended?;
        }
        Ok(all as f64 / begun.elapsed().as_secs_f64())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
