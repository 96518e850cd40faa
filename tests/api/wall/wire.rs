//! Byte by byte: heads, lengths, slowness.

use std::time::{Duration, Instant};

use renzheng_tests::{TestServer, phone};
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

/// Who is still sending hears why nobody wants it: the connection is not torn down under them.
#[tokio::test(flavor = "multi_thread")]
async fn who_sends_too_much_is_told_so() {
    let server = TestServer::start().await;
    let head =
        "POST /api/v1/sms-codes HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    let text = " ".repeat(8 << 20);
    let size = text.len();
    for body in [
        format!("content-length: {size}\r\n\r\n{text}"),
        format!("transfer-encoding: chunked\r\n\r\n{size:x}\r\n{text}\r\n0\r\n\r\n"),
    ] {
        let (heard, _) = say(&server, format!("{head}{body}").as_bytes()).await;
        assert!(heard.starts_with("HTTP/1.1 413 "), "{heard}");
    }
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
