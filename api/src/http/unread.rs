//! What is left of a body once the answer is made. It is read off: who is still sending would not hear the answer, and
//! the connection could not be used again.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use poem::Body;
use tokio::io::AsyncReadExt;

/// How many bytes are read off, and for how long. Whoever sends more, or more slowly, has to do without the answer.
const LARGEST_REST: u64 = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(5);

/// One body twice: to be read, and to be read off what that left of it.
pub fn lend(body: Body) -> (Body, Body) {
    let stream = Arc::new(Mutex::new(body.into_bytes_stream().boxed()));
    (share(Arc::clone(&stream)), share(stream))
}

fn share(stream: Arc<Mutex<BoxStream<'static, io::Result<Bytes>>>>) -> Body {
    Body::from_bytes_stream(stream::poll_fn(move |context| {
        let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
        stream.poll_next_unpin(context)
    }))
}

pub async fn read_off(body: Body) {
    let mut rest = body.into_async_read().take(LARGEST_REST);
    let read = async { tokio::io::copy(&mut rest, &mut tokio::io::sink()).await };
    // A client that went away, or was too slow, hears nothing either way.
    let _ = tokio::time::timeout(PATIENCE, read).await;
}
