//! Looking after what the node stands on: the clock it shares with the others, and the connection to Redis, which heals
//! when it is asked.

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
