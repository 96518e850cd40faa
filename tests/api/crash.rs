//! `kill -9` in the middle of registrations: what was answered is kept, what was promised is sent, once.

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use renzheng_tests::{
    AGREEMENT, PASSWORD,
    faults::{Counted, times},
    gateway, phone,
    process::Process,
};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

const WORKERS: usize = 6;

/// What the server has answered so far.
#[derive(Default)]
struct Answered {
    /// Phones to which a message was promised (202).
    promised: Mutex<Vec<String>>,
    /// Phones that were registered (201).
    registered: Mutex<Vec<String>>,
    next: AtomicU32,
}

async fn start(data: &Path, gateway: &str) -> Process {
    let (data, endpoint) = (data.to_path_buf(), format!("{gateway}/aliyun/"));
    tokio::task::spawn_blocking(move || {
        Process::with(
            &data,
            renzheng_tests::process::free_port(),
            &[
                ("RENZHENG_ALIYUN__SMS_ENDPOINT", endpoint.as_str()),
                ("RENZHENG_ALIYUN__CLOUDAUTH_ENDPOINT", endpoint.as_str()),
                ("RENZHENG_ALIYUN__ACCESS_KEY_ID", gateway::KEY_ID),
                ("RENZHENG_ALIYUN__ACCESS_KEY_SECRET", gateway::KEY_SECRET),
            ],
        )
    })
    .await
    .expect("the server starts")
}

/// Registers people until the server is gone.
async fn register_people(
    http: reqwest::Client,
    url: String,
    captchas: String,
    gateway: String,
    answered: Arc<Answered>,
) {
    while register_one(&http, &url, &captchas, &gateway, &answered)
        .await
        .is_some()
    {}
}

/// `None` when the server did not answer.
async fn register_one(
    http: &reqwest::Client,
    url: &str,
    captchas: &str,
    gateway: &str,
    answered: &Answered,
) -> Option<()> {
    let mine = phone(answered.next.fetch_add(1, Ordering::Relaxed));
    let post = async |path: &str, body: Value| -> Option<(u16, Value)> {
        let request = http.post(format!("{url}/api/v1{path}")).json(&body);
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        Some((status, response.json().await.unwrap_or(Value::Null)))
    };
    let (_, captcha) = post("/captchas", Value::Null).await?;
    let id = captcha["id"].as_str()?;
    let solution: Value = http
        .get(format!("{captchas}/captchas/{id}"))
        .send()
        .await
        .ok()?
        .json()
        .await
        .ok()?;
    let captcha = json!({"id": id, "text": solution["text"]});
    let body = json!({"phone": mine, "purpose": "register", "captcha": captcha});
    let (status, answer) = post("/sms-codes", body).await?;
    assert_eq!(status, 202, "{answer}");
    answered
        .promised
        .lock()
        .expect("no panics")
        .push(mine.clone());
    let code = loop {
        let messages = inbox(http, gateway, &mine).await;
        if let Some(message) = messages.first() {
            break message["code"].clone();
        }
        // Alive, or the message will not come before the restart.
        http.get(format!("{url}/healthz")).send().await.ok()?;
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let body = json!({
        "phone": mine, "nickname": "小明", "password": PASSWORD,
        "sms_code": code, "agreement": AGREEMENT,
    });
    let (status, answer) = post("/accounts", body).await?;
    match status {
        201 => answered.registered.lock().expect("no panics").push(mine),
        503 => {}
        _ => panic!("{status} {answer}"),
    }
    Some(())
}

async fn inbox(http: &reqwest::Client, gateway: &str, phone: &str) -> Vec<Value> {
    let request = http.get(format!("{gateway}/inbox/sms?phone={phone}"));
    let answer: Value = request
        .send()
        .await
        .expect("the gateway")
        .json()
        .await
        .expect("JSON");
    answer.as_array().cloned().unwrap_or_default()
}

// D1, D23
#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_survives_kill_9() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let (gateway, _served) = gateway::start().await;
    let http = reqwest::Client::new();
    let answered = Arc::new(Answered::default());
    let kills = times("TEST_KILLS", 5);
    for round in 0..kills {
        let mut server = start(&data, &gateway).await;
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| {
                tokio::spawn(register_people(
                    http.clone(),
                    server.url.clone(),
                    server.sandbox_url.clone(),
                    gateway.clone(),
                    Arc::clone(&answered),
                ))
            })
            .collect();
        // Killed once it is well under way: at another point of the work each time.
        let enough = answered.registered.lock().expect("no panics").len() + 3 + round % 5;
        while answered.registered.lock().expect("no panics").len() < enough {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server.kill();
        for worker in workers {
            worker.await.expect("no refusal but the end");
        }
    }

    let server = start(&data, &gateway).await;
    let registered = answered.registered.lock().expect("no panics").clone();
    assert!(registered.len() >= kills * 3, "{}", registered.len());
    for account in &registered {
        let body = json!({"method": "password", "account": account, "password": PASSWORD});
        let request = http
            .post(format!("{}/api/v1/sessions", server.url))
            .json(&body);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 201, "{account} is lost");
    }
    let promised = answered.promised.lock().expect("no panics").clone();
    let mut sent: HashMap<String, usize> = HashMap::new();
    for account in &promised {
        let mut looks = 0;
        let messages = loop {
            let messages: Vec<Value> = inbox(&http, &gateway, account)
                .await
                .into_iter()
                .filter(|message| message["code"].is_string())
                .collect();
            looks += 1;
            // A message that was being sent when the server died waits for its lease to end.
            if !messages.is_empty() || looks > 1000 {
                break messages;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        };
        sent.insert(account.clone(), messages.len());
    }
    let lost: Vec<_> = sent.iter().filter(|(_, count)| **count == 0).collect();
    let doubled: Vec<_> = sent.iter().filter(|(_, count)| **count > 1).collect();
    drop(server);

    let url = format!("sqlite://{}", data.join("renzheng.db").display());
    let database = sea_orm::Database::connect(url).await.expect("the file");
    let check = Statement::from_string(database.get_database_backend(), "PRAGMA integrity_check");
    let row = database
        .query_one_raw(check)
        .await
        .expect("an answer")
        .expect("a row");
    let verdict: String = row.try_get_by_index(0).expect("a text");
    assert_eq!(verdict, "ok");
    let counted = Counted {
        fault: "D1 `kill -9` of the server",
        injected: kills,
        acknowledged: registered.len() + promised.len(),
        lost: lost.len(),
        duplicated: doubled.len(),
    };
    counted.hold("SQLite");
}
