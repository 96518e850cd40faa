//! The audit trail: append-only, chained by hash. `position` and `hash` are filled by the chaining job.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("audit_event")
                    .col(uuid("id").primary_key())
                    .col(big_integer_null("position").unique_key())
                    .col(timestamp_with_time_zone("at"))
                    .col(text("actor"))
                    .col(uuid_null("subject_id"))
                    .col(text("action"))
                    .col(text("detail"))
                    .col(text("address"))
                    .col(text("request_id"))
                    .col(var_binary_null("hash", 32))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("audit_event_subject")
                    .table("audit_event")
                    .col("subject_id")
                    .col("at")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("audit_event").to_owned())
            .await
    }
}
