//! Connections do not wait for ever, and heads of requests are small: whoever opens many and says little ties up nothing.
//!
//! hyper has a time limit for heads, but poem offers no way to set it; so the stream below hyper keeps the time. It knows
//! three states: nothing is being said; a head has begun; a request was heard and is to be answered.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use poem::{
    Request,
    http::{header, uri::Scheme},
    listener::Acceptor,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep},
};

use super::problem::Draft;
use crate::config::ConnectionSettings;

/// The largest head of a request, as far as its headers and address go.
const LARGEST_HEAD: usize = 16 << 10;
/// How an HTTP/2 connection begins; its frames are not told apart here.
const HTTP2: &[u8] = b"PRI ";

/// Refuses a request whose address and headers are larger than [`LARGEST_HEAD`], and one that tells its length in two
/// ways (RFC 9112 §6.3): somebody in front of us may have believed the other one.
pub fn check_head(request: &Request) -> Result<(), Draft> {
    let headers = request.headers();
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if size + request.original_uri().to_string().len() > LARGEST_HEAD {
        return Err(Draft::of("header-too-large"));
    }
    if is_last(request) && headers.contains_key(header::CONTENT_LENGTH) {
        return Err(Draft::of("malformed-request"));
    }
    Ok(())
}

/// Whether the connection is not used again: after a body in chunks it is not, for hyper does not show a length that
/// comes behind.
pub fn is_last(request: &Request) -> bool {
    request.headers().contains_key(header::TRANSFER_ENCODING)
}

/// Accepts connections that keep to the times of `settings`.
pub struct Patient<A> {
    inner: A,
    settings: ConnectionSettings,
}

impl<A> Patient<A> {
    pub fn new(inner: A, settings: ConnectionSettings) -> Self {
        Self { inner, settings }
    }
}

impl<A: Acceptor> Acceptor for Patient<A> {
    type Io = Timed<A::Io>;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.inner.local_addr()
    }

    async fn accept(&mut self) -> io::Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        let (io, local, remote, scheme) = self.inner.accept().await?;
        Ok((Timed::new(io, self.settings.clone()), local, remote, scheme))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing is being said.
    Idle,
    /// A head has begun.
    Head,
    /// A request was heard: its body comes, or its answer is made.
    Asked,
}

/// A connection with an end to each of its waits.
pub struct Timed<T> {
    inner: T,
    settings: ConnectionSettings,
    state: State,
    end: Pin<Box<Sleep>>,
    /// How much of the blank line that ends a head was read, or of how HTTP/2 begins.
    line_ends: usize,
    first: Vec<u8>,
}

impl<T> Timed<T> {
    fn new(inner: T, settings: ConnectionSettings) -> Self {
        let end = Box::pin(tokio::time::sleep(settings.idle()));
        Self {
            inner,
            settings,
            state: State::Idle,
            end,
            line_ends: 0,
            first: Vec::with_capacity(HTTP2.len()),
        }
    }

    fn enter(&mut self, state: State) {
        let time: Duration = match state {
            State::Idle => self.settings.idle(),
            State::Head => self.settings.head(),
            State::Asked => self.settings.answer(),
        };
        self.state = state;
        self.end.as_mut().reset(Instant::now() + time);
    }

    fn heard(&mut self, bytes: &[u8]) {
        if self.first.len() < HTTP2.len() {
            let missing = HTTP2.len() - self.first.len();
            self.first.extend(bytes.iter().take(missing));
        }
        if bytes.is_empty() || self.state == State::Asked {
            return;
        }
        if self.state == State::Idle {
            self.line_ends = 0;
            self.enter(State::Head);
        }
        if self.first == HTTP2 || self.ends_head(bytes) {
            self.enter(State::Asked);
        }
    }

    /// Whether a blank line was read; a line may end with or without a carriage return.
    fn ends_head(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            match byte {
                b'\n' => self.line_ends += 1,
                b'\r' => {}
                _ => self.line_ends = 0,
            }
            if self.line_ends == 2 {
                return true;
            }
        }
        false
    }

    fn said(&mut self, bytes: &[u8]) {
        // "Go on" is no answer yet.
        if !bytes.starts_with(b"HTTP/1.1 100 ") {
            self.enter(State::Idle);
        }
    }

    /// An error once the time is up; else the task is woken then.
    fn in_time(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.end.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Timed<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        this.in_time(context)?;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.inner).poll_read(context, buffer))?;
        this.heard(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Timed<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        this.in_time(context)?;
        let written = ready!(Pin::new(&mut this.inner).poll_write(context, buffer))?;
        this.said(&buffer[..written]);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    fn connection() -> (tokio::io::DuplexStream, Timed<tokio::io::DuplexStream>) {
        let (caller, server) = duplex(1024);
        (caller, Timed::new(server, ConnectionSettings::default()))
    }

    async fn hear(bytes: &[u8]) -> State {
        let (mut caller, mut connection) = connection();
        for byte in bytes {
            caller.write_all(&[*byte]).await.expect("sent");
            connection.read_exact(&mut [0]).await.expect("heard");
        }
        connection.state
    }

    // C20
    #[tokio::test]
    async fn a_head_is_heard_byte_by_byte() {
        assert_eq!(hear(b"").await, State::Idle);
        assert_eq!(hear(b"GET / HTTP/1.1\r\nhost: x\r\n").await, State::Head);
        assert_eq!(
            hear(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await,
            State::Asked
        );
        assert_eq!(hear(b"GET / HTTP/1.1\nhost: x\n\n").await, State::Asked);
        assert_eq!(hear(b"PRI * HT").await, State::Asked);
    }

    // C20
    #[tokio::test]
    async fn an_answer_ends_the_wait_and_go_on_does_not() {
        let (mut caller, mut connection) = connection();
        caller
            .write_all(b"PUT / HTTP/1.1\r\n\r\n")
            .await
            .expect("sent");
        connection.read_exact(&mut [0; 18]).await.expect("heard");
        let going_on = b"HTTP/1.1 100 Continue\r\n\r\n";
        connection.write_all(going_on).await.expect("said");
        assert_eq!(connection.state, State::Asked);
        connection.write_all(b"HTTP/1.1 204 ").await.expect("said");
        assert_eq!(connection.state, State::Idle);
    }

    // C20
    #[tokio::test]
    async fn time_up_is_an_error() {
        let (_caller, mut connection) = connection();
        connection.end.as_mut().reset(Instant::now());
        let error = connection.read_u8().await.expect_err("too late");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
