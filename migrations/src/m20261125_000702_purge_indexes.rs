//! Indexes for the jobs that look for little in large tables. Without locks that writers would wait for.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEXES: [(&str, &str); 4] = [
    ("session_expires_at", "session (expires_at)"),
    ("outbox_finished_at", "outbox (finished_at)"),
    ("device_last_seen_at", "device (last_seen_at)"),
    (
        "audit_event_unchained",
        "audit_event (id) WHERE position IS NULL",
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// PostgreSQL makes an index beside writers only outside of a transaction.
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let beside_writers = match manager.get_database_backend() {
            DbBackend::Postgres => "CONCURRENTLY",
            _ => "",
        };
        for (name, on) in INDEXES {
            let make = format!("CREATE INDEX {beside_writers} IF NOT EXISTS {name} ON {on}");
            manager.get_connection().execute_unprepared(&make).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            let drop = format!("DROP INDEX IF EXISTS {name}");
            manager.get_connection().execute_unprepared(&drop).await?;
        }
        Ok(())
    }
}
