//! Asks the authority again for attempts that an outage, or a crash, left pending.

use futures_util::{StreamExt, stream};

use super::{decide, store};
use crate::{app::App, entity::verification_attempt::Model, http::caller::Caller};

const AT_ONCE: usize = 4;

pub async fn run(app: &App) -> anyhow::Result<()> {
    let due = store::claim_due(app).await?;
    stream::iter(due)
        .for_each_concurrent(AT_ONCE, |row| async move {
            if let Err(error) = again(app, &row).await {
                tracing::error!(attempt = %row.id, error = format!("{error:#}"), "verification retry");
            }
        })
        .await;
    Ok(())
}

async fn again(app: &App, row: &Model) -> anyhow::Result<()> {
    let claim = store::open_claim(app, row, app.clock.now().date_naive())?;
    decide::ask(app, &Caller::system(), row, &claim).await?;
    Ok(())
}
