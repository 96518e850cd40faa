//! HTTP/2 by prior knowledge: what clients are known to do to it ends the connection, and nobody else notices.

use renzheng_tests::TestServer;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Duration, timeout},
};

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// `GET / http localhost` in HPACK's static table, the name spelled out.
const REQUEST: &[u8] = b"\x82\x86\x84\x41\x09localhost";

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

async fn connect(server: &TestServer) -> TcpStream {
    let address = server.url().replace("http://", "");
    let mut connection = TcpStream::connect(address).await.expect("connected");
    let mut hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    hello.extend(frame(SETTINGS, 0, 0, &[]));
    connection.write_all(&hello).await.expect("sent");
    connection
}

/// Whether the server ends the connection: GOAWAY with an error, or closed.
async fn is_ended(connection: &mut TcpStream) -> bool {
    let mut heard = Vec::new();
    let ended = timeout(Duration::from_secs(10), async {
        loop {
            match connection.read_buf(&mut heard).await {
                Ok(0) | Err(_) => return true,
                Ok(_) => {}
            }
            let mut rest = heard.as_slice();
            while rest.len() >= 9 {
                let length = usize::from(rest[1]) << 8 | usize::from(rest[2]);
                if rest.len() < 9 + length {
                    break;
                }
                if rest[3] == GOAWAY && rest[13..17] != [0; 4] {
                    return true;
                }
                rest = &rest[9 + length..];
            }
        }
    });
    ended.await.unwrap_or(false)
}

// C21
#[tokio::test(flavor = "multi_thread")]
async fn streams_that_are_reset_at_once_end_the_connection() {
    let server = TestServer::start().await;
    let mut connection = connect(&server).await;
    let mut flood = Vec::new();
    for number in 0..2000 {
        let stream = 2 * number + 1;
        flood.extend(frame(HEADERS, END_STREAM | END_HEADERS, stream, REQUEST));
        flood.extend(frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()));
    }
    // The server may have hung up before it has heard all of it.
    let _ = connection.write_all(&flood).await;
    assert!(is_ended(&mut connection).await);
    server.client().get("/service").await.ok(200);
}

// C21
#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_goes_on_and_on_ends_the_connection() {
    let server = TestServer::start().await;
    let mut connection = connect(&server).await;
    let mut flood = frame(HEADERS, 0, 1, REQUEST);
    let filler = [b"\x00\x01a\x7f\x81\x07".as_slice(), &[b'x'; 262]].concat();
    for _ in 0..4000 {
        flood.extend(frame(CONTINUATION, 0, 1, &filler));
    }
    let _ = connection.write_all(&flood).await;
    assert!(is_ended(&mut connection).await);
    server.client().get("/service").await.ok(200);
}

/// 10,000 requests whose bodies never end: no more than the agreed number is taken, and others are served.
// C21
#[tokio::test(flavor = "multi_thread")]
async fn streams_are_bounded() {
    let server = TestServer::start().await;
    let mut connection = connect(&server).await;
    let mut flood = Vec::new();
    for number in 0..10_000_u32 {
        flood.extend(frame(HEADERS, END_HEADERS, 2 * number + 1, REQUEST));
    }
    let (mut reads, mut writes) = connection.split();
    let send = async {
        let _ = writes.write_all(&flood).await;
    };
    let listen = async {
        let (mut refused, mut heard) = (0, Vec::new());
        while let Ok(Ok(1..)) = timeout(Duration::from_secs(2), reads.read_buf(&mut heard)).await {
            while heard.len() >= 9 {
                let end = 9 + (usize::from(heard[1]) << 8 | usize::from(heard[2]));
                if heard.len() < end {
                    break;
                }
                // REFUSED_STREAM, or the end of all.
                if heard[3] == RST_STREAM && heard[9..13] == 7_u32.to_be_bytes() {
                    refused += 1;
                }
                if heard[3] == GOAWAY {
                    return true;
                }
                heard.drain(..end);
            }
            if refused > 100 {
                return true;
            }
        }
        refused > 100
    };
    let (bounded, ()) = tokio::join!(listen, send);
    assert!(bounded);
    server.client().get("/service").await.ok(200);
}
