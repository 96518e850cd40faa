//! Telling applications something until they have heard it: rows written with their cause, sent by a job, with back-off.
//! What the back channel and webhooks have in common; the rows are in [`super::delivery_store`].

use std::future::Future;

use chrono::TimeDelta;
use futures_util::{StreamExt, stream};

use super::delivery_store::BATCH;

const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(30);

/// Sends what is due, batch by batch, until nothing is. What `send` cannot do is logged, and due again later.
pub async fn run<Row, Claimed, Sent>(
    what: &'static str,
    claim: impl Fn() -> Claimed,
    send: impl Fn(Row) -> Sent,
) -> anyhow::Result<()>
where
    Claimed: Future<Output = anyhow::Result<Vec<Row>>>,
    Sent: Future<Output = anyhow::Result<()>>,
{
    loop {
        let batch = claim().await?;
        let full = batch.len() == BATCH;
        stream::iter(batch.into_iter().map(&send))
            .for_each_concurrent(BATCH, |sent| async move {
                if let Err(error) = sent.await {
                    tracing::error!(what, error = format!("{error:#}"), "telling an application");
                }
            })
            .await;
        if !full {
            return Ok(());
        }
    }
}

/// 2, 4, 8, … seconds, up to half an hour.
pub fn wait_after(tries: i32) -> TimeDelta {
    let exponent = u32::try_from(tries).unwrap_or_default().min(16);
    TimeDelta::seconds(1 << exponent).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_half_an_hour() {
        let waits: Vec<i64> = [1, 2, 10, 11, 40]
            .map(|tries| wait_after(tries).num_seconds())
            .into();
        assert_eq!(waits, [2, 4, 1024, 1800, 1800]);
    }
}
