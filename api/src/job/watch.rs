//! Looking after what the node stands on: the clock it shares with the others, the connection to Redis, which heals when
//! it is asked, and how far the replica is behind.

use crate::app::App;

pub async fn run(app: &App) -> anyhow::Result<()> {
    let redis = app.ephemeral.ping().await;
    app.metrics.ephemeral_up(redis.is_ok());
    let time = app.database.time().await;
    app.metrics.database_up(time.is_ok());
    if let Some(shared) = time? {
        let ahead = app.clock.follow(shared);
        app.metrics.clock_ahead(ahead.as_seconds_f64());
    }
    redis
}

/// That it is away is no fault of the job: it is measured, told, and done without.
pub async fn replica(app: &App) -> anyhow::Result<()> {
    if let Some(measured) = app.database.measure_replica().await {
        let behind = measured.map_or(f64::NAN, |behind| behind.as_secs_f64());
        app.metrics.replica(app.database.asks_replica(), behind);
    }
    Ok(())
}
