//! The service as a process, with people in it.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use renzheng_tests::{Client, PASSWORD, phone, process::free_port};
use serde_json::{Value, json};

/// What a service stands on, if not on SQLite in a folder of its own.
#[derive(Clone, Default)]
pub struct Setup {
    /// Who register before anything is measured.
    pub people: usize,
    pub database: Option<String>,
    pub redis: Option<String>,
    /// What passwords are hashed by.
    pub engine: Option<String>,
    /// The address that people see, if not its own.
    pub public_url: Option<String>,
    /// A folder that is there already.
    pub folder: Option<Arc<tempfile::TempDir>>,
}

impl Setup {
    pub fn people(people: usize) -> Self {
        Self {
            people,
            ..Self::default()
        }
    }
}

pub struct Service {
    child: Child,
    pub client: Client,
    pub http: reqwest::Client,
    pub url: String,
    metrics: String,
    token: String,
    people: usize,
    /// What `GET /me` answers.
    pub account: Value,
    pub folder: Arc<tempfile::TempDir>,
}

/// The program beside this one.
pub fn program() -> anyhow::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("renzheng"))
}

/// The web pages, where they are built.
pub fn pages() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../frontend/dist");
    folder.join("index.html").is_file().then_some(folder)
}

impl Service {
    pub async fn start(setup: Setup) -> anyhow::Result<Self> {
        let (mut service, _) = Self::launch(&setup)?;
        if setup.people > 0 {
            println!("  registering {} people", setup.people);
            for number in 0..setup.people {
                let made = service
                    .client
                    .register(&phone(u32::try_from(number)?))
                    .await;
                let token = made["session"]["access_token"].as_str();
                service.token = token.context("a token")?.to_owned();
            }
            let me = service.client.bearer(&service.token).get("/me").await;
            service.account = me.ok(200);
        }
        Ok(service)
    }

    /// Starts it without people; answers how long it took until it was ready.
    pub fn launch(setup: &Setup) -> anyhow::Result<(Self, Duration)> {
        let folder = match &setup.folder {
            Some(folder) => Arc::clone(folder),
            None => Arc::new(tempfile::tempdir()?),
        };
        let (port, sandbox, metrics) = (free_port(), free_port(), free_port());
        let mut command = Command::new(program()?);
        command
            .arg("serve")
            .env("RENZHENG_LISTEN", format!("127.0.0.1:{port}"))
            .env("RENZHENG_SANDBOX_LISTEN", format!("127.0.0.1:{sandbox}"))
            .env("RENZHENG_METRICS_LISTEN", format!("127.0.0.1:{metrics}"))
            .env("RENZHENG_DATA_DIR", folder.path())
            .env("RENZHENG_LIMITS", "relaxed");
        if let Some(pages) = pages() {
            command.env("RENZHENG_SPA_DIR", pages);
        }
        for (name, value) in [
            ("RENZHENG_DATABASE_URL", &setup.database),
            ("RENZHENG_REDIS_URL", &setup.redis),
            ("RENZHENG_PASSWORD__ENGINE", &setup.engine),
            ("RENZHENG_PUBLIC_URL", &setup.public_url),
        ] {
            command.envs(value.as_ref().map(|value| (name, value)));
        }
        let begun = Instant::now();
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = BufReader::new(child.stdout.take().context("its output")?);
        let ready = output
            .lines()
            .map_while(Result::ok)
            .any(|line| line.contains("ready"));
        let took = begun.elapsed();
        ensure!(ready, "the service ended before it was ready");
        let url = format!("http://127.0.0.1:{port}");
        let service = Self {
            child,
            client: Client::new(url.clone(), format!("http://127.0.0.1:{sandbox}")),
            http: reqwest::Client::new(),
            url,
            metrics: format!("http://127.0.0.1:{metrics}/metrics"),
            token: String::new(),
            people: setup.people,
            account: Value::Null,
            folder,
        };
        Ok((service, took))
    }

    pub async fn sign_in(&self, turn: usize) -> anyhow::Result<Value> {
        let account = phone(u32::try_from(turn % self.people)?);
        let body = json!({"method": "password", "account": account, "password": PASSWORD});
        let request = self.http.post(format!("{}/api/v1/sessions", self.url));
        let answer = request.json(&body).send().await?;
        ensure!(answer.status() == 201, "{}", answer.text().await?);
        Ok(answer.json().await?)
    }

    pub async fn me(&self) -> anyhow::Result<()> {
        self.me_at(&self.url).await
    }

    /// `GET /me` at another node.
    pub async fn me_at(&self, url: &str) -> anyhow::Result<()> {
        let request = self.http.get(format!("{url}/api/v1/me"));
        let answer = request.bearer_auth(&self.token).send().await?;
        ensure!(answer.status() == 200, "{}", answer.status());
        answer.bytes().await?;
        Ok(())
    }

    /// Challenges with their solutions: what a person has done before asking for a code.
    pub async fn solved_captchas(&self, count: usize) -> Vec<Value> {
        let mut solved = Vec::with_capacity(count);
        for _ in 0..count {
            solved.push(self.client.solved_captcha().await);
        }
        solved
    }

    /// What the service counts, as text.
    pub async fn metrics(&self) -> anyhow::Result<String> {
        Ok(self.http.get(&self.metrics).send().await?.text().await?)
    }

    /// A line of `/proc/<pid>/status` that is in kB, in MiB: `VmRSS`, `VmHWM`.
    pub fn memory(&self, line: &str) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let found = status
            .lines()
            .find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
        let kilobytes = found.and_then(|rest| rest.trim().strip_suffix(" kB"));
        let kilobytes: f64 = kilobytes.context("its memory")?.parse()?;
        Ok(kilobytes / 1024.0)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
