//! Taking over the keys that another node, or `renzheng keys rotate`, has made; and making new signing keys on schedule.

use chrono::TimeDelta;

use crate::{app::App, crypto::signing::rotate};

pub async fn run(app: &App) -> anyhow::Result<()> {
    app.vault.reload(app.database.read()).await?;
    let days = app.config.oidc.rotate_keys_days;
    if days > 0 {
        let before = app.clock.now() - TimeDelta::days(i64::from(days));
        let database = app.database.write();
        rotate::rotate_older(database, &app.vault, &app.clock, rotate::LEAD, before).await?;
    }
    app.signing.reload().await
}
