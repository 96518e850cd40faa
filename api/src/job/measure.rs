//! Figures that only the database knows, for the metrics.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    app::App,
    entity::{audit_event, outbox},
};

/// More than this many are not counted: it is much too many in any case.
const COUNTED: u64 = 100_000;

pub async fn run(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    let db = app.database.read();
    let pending = || outbox::Entity::find().filter(outbox::Column::Status.eq("pending"));
    let count = pending().limit(COUNTED).count(db).await?;
    let oldest = pending()
        .order_by_asc(outbox::Column::CreatedAt)
        .one(db)
        .await?;
    let age = oldest.map_or(0, |row| (now - row.created_at).num_seconds().max(0));
    app.metrics
        .outbox(i64::try_from(count).unwrap_or(i64::MAX), age);
    let unchained = audit_event::Entity::find()
        .filter(audit_event::Column::Position.is_null())
        .limit(COUNTED)
        .count(db)
        .await?;
    app.metrics
        .audit_unchained(i64::try_from(unchained).unwrap_or(i64::MAX));
    Ok(())
}
