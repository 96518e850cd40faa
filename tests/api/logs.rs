//! The log tells what happened and nothing about whom: canaries planted in every field do not come up in it.

use std::{
    fs::File,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use renzheng_tests::{
    Client,
    process::{Process, free_port},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const PHONE: &str = "13987654321";
const NICKNAME: &str = "金丝雀昵称";
const PASSWORD: &str = "canary-password-four-words";
const EMAIL: &str = "canary.mailbox@example.com";
const RECIPIENT: &str = "金丝雀收件人";
const STREET: &str = "金丝雀路 77 号";

/// Takes traces as a collector does, and keeps them.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Value>>>);

impl Collector {
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let collector = self.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(collector.clone().take(connection));
            }
        });
        url
    }

    /// Reads requests with a length, one after the other, and thanks for each.
    async fn take(self, mut connection: TcpStream) {
        let mut bytes = Vec::new();
        while connection
            .read_buf(&mut bytes)
            .await
            .is_ok_and(|count| count > 0)
        {
            while let Some((body, end)) = body(&bytes) {
                let batch = serde_json::from_slice(&bytes[body..end]).expect("JSON");
                self.0.lock().expect("no panic").push(batch);
                bytes.drain(..end);
                let thanks = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                connection.write_all(thanks).await.expect("sent");
            }
        }
    }

    fn spans(&self) -> Vec<Value> {
        let batches = self.0.lock().expect("no panic");
        let mut spans = Vec::new();
        for batch in batches.iter() {
            for resource in batch["resourceSpans"].as_array().expect("resources") {
                for scope in resource["scopeSpans"].as_array().expect("scopes") {
                    spans.extend(scope["spans"].as_array().expect("spans").clone());
                }
            }
        }
        spans
    }
}

/// Where the body of the first request in `bytes` begins and ends, once it is there.
fn body(bytes: &[u8]) -> Option<(usize, usize)> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
    let length = text.split("content-length:").nth(1)?.lines().next()?;
    let end = head + length.trim().parse::<usize>().ok()?;
    (bytes.len() >= end).then_some((head, end))
}

async fn start(data: &Path, log: File, collector: String) -> Process {
    let data = data.to_path_buf();
    let started = tokio::task::spawn_blocking(move || {
        let variables = [
            ("RENZHENG_LOG", "debug"),
            ("RENZHENG_LOG_FORMAT", "json"),
            ("RENZHENG_OTLP_ENDPOINT", collector.as_str()),
        ];
        Process::logging(&data, free_port(), &variables, log)
    });
    started.await.expect("it starts")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_string()
}

/// Goes through what people do, and answers everything that is a secret or personal.
async fn live(client: &Client) -> Vec<String> {
    let mut canaries: Vec<String> = [PHONE, NICKNAME, PASSWORD, EMAIL, RECIPIENT, STREET]
        .map(String::from)
        .into();
    let captcha = client.solved_captcha().await;
    let body = json!({"phone": PHONE, "purpose": "register", "captcha": captcha});
    client.post("/sms-codes", body).await.ok(202);
    let code = text(&client.messages(PHONE, 1).await[0]["code"]);
    let mut body = Client::registration(PHONE, &code);
    body["nickname"] = NICKNAME.into();
    body["password"] = PASSWORD.into();
    let created = client.post("/accounts", body).await.ok(201);
    let session = &created["session"];
    let token = text(&session["access_token"]);
    canaries.extend([code, text(&session["refresh_token"]), token.clone()]);
    let person = client.bearer(&token);
    let citizen = client.citizen(7).await;
    let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
    canaries.extend([text(&citizen["name"]), text(&citizen["id_number"])]);
    person
        .post("/me/verifications/id-card", claim)
        .await
        .ok(201);
    let stepped = person.stepped_up(PHONE, "email", 2).await;
    let captcha = client.solved_captcha().await;
    let body = json!({"email": EMAIL, "captcha": captcha});
    stepped.put("/me/email", body).await.ok(202);
    let links = client.mails(EMAIL, 1).await[0]["links"].clone();
    canaries.push(
        text(&links[0])
            .rsplit('#')
            .next()
            .expect("a token")
            .to_string(),
    );
    let address = json!({
        "recipient": RECIPIENT, "phone": PHONE, "region_code": "350102", "detail": STREET,
        "postal_code": "350001", "is_default": true,
    });
    person.post("/me/addresses", address).await.ok(201);
    // Refusals are logged with more words.
    client
        .sign_in(PHONE, "canary-wrong-password")
        .await
        .problem(401, "invalid-credentials");
    canaries.push("canary-wrong-password".into());
    client
        .send_raw(
            reqwest::Method::POST,
            "/sessions",
            "application/json",
            b"{\"canary-body".to_vec(),
        )
        .await
        .problem(400, "malformed-request");
    canaries.push("canary-body".into());
    let body = json!({"refresh_token": session["refresh_token"]});
    client.post("/sessions/refresh", body.clone()).await.ok(200);
    client
        .post("/sessions/refresh", body)
        .await
        .problem(401, "refresh-token-replayed");
    canaries
}

// A62, C34
#[tokio::test(flavor = "multi_thread")]
async fn canaries_in_every_field_do_not_come_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log");
    let log = File::create(&path).expect("a log");
    let collector = Collector::default();
    let endpoint = collector.start().await;
    let mut server = start(&folder.path().join("data"), log, endpoint).await;
    let client = server.client().with("x-request-id", "canary-request");
    let canaries = live(&client).await;
    let trace = the_trace_of_a_verification(&collector).await;
    server.kill();
    assert!(
        trace.iter().any(|span| span["name"] == "upstream"),
        "{trace:?}"
    );
    let log = std::fs::read_to_string(&path).expect("a log");
    assert!(log.contains("canary-request"), "requests are told apart");
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).expect("every line is JSON");
        assert!(line["level"].is_string(), "{line}");
    }
    let spans: Vec<String> = collector.spans().iter().map(Value::to_string).collect();
    for canary in canaries {
        let mut said = log.lines().chain(spans.iter().map(String::as_str));
        let found = said.find(|line| line.contains(&canary));
        assert_eq!(found, None, "{canary}");
    }
}

/// Every span of the request that verified: from its id, through what it asked of others.
async fn the_trace_of_a_verification(collector: &Collector) -> Vec<Value> {
    for _ in 0..200 {
        let spans = collector.spans();
        let asked = spans.iter().find(|span| {
            let said = span["attributes"].to_string();
            span["name"] == "request"
                && said.contains("canary-request")
                && said.contains("/me/verifications/")
        });
        if let Some(asked) = asked {
            let of_it = spans
                .iter()
                .filter(|span| span["traceId"] == asked["traceId"]);
            return of_it.cloned().collect();
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no trace of the verification: {:?}", collector.spans());
}
