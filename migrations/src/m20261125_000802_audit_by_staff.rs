//! What a member of staff did, without reading what everybody did. Only their events are in the index.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

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
        let make = format!(
            "CREATE INDEX {beside_writers} IF NOT EXISTS audit_event_by_staff \
             ON audit_event (actor, id) WHERE actor LIKE 'staff:%'"
        );
        manager.get_connection().execute_unprepared(&make).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = "DROP INDEX IF EXISTS audit_event_by_staff";
        manager.get_connection().execute_unprepared(drop).await?;
        Ok(())
    }
}
