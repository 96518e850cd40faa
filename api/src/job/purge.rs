//! Forgetting what is no longer needed.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Query};

use crate::{
    account::closing,
    admin::condition,
    app::App,
    crypto::signing::rotate,
    entity::outbox,
    hall::approval,
    oidc::{consent, consent_store, grant_store, logout_store, webhook},
    second_factor::device,
    session::store as sessions,
    staff::store as staff,
    verification::{face, lapse},
};

/// How long the bare fact that a message was sent is kept.
const MESSAGES_KEPT: TimeDelta = TimeDelta::days(180);
const AT_ONCE: u64 = 1000;
/// How long lapsed sessions are kept, for the person's own list of sign-ins.
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(180);
/// How long authorizations that are over are kept, for a token of theirs that comes late to be told from a made-up one.
const GRANTS_KEPT: TimeDelta = TimeDelta::days(2);
/// How long it is kept which application read what (PIPL, article 56).
const DISCLOSURES_KEPT: TimeDelta = TimeDelta::days(3 * 366);
/// How long it is kept what applications were told, for them to look at and to have sent again.
const DELIVERIES_KEPT: TimeDelta = TimeDelta::days(30);

pub async fn run(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    app.ephemeral.purge().await?;
    closing::run(app).await?;
    lapse::run(app).await?;
    device::purge(app, now).await?;
    face::store::purge(app, now).await?;
    sessions::purge(app, now - SESSIONS_KEPT).await?;
    staff::purge_sessions(app, now - SESSIONS_KEPT).await?;
    approval::lapse(app).await?;
    rotate::purge(app.database.write(), now, false).await?;
    grant_store::purge(app, now - GRANTS_KEPT).await?;
    logout_store::purge(app, now - SESSIONS_KEPT).await?;
    consent_store::purge_disclosures(app, now - DISCLOSURES_KEPT).await?;
    consent::name_subjects(app).await?;
    webhook::store::purge(app, now - DELIVERIES_KEPT).await?;
    condition::purge(app).await?;
    purge_messages(app, now - MESSAGES_KEPT).await
}

/// Batch by batch, so that no statement takes long.
async fn purge_messages(app: &App, before: DateTime<Utc>) -> anyhow::Result<()> {
    loop {
        let finished = Query::select()
            .column(outbox::Column::Id)
            .from(outbox::Entity)
            .and_where(outbox::Column::FinishedAt.lt(before))
            .limit(AT_ONCE)
            .to_owned();
        let purged = outbox::Entity::delete_many()
            .filter(outbox::Column::Id.in_subquery(finished))
            .exec(app.database.write())
            .await?;
        if purged.rows_affected < AT_ONCE {
            return Ok(());
        }
    }
}
