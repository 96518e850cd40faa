//! An application that is told things: of sign-outs by the back channel, of people by webhook.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// Hears what it is told, and answers with these statuses in turn, the last for ever.
pub struct Listener {
    pub url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    pub async fn start(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!(
            "http://{}/backchannel",
            listener.local_addr().expect("an address")
        );
        let heard = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = Vec::new();
                let mut buffer = [0; 8192];
                loop {
                    let read = stream.read(&mut buffer).await.unwrap_or(0);
                    request.extend_from_slice(&buffer[..read]);
                    let text = String::from_utf8_lossy(&request);
                    let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
                        let length = head.lines().find_map(|line| {
                            line.to_ascii_lowercase()
                                .strip_prefix("content-length: ")
                                .map(str::to_string)
                        });
                        length.and_then(|length| length.parse::<usize>().ok()) == Some(body.len())
                    });
                    if read == 0 || whole {
                        break;
                    }
                }
                let count = {
                    let mut notes = notes.lock().expect("a lock");
                    notes.push(String::from_utf8_lossy(&request).into_owned());
                    notes.len()
                };
                let status = statuses[(count - 1).min(statuses.len() - 1)];
                let answer = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { url, heard }
    }

    /// How often it was told.
    pub fn count(&self) -> usize {
        self.heard.lock().expect("a lock").len()
    }

    /// The requests, once there are so many.
    pub async fn heard(&self, count: usize) -> Vec<String> {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(25));
        for _ in 0..400 {
            looks.tick().await;
            let heard = self.heard.lock().expect("a lock").clone();
            if heard.len() >= count {
                return heard;
            }
        }
        panic!("heard less than {count} times");
    }
}
