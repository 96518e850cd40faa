//! A fixed number of clients, each asking again as soon as it is answered.

use std::{
    future::Future,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures_util::future::{join_all, try_join_all};

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
    for ended in join_all(clients).await {
        ended?;
    }
    Ok(answered.into_inner() as f64 / begun.elapsed().as_secs_f64())
}

/// Answers per second when each of `all` is asked once, by `clients` at a time.
pub async fn each_once<T, F, A>(
    clients: usize,
    all: Vec<T>,
    ask: impl Fn(T) -> F,
) -> anyhow::Result<f64>
where
    F: Future<Output = anyhow::Result<A>>,
{
    let (many, all) = (all.len(), std::sync::Mutex::new(all));
    let next = || all.lock().ok().and_then(|mut all| all.pop());
    let begun = Instant::now();
    let client = async || -> anyhow::Result<()> {
        while let Some(one) = next() {
            ask(one).await?;
        }
        Ok(())
    };
    try_join_all((0..clients).map(|_| client())).await?;
    Ok(many as f64 / begun.elapsed().as_secs_f64())
}

/// The 99th percentile of how long (ms) one client waits that asks every few milliseconds.
pub async fn p99<F, A>(round: Duration, ask: impl Fn() -> F) -> anyhow::Result<f64>
where
    F: Future<Output = anyhow::Result<A>>,
{
    let begun = Instant::now();
    let mut ticks = tokio::time::interval(Duration::from_millis(5));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut times = Vec::new();
    while begun.elapsed() < round {
        ticks.tick().await;
        let asked = Instant::now();
        ask().await?;
        times.push(asked.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(percentile(&mut times, 0.99))
}

pub fn percentile(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let index = (times.len() as f64 * share) as usize;
    times.get(index).copied().unwrap_or_default()
}

/// Clients that ask until it is over.
pub async fn until<F, A>(
    clients: usize,
    over: &AtomicBool,
    ask: impl Fn(usize) -> F,
) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<A>>,
{
    let asked = AtomicUsize::new(0);
    let client = async || -> anyhow::Result<()> {
        while !over.load(Ordering::Relaxed) {
            ask(asked.fetch_add(1, Ordering::Relaxed)).await?;
        }
        Ok(())
    };
    try_join_all((0..clients).map(|_| client())).await?;
    Ok(())
}
