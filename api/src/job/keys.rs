//! Taking over the data keys that another node, or `renzheng keys rotate`, has made.

use crate::app::App;

pub async fn run(app: &App) -> anyhow::Result<()> {
    app.vault.reload(app.database.read()).await
}
