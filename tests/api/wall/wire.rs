//! Byte by byte: heads, lengths, slowness; and the headers of every answer there is.

use std::time::{Duration, Instant};

use renzheng_tests::{
    Client, TestServer,
    description::{description, is_protocol, operations},
    phone,
};
use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

async fn connect(server: &TestServer) -> TcpStream {
    let address = server.url().replace("http://", "");
    TcpStream::connect(address).await.expect("connected")
}

/// Sends bytes as they are, and hears everything until the server hangs up or says no more.
async fn say(server: &TestServer, bytes: &[u8]) -> (String, bool) {
    let mut connection = connect(server).await;
    connection.write_all(bytes).await.expect("sent");
    let mut heard = Vec::new();
    let mut closed = false;
    while let Ok(read) = timeout(Duration::from_secs(1), connection.read_buf(&mut heard)).await {
        if !matches!(read, Ok(1..)) {
            closed = true;
            break;
        }
    }
    (String::from_utf8_lossy(&heard).into_owned(), closed)
}

/// Asks for a path as no client library would; the connection is to be closed after it.
pub async fn get(server: &TestServer, path: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    say(server, head.as_bytes()).await.0
}

fn answers(heard: &str) -> usize {
    heard.matches("HTTP/1.1 ").count()
}

// A59, C20
#[tokio::test(flavor = "multi_thread")]
async fn ambiguous_lengths_are_refused() {
    let server = TestServer::relaxed().await;
    let hidden = "GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let head =
        "POST /api/v1/sms-codes HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    for lengths in [
        "content-length: 4\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 4\r\n",
        "content-length: 4\r\nTransfer-Encoding:\tchunked\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: identity\r\n",
        "transfer-encoding: xchunked\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: x\r\n",
        "transfer-encoding : chunked\r\n",
        " transfer-encoding: chunked\r\n",
        "content-length: 4\r\ncontent-length: 5\r\n",
        "content-length: 4, 5\r\n",
        "content-length: +4\r\n",
        "content-length: -1\r\n",
        "content-length: 0x4\r\n",
        "content-length: 99999999999999999999\r\n",
        "x: y\r\n\tfolded: z\r\ncontent-length: 0\r\n",
        "x: a\rb\r\n",
        "x: a\0b\r\n",
        "x\r\n",
        ": x\r\n",
    ] {
        let request = format!("{head}{lengths}\r\n0\r\n\r\n{hidden}");
        let (heard, closed) = say(&server, request.as_bytes()).await;
        assert!(answers(&heard) <= 1, "{lengths:?}: {heard}");
        assert!(!heard.contains("\"openapi\""), "{lengths:?}");
        assert!(closed, "{lengths:?}: {heard}");
        assert!(
            heard.is_empty() || heard.starts_with("HTTP/1.1 400 "),
            "{lengths:?}: {heard}"
        );
    }
    for (line, status) in [
        ("GET  /api/v1/service HTTP/1.1", "400"),
        ("GET /api/v1/service", "400"),
        ("GET /api/v1/service HTTP/9.9", "400"),
        ("G\0T /api/v1/service HTTP/1.1", "400"),
        ("GET /api/v1/service HTTP/1.1", "200"),
    ] {
        let request = format!("{line}\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let (heard, _) = say(&server, request.as_bytes()).await;
        assert!(
            heard.starts_with(&format!("HTTP/1.1 {status} ")),
            "{line}: {heard}"
        );
    }
    // No host, two, or another one in the line.
    for head in [
        "GET /api/v1/service HTTP/1.1\r\n",
        "GET /api/v1/service HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n",
        "GET /api/v1/service HTTP/1.1\r\nhost: evil.example\r\nhost: localhost\r\n",
        "GET http://evil.example/api/v1/service HTTP/1.1\r\nhost: localhost\r\n",
    ] {
        let request = format!("{head}connection: close\r\n\r\n");
        let (heard, _) = say(&server, request.as_bytes()).await;
        let refused = ["HTTP/1.1 400 ", "HTTP/1.1 421 "];
        assert!(
            refused.iter().any(|start| heard.starts_with(start)),
            "{head}: {heard}"
        );
    }
}

// A2, A61, C20
#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_refused_at_once() {
    let server = TestServer::start().await;
    let begun = Instant::now();
    let chunk = format!("{:x}\r\n{}\r\n", 64 << 10, " ".repeat(64 << 10));
    let body = chunk.repeat(20);
    let head = "POST /api/v1/sms-codes HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                transfer-encoding: chunked\r\n\r\n";
    let mut connection = connect(&server).await;
    // It may hang up before it has heard all of it.
    let _ = connection
        .write_all(format!("{head}{body}0\r\n\r\n").as_bytes())
        .await;
    let mut heard = Vec::new();
    let _ = timeout(Duration::from_secs(5), connection.read_buf(&mut heard)).await;
    let heard = String::from_utf8_lossy(&heard).into_owned();
    assert!(heard.starts_with("HTTP/1.1 413 "), "{heard}");
    let client = server.client();
    let long = "x".repeat(17 << 10);
    client
        .with("x-filler", &long)
        .get("/service")
        .await
        .problem(431, "header-too-large");
    client
        .get(&format!("/service?{long}"))
        .await
        .problem(431, "header-too-large");
    let many: String = (0..300).map(|number| format!("x{number}: y\r\n")).collect();
    let request = format!("GET / HTTP/1.1\r\nhost: localhost\r\n{many}\r\n");
    let (heard, _) = say(&server, request.as_bytes()).await;
    assert!(heard.starts_with("HTTP/1.1 431 "), "{heard}");
    client
        .with("x-filler", &"x".repeat(8 << 10))
        .get("/service")
        .await
        .ok(200);
    // A password of a megabyte costs no hash.
    let answer = client.sign_in(&phone(1), &"x".repeat(1 << 20)).await;
    answer.problem(413, "body-too-large");
    assert!(
        begun.elapsed() < Duration::from_secs(8),
        "{:?}",
        begun.elapsed()
    );
}

/// Many connections that say little, in a head, in a body and between: others are served, and they are closed.
// A61, C20
#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_slowly_is_cut_off() {
    let server = TestServer::with(|config| {
        config.connections.head_seconds = 1;
        config.connections.answer_seconds = 2;
        config.connections.idle_seconds = 2;
    })
    .await;
    let mut slow = Vec::new();
    for number in 0..300 {
        let mut connection = connect(&server).await;
        let said: &[u8] = match number % 3 {
            0 => b"GET / HTTP/1.1\r\nhost: localhost\r\nx: ",
            1 => b"POST /api/v1/captchas HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{",
            _ => b"",
        };
        connection.write_all(said).await.expect("sent");
        slow.push(connection);
    }
    let client = server.client();
    for _ in 0..20 {
        let begun = Instant::now();
        client.get("/service").await.ok(200);
        assert!(
            begun.elapsed() < Duration::from_secs(1),
            "{:?}",
            begun.elapsed()
        );
    }
    let begun = Instant::now();
    for mut connection in slow {
        let mut heard = Vec::new();
        let end = timeout(Duration::from_secs(6), connection.read_to_end(&mut heard)).await;
        end.expect("hung up").ok();
        assert!(!String::from_utf8_lossy(&heard).contains(" 200 "));
    }
    assert!(
        begun.elapsed() < Duration::from_secs(6),
        "{:?}",
        begun.elapsed()
    );
    // Dripping a head does not help.
    let mut connection = connect(&server).await;
    let mut cut = false;
    let mut drips = tokio::time::interval(Duration::from_millis(100));
    for byte in b"GET / HTTP/1.1\r\nx: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy" {
        drips.tick().await;
        if connection.write_all(&[*byte]).await.is_err() {
            cut = true;
            break;
        }
    }
    assert!(cut, "a head took seconds");
}

// A10, A61
#[tokio::test(flavor = "multi_thread")]
async fn more_sign_ins_than_the_pool_holds_are_told_to_come_back() {
    let server = TestServer::single(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.password.threads = 1;
        config.password.queue = 2;
    })
    .await;
    let client = server.client();
    let tries = (0..60).map(|number| {
        let client = client.clone();
        async move { client.sign_in(&phone(number), "wrong wrong wrong").await }
    });
    let health = async {
        let mut slowest = Duration::ZERO;
        for _ in 0..20 {
            let begun = Instant::now();
            client.get("//healthz").await.ok(200);
            slowest = slowest.max(begun.elapsed());
        }
        slowest
    };
    let (answers, slowest) = tokio::join!(futures_util::future::join_all(tries), health);
    let busy = answers.iter().filter(|answer| answer.status == 503);
    let mut turned_away = 0;
    for answer in busy {
        answer.problem(503, "unavailable");
        assert_eq!(answer.header("retry-after"), "2");
        turned_away += 1;
    }
    let served = answers.iter().filter(|answer| answer.status == 401).count();
    assert!(turned_away > 0 && served > 0, "{turned_away} {served}");
    assert_eq!(turned_away + served, 60);
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
}

/// Every operation and every other path: answered or refused, the headers are there, TRACE and scripts of others are
/// not, and no method is served that is not described.
// A34, A35, A36, A37, A53, A70, C35
#[tokio::test(flavor = "multi_thread")]
async fn every_route_bears_the_headers() {
    let server = TestServer::with(|config| {
        config.limits = renzheng::config::LimitProfile::Relaxed;
        config.public_url = Some("https://id.example.cn".into());
    })
    .await;
    let client = server.client();
    let described = description();
    let mut paths: Vec<(String, Vec<String>)> = Vec::new();
    for (path, method, _) in operations(&described) {
        let base = if is_protocol(&path) { "/" } else { "" };
        let path = format!("{base}{path}");
        match paths.iter_mut().find(|(known, _)| *known == path) {
            Some((_, methods)) => methods.push(method),
            None => paths.push((path, vec![method])),
        }
    }
    assert!(paths.len() >= 80, "{}", paths.len());
    for root in [
        "//",
        "//docs",
        "//openapi.json",
        "//healthz",
        "//nothing",
        "//index.html",
    ] {
        paths.push((root.into(), vec!["get".into(), "head".into()]));
    }
    for (path, methods) in &paths {
        let called = path
            .replace("{id}", "01931b6e-9d60-4a43-8c1f-2f4b6a7d9e03")
            .replace("{client_id}", "app-unknown")
            .replace("{n}", "0")
            .replace("{side}", "front");
        for verb in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::TRACE,
        ] {
            let name = format!("{verb} {path}");
            let known = methods
                .iter()
                .any(|method| verb.as_str().eq_ignore_ascii_case(method));
            let answer = client.send(verb.clone(), &called, None).await;
            if verb == Method::TRACE || (!known && path.starts_with("/me")) {
                assert_eq!(answer.status, 405, "{name}");
            }
            // Pages are pages, however they are asked for.
            assert!(
                known || path.starts_with("//") || answer.status.is_client_error(),
                "{name}: {}",
                answer.status
            );
            assert_headers(&answer, &name);
            // A stream tells how far a ticket has got, and nothing else.
            let streams = answer
                .header("content-type")
                .starts_with("text/event-stream");
            if !path.starts_with("//") && !streams {
                assert_eq!(answer.header("cache-control"), "no-store", "{name}");
            }
        }
        for origin in [
            "https://evil.example",
            "null",
            "https://id.example.cn.evil.example",
        ] {
            let answer = client
                .with("origin", origin)
                .with("access-control-request-method", "POST")
                .send(Method::OPTIONS, &called, None)
                .await;
            let allowed = answer.header("access-control-allow-origin");
            assert_eq!(allowed, "", "{path} {origin}");
            assert_eq!(
                answer.header("access-control-allow-credentials"),
                "",
                "{path}"
            );
        }
    }
    signed_in_answers(&client).await;
}

fn assert_headers(answer: &renzheng_tests::Answer, name: &str) {
    let policy = answer.header("content-security-policy");
    for part in [
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "default-src 'none'",
    ] {
        assert!(policy.contains(part), "{name}: {policy}");
    }
    for part in policy.split(';') {
        let script = part.trim().starts_with("script-src");
        assert!(
            !script || !part.contains("'unsafe-inline'"),
            "{name}: {policy}"
        );
        assert!(
            !script || !part.contains("'unsafe-eval'"),
            "{name}: {policy}"
        );
    }
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{name}");
    assert_eq!(
        answer.header("cross-origin-opener-policy"),
        "same-origin",
        "{name}"
    );
    let age = answer.header("strict-transport-security");
    assert_eq!(age, "max-age=63072000; includeSubDomains", "{name}");
    for tell_tale in ["server", "x-powered-by"] {
        assert_eq!(answer.header(tell_tale), "", "{name}");
    }
}

async fn signed_in_answers(client: &Client) {
    let created = client.register(&phone(1)).await;
    let person = client.bearer(
        created["session"]["access_token"]
            .as_str()
            .expect("a token"),
    );
    for path in [
        "/me",
        "/me/activity",
        "/me/export",
        "/me/sessions",
        "/me/verifications",
    ] {
        let answer = person.get(path).await;
        answer.ok(200);
        assert_headers(&answer, path);
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

/// A planted cookie is nobody's session, and is replaced by a new one.
// A29, A33, C32
#[tokio::test(flavor = "multi_thread")]
async fn a_planted_session_is_not_taken_over() {
    let server = TestServer::relaxed().await;
    let client = server.client();
    client.register(&phone(1)).await;
    let browser = client.with("x-csrf", "1");
    let mine = browser.sign_in(&phone(1), renzheng_tests::PASSWORD).await;
    let attackers = renzheng_tests::relying_party::cookie(&mine);
    let victim = browser.with("cookie", &attackers);
    client.register(&phone(2)).await;
    let signed_in = victim.sign_in(&phone(2), renzheng_tests::PASSWORD).await;
    signed_in.ok(201);
    let own = renzheng_tests::relying_party::cookie(&signed_in);
    assert_ne!(own, attackers);
    let value = own.split_once('=').expect("a value").1;
    assert!(value.len() >= 43, "256 bits: {value}");
    let me = browser.with("cookie", &own).get("/me").await.ok(200);
    assert!(me["phone"].as_str().expect("a phone").ends_with("0002"));
    // A browser has one session: whoever planted theirs has lost it.
    let lost = browser.with("cookie", &attackers).get("/me").await;
    lost.problem(401, "unauthenticated");
    for planted in [
        "__Host-session=planted",
        "__Host-session=",
        "__Host-session=%00",
    ] {
        let refused = browser.with("cookie", planted).get("/me").await;
        refused.problem(401, "unauthenticated");
    }
    // A cookie alone, without the header that only our pages can set, changes nothing.
    let bare = client.with("cookie", &own);
    bare.patch("/me", json!({"nickname": "x"}))
        .await
        .problem(403, "cross-site-request");
    for method in [
        "x-http-method-override",
        "x-method-override",
        "x-http-method",
    ] {
        let answer = bare.with(method, "DELETE").get("/me").await.ok(200);
        assert_eq!(answer["nickname"], "小明");
    }
}
