//! Data keys, wrapped by the master key, that seal personal fields.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum DataKey {
    Table,
    Id,
    Suite,
    Wrapped,
    CreatedAt,
    RetiredAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(DataKey::Table)
                    .col(integer(DataKey::Id).primary_key())
                    .col(small_integer(DataKey::Suite))
                    .col(blob(DataKey::Wrapped))
                    .col(timestamp_with_time_zone(DataKey::CreatedAt))
                    .col(timestamp_with_time_zone_null(DataKey::RetiredAt))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(DataKey::Table).to_owned())
            .await
    }
}
