//! Notices that a passed verification has lapsed by its date. The level follows the date by itself; whoever is to hear of it
//! is told here.

use super::{level, store};
use crate::{account::store as accounts, app::App, oidc::webhook};

pub async fn run(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    for row in store::lapsed(app, now).await? {
        let transaction = app.database.begin().await?;
        accounts::lock(&transaction, row.account_id).await?;
        // Of several nodes one tells.
        if store::note_lapse(&transaction, row.id, now).await? {
            let level = level::on(app, &transaction, row.account_id).await?;
            if i16::from(level) < row.level {
                webhook::event::level_changed(app, &transaction, row.account_id, level).await?;
            }
        }
        transaction.commit().await?;
    }
    Ok(())
}
