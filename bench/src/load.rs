//! A fixed number of clients, each asking again as soon as it is answered.

use std::{
    future::Future,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

/// Answers per second of `clients` that ask until `round` is over. `ask` takes the number of the question.
pub async fn per_second<F, A>(
    clients: usize,
    round: Duration,
    ask: impl Fn(usize) -> F,
) -> anyhow::Result<f64>
where
    F: Future<Output = anyhow::Result<A>>,
{
    let (asked, answered) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let begun = Instant::now();
    let client = async || -> anyhow::Result<()> {
        while begun.elapsed() < round {
            ask(asked.fetch_add(1, Ordering::Relaxed)).await?;
            answered.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    };
    let clients: Vec<_> = (0..clients).map(|_| client()).collect();
    for ended in futures_util::future::join_all(clients).await {
        ended?;
    }
    Ok(answered.into_inner() as f64 / begun.elapsed().as_secs_f64())
}
