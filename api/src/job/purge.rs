//! Forgetting what is no longer needed.

use chrono::TimeDelta;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    account::closing, app::App, entity::outbox, second_factor::device, session::store as sessions,
};

/// How long the bare fact that a message was sent is kept.
const MESSAGES_KEPT: TimeDelta = TimeDelta::days(180);
/// How long ended sessions are kept, for the person's own list of sign-ins.
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(180);

pub async fn run(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    app.ephemeral.purge().await?;
    closing::run(app).await?;
    device::purge(app, now).await?;
    sessions::purge(app, now - SESSIONS_KEPT).await?;
    outbox::Entity::delete_many()
        .filter(outbox::Column::FinishedAt.lt(now - MESSAGES_KEPT))
        .exec(app.database.write())
        .await?;
    Ok(())
}
