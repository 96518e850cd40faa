//! The nodes that serve, each with how it finds the providers: written by each every few seconds, forgotten soon after.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("node")
                    .col(uuid("id").primary_key())
                    .col(text("version"))
                    .col(timestamp_with_time_zone("seen_at"))
                    .col(text("providers"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("node").to_owned())
            .await
    }
}
