//! Many nodes on one PostgreSQL and Redis: what one does holds on all.

mod killed;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use renzheng::config::LimitProfile;
use renzheng_tests::{Client, TestServer, faults::Counted, phone};
use reqwest::Method;
use serde_json::{Value, json};

const NODES: usize = 3;

/// Three nodes with wide limits, where there are PostgreSQL and Redis.
async fn nodes() -> Option<TestServer> {
    let server = TestServer::many(NODES, |config| config.limits = LimitProfile::Relaxed).await;
    if server.is_none() {
        eprintln!("skipped: not the run for PostgreSQL and Redis");
    }
    server
}

fn statuses(answers: &[renzheng_tests::Answer], status: u16) -> usize {
    let of_it = answers.iter().filter(|answer| answer.status == status);
    of_it.count()
}

// A31, D13
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_has_ended_everywhere_within_a_second() {
    let Some(server) = nodes().await else { return };
    let created = server.client().register(&phone(1)).await;
    let token = created["session"]["access_token"]
        .as_str()
        .expect("a token");
    let people: Vec<Client> = (0..NODES)
        .map(|node| server.client_of(node).bearer(token))
        .collect();
    for person in &people {
        person.get("/me").await.ok(200);
    }
    people[0].delete("/sessions/current").await.ok(204);
    let ended = Instant::now();
    people[0].get("/me").await.problem(401, "unauthenticated");
    for person in &people[1..] {
        while person.get("/me").await.status == 200 {
            let waited = ended.elapsed();
            assert!(waited < Duration::from_millis(1100), "{waited:?}");
        }
        person.get("/me").await.problem(401, "unauthenticated");
    }
}

// A21, C5, D13
#[tokio::test(flavor = "multi_thread")]
async fn a_code_has_five_tries_and_one_use_among_all_nodes() {
    let Some(server) = nodes().await else { return };
    let client = server.client();
    let code = client.code(&phone(1), "register", 1).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let body = Client::registration(&phone(1), wrong);
    let guesses = join_all((0..30).map(|_| client.post("/accounts", body.clone()))).await;
    assert_eq!(statuses(&guesses, 422), 30);
    client
        .post("/accounts", Client::registration(&phone(1), &code))
        .await
        .problem(422, "code-invalid");

    let code = client.code(&phone(2), "register", 1).await;
    let body = Client::registration(&phone(2), &code);
    let tries = join_all((0..5).map(|_| client.post("/accounts", body.clone()))).await;
    assert_eq!(statuses(&tries, 201), 1);
    assert_eq!(
        statuses(&tries, 201) + statuses(&tries, 422) + statuses(&tries, 409),
        5
    );
}

// A12, C1, D13
#[tokio::test(flavor = "multi_thread")]
async fn limits_count_what_all_nodes_see() {
    let Some(server) = TestServer::many(NODES, |_| {}).await else {
        return;
    };
    let client = server.client();
    let number = phone(1);
    let sends = join_all((0..9).map(|_| client.send_code(&number, "register"))).await;
    assert_eq!(statuses(&sends, 202), 1);
    assert_eq!(statuses(&sends, 429), 8);
    assert_eq!(client.messages(&phone(1), 1).await.len(), 1);
}

// C13, D13
#[tokio::test(flavor = "multi_thread")]
async fn every_message_goes_out_once_whoever_sends_it() {
    let Some(server) = nodes().await else { return };
    let client = server.client();
    let phones: Vec<String> = (1..=60).map(phone).collect();
    let sends = phones
        .iter()
        .map(|phone| client.send_code(phone, "register"));
    let sends = join_all(sends).await;
    assert_eq!(statuses(&sends, 202), phones.len());
    for phone in &phones {
        assert_eq!(client.messages(phone, 1).await.len(), 1, "{phone}");
    }
    // Each node looks twice a second: whatever two of them both took shows by now.
    tokio::time::sleep(Duration::from_millis(600)).await;
    for phone in &phones {
        assert_eq!(client.messages(phone, 1).await.len(), 1, "{phone}");
    }
}

// C10, D13
#[tokio::test(flavor = "multi_thread")]
async fn a_qr_ticket_is_made_scanned_confirmed_and_used_on_different_nodes() {
    let Some(server) = nodes().await else { return };
    let created = server.client().register(&phone(1)).await;
    let token = created["session"]["access_token"]
        .as_str()
        .expect("a token");
    let person = |node| server.client_of(node).bearer(token);
    let ticket = server.client_of(0).post("/qr-logins", Value::Null).await;
    let ticket = ticket.ok(201);
    let path = format!("/qr-logins/{}", ticket["id"].as_str().expect("an id"));
    let scan = format!("{path}/scan");
    person(1).post(&scan, Value::Null).await.ok(200);
    let number = json!({"number": ticket["number"]});
    let confirm = format!("{path}/confirm");
    person(2).post(&confirm, number).await.ok(204);
    let body = json!({"method": "qr", "id": ticket["id"], "secret": ticket["secret"]});
    let clients: Vec<Client> = (0..NODES).map(|node| server.client_of(node)).collect();
    let tries = clients
        .iter()
        .map(|client| client.post("/sessions", body.clone()));
    assert_eq!(statuses(&join_all(tries).await, 201), 1);
}

// C14, D13
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_works_once_among_all_nodes() {
    let Some(server) = nodes().await else { return };
    let client = server.client();
    let session = client.register(&phone(1)).await["session"].clone();
    let body = json!({"refresh_token": session["refresh_token"]});
    let tries = (0..12).map(|_| client.post("/sessions/refresh", body.clone()));
    assert_eq!(statuses(&join_all(tries).await, 200), 1);
}

/// What callers see while something happens to the nodes.
struct Load {
    stop: Arc<AtomicBool>,
    passed: Arc<AtomicUsize>,
    callers: Vec<tokio::task::JoinHandle<Vec<String>>>,
}

impl Load {
    /// Callers that read and write through `client`, without trying anything twice.
    fn start(client: &Client, people: Vec<Client>) -> Self {
        let (stop, passed) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let callers = people.into_iter().map(|person| {
            let (stop, passed) = (Arc::clone(&stop), Arc::clone(&passed));
            let anybody = client.clone();
            tokio::spawn(async move {
                let mut failed = Vec::new();
                let mut turn = 0;
                while !stop.load(Ordering::Relaxed) {
                    turn += 1;
                    let name = json!({"nickname": format!("第{turn}次")});
                    let sent = match turn % 3 {
                        0 => person.try_send(Method::PATCH, "/me", Some(name)).await,
                        1 => person.try_send(Method::GET, "/me", None).await,
                        _ => anybody.try_send(Method::POST, "/captchas", None).await,
                    };
                    match sent {
                        Ok(answer) if answer.status.is_success() => {
                            passed.fetch_add(1, Ordering::Relaxed);
                        }
                        Ok(answer) => failed.push(answer.text()),
                        Err(error) => failed.push(format!("{error:?}")),
                    }
                }
                failed
            })
        });
        let callers = callers.collect();
        Self {
            stop,
            passed,
            callers,
        }
    }

    fn passed(&self) -> usize {
        self.passed.load(Ordering::Relaxed)
    }

    /// What failed.
    async fn end(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        let mut failed = Vec::new();
        for caller in self.callers {
            failed.extend(caller.await.expect("no panic"));
        }
        failed
    }
}

// D14
#[tokio::test(flavor = "multi_thread")]
async fn a_rolling_restart_fails_no_request() {
    let change = |config: &mut renzheng::config::Config| {
        config.limits = LimitProfile::Relaxed;
        config.drain_seconds = Some(1);
    };
    let Some(mut server) = TestServer::many(NODES, change).await else {
        return;
    };
    let client = server.client();
    let mut people = Vec::new();
    for number in 1..=4 {
        people.push(client.registered(&phone(number)).await);
    }
    let load = Load::start(&client, people);
    for node in 0..NODES {
        let before = load.passed();
        // What a load balancer does: it looks whether a node is ready, and leaves out one that is not.
        let probe = server.client_of(node);
        let app = server.node(node).app().clone();
        let stopping = server.stop_node_seen(node, async {
            while probe.get("//readyz").await.status == 200 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        stopping.await;
        assert!(app.is_draining());
        server.start_node(node).await;
        server.share();
        while load.passed() < before + 20 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    let passed = load.passed();
    let failed = load.end().await;
    assert!(
        failed.is_empty(),
        "{} of {passed}: {failed:?}",
        failed.len()
    );
    Counted::whole("D14 rolling restart", NODES, passed).hold("PostgreSQL, Redis");
}

// D14
#[tokio::test(flavor = "multi_thread")]
async fn a_draining_node_says_so_and_closes_its_connections() {
    let Some(server) = nodes().await else { return };
    let client = server.client_of(1);
    assert_eq!(client.get("//healthz").await.header("connection"), "");
    server.node(1).app().drain();
    let answer = client.get("//readyz").await;
    assert_eq!(answer.ok(503)["status"], "stopping");
    assert_eq!(answer.header("retry-after"), "1");
    let answer = client.post("/captchas", Value::Null).await;
    answer.ok(201);
    assert_eq!(answer.header("connection"), "close");
    server.client_of(2).get("//readyz").await.ok(200);
}

// A67
#[tokio::test(flavor = "multi_thread")]
async fn a_new_data_key_reaches_every_node_before_it_seals() {
    let Some(server) = nodes().await else { return };
    let person = server.client().registered(&phone(1)).await;
    renzheng::operate::keys::rotate_fields(&server.config)
        .await
        .expect("rotated");
    // Node 0 knows of it and seals with it; the others meet it in the database, and load it then.
    let app = server.node(0).app();
    renzheng::job::keys::run(app).await.expect("taken over");
    server.clock.advance(61);
    // Any node may take up what node 0 has sealed, and sends it at once.
    for number in 2..10 {
        server.client_of(0).register(&phone(number)).await;
    }
    for node in 0..NODES {
        let client = server.client_of(node);
        let begun = Instant::now();
        loop {
            let signed_in = client.sign_in(&phone(2), renzheng_tests::PASSWORD).await;
            if signed_in.status == 201 {
                break;
            }
            signed_in.problem(503, "unavailable");
            assert!(begun.elapsed() < Duration::from_secs(2));
        }
    }
    person.get("/me").await.ok(200);
}
