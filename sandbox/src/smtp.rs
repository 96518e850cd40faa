//! A mail server that keeps what it gets: enough of SMTP (RFC 5321) for a real client to deliver.

use std::sync::Arc;

use mail_parser::MessageParser;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
};
use uuid::Uuid;

use crate::{State, inbox::Mail};

const LARGEST_MAIL: u64 = 1 << 20;

/// Takes mail until it is aborted.
pub async fn serve(listener: TcpListener, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let (read, write) = stream.into_split();
            if let Err(error) = converse(read, write, &state).await {
                tracing::debug!(%error, "SMTP");
            }
        });
    }
}

async fn converse(
    read: impl AsyncRead + Unpin,
    mut write: impl AsyncWrite + Unpin,
    state: &State,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(read.take(LARGEST_MAIL * 16));
    write.write_all(b"220 sandbox ESMTP\r\n").await?;
    let mut recipients: Vec<String> = Vec::new();
    let mut line = String::new();
    loop {
        line.clear();
        if lines.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                write
                    .write_all(b"250-sandbox\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
                    .await?
            }
            "RCPT" => {
                recipients.extend(address(&line));
                write.write_all(b"250 OK\r\n").await?;
            }
            "DATA" => {
                write.write_all(b"354 Go on\r\n").await?;
                let mail = read_data(&mut lines).await?;
                keep(state, &mail, &recipients);
                recipients.clear();
                write.write_all(b"250 Taken\r\n").await?;
            }
            "QUIT" => {
                write.write_all(b"221 Bye\r\n").await?;
                return Ok(());
            }
            "HELO" | "MAIL" | "RSET" | "NOOP" => write.write_all(b"250 OK\r\n").await?,
            _ => write.write_all(b"502 Not here\r\n").await?,
        }
    }
}

/// `RCPT TO:<someone@example.org>`
fn address(line: &str) -> Option<String> {
    let (_, rest) = line.split_once('<')?;
    let (address, _) = rest.split_once('>')?;
    Some(address.to_string())
}

/// The mail up to the line with a dot alone; doubled dots are undone.
async fn read_data(lines: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<Vec<u8>> {
    let mut mail = Vec::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line).await? == 0 || line == b".\r\n" {
            return Ok(mail);
        }
        mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

fn keep(state: &State, mail: &[u8], recipients: &[String]) {
    let Some(parsed) = MessageParser::default().parse(mail) else {
        return;
    };
    let text = parsed.body_text(0).unwrap_or_default().into_owned();
    let html = parsed.body_html(0).unwrap_or_default().into_owned();
    let links = text
        .split_whitespace()
        .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
        .map(str::to_string)
        .collect::<Vec<_>>();
    for to in recipients {
        let reference = parsed.message_id().map(|id| format!("{id} {to}"));
        state.mail.put(
            reference.as_deref(),
            Mail {
                id: Uuid::new_v4(),
                to: to.clone(),
                subject: parsed.subject().unwrap_or_default().into(),
                text: text.clone(),
                html: html.clone(),
                links: links.clone(),
                at: state.now(),
            },
        );
    }
}
