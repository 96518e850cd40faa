//! P17: how long one request holds a thread up that others wait for.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use anyhow::Context;
use futures_util::future::try_join3;

use crate::{
    load,
    report::{Goal, Row},
    service::{Service, Setup},
};

const LOAD: Duration = Duration::from_secs(20);
const PEOPLE: usize = 16;

/// Under sign-ins, looks and new captchas at once.
pub async fn longest() -> anyhow::Result<Vec<Row>> {
    let service = Service::start(Setup::people(PEOPLE)).await?;
    let before = Polls::read(&service.metrics().await?)?;
    let over = AtomicBool::new(false);
    let ending = async {
        tokio::time::sleep(LOAD).await;
        over.store(true, Ordering::Relaxed);
        Ok(())
    };
    let mixed = async |turn: usize| -> anyhow::Result<()> {
        match turn % 20 {
            0 => service.sign_in(turn / 20).await.map(drop),
            1 => {
                let captcha = service.client.post("/captchas", serde_json::Value::Null);
                captcha.await.ok(201);
                Ok(())
            }
            _ => service.me().await,
        }
    };
    try_join3(
        load::until(4, &over, |turn| service.sign_in(turn)),
        load::until(8, &over, mixed),
        ending,
    )
    .await?;
    let polls = Polls::read(&service.metrics().await?)?.since(&before);
    let mut row = Row::bounded(
        "P17",
        "longest poll of a request, p99.9, under mixed load",
        "ms",
        Goal::Most(5.0),
    );
    row.measured(polls.at_most(0.999));
    Ok(vec![row])
}

/// A histogram: how many polls took at most so many milliseconds.
struct Polls(Vec<(f64, f64)>);

impl Polls {
    fn read(metrics: &str) -> anyhow::Result<Self> {
        let buckets = metrics.lines().filter_map(|line| {
            let rest = line.strip_prefix("renzheng_request_poll_seconds_bucket{le=\"")?;
            let (most, count) = rest.split_once("\"} ")?;
            let most = most.parse().unwrap_or(f64::INFINITY);
            Some((most * 1000.0, count.parse().ok()?))
        });
        let buckets: Vec<_> = buckets.collect();
        buckets.last().context("renzheng_request_poll_seconds")?;
        Ok(Self(buckets))
    }

    fn since(self, before: &Self) -> Self {
        let pairs = self.0.into_iter().zip(&before.0);
        Self(
            pairs
                .map(|((most, now), (_, then))| (most, now - then))
                .collect(),
        )
    }

    /// What this share took at most: as evenly spread within its bucket, as Prometheus' `histogram_quantile` has it.
    fn at_most(&self, share: f64) -> f64 {
        let all = self.0.last().map_or(0.0, |(_, count)| *count);
        let sought = all * share;
        let (mut least, mut below) = (0.0, 0.0);
        for (most, count) in &self.0 {
            if *count >= sought && most.is_finite() {
                return least + (most - least) * (sought - below) / (count - below).max(1.0);
            }
            (least, below) = (*most, *count);
        }
        f64::INFINITY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_histogram() {
        let text = |low, middle, high| {
            format!(
                "renzheng_request_poll_seconds_bucket{{le=\"0.001\"}} {low}\n\
                 renzheng_request_poll_seconds_bucket{{le=\"0.003\"}} {middle}\n\
                 renzheng_request_poll_seconds_bucket{{le=\"+Inf\"}} {high}\n"
            )
        };
        let before = Polls::read(&text(100, 110, 200)).unwrap();
        let polls = Polls::read(&text(1000, 1090, 1200)).unwrap();
        let polls = polls.since(&before);
        assert_eq!(polls.at_most(0.45), 0.5);
        assert_eq!(polls.at_most(0.94), 2.0);
        assert_eq!(polls.at_most(0.9999), f64::INFINITY);
    }
}
