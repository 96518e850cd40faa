//! Short-lived values (codes, tickets) and counters in windows. Times are epoch milliseconds.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Ephemeral {
    Table,
    Key,
    Value,
    Tries,
    ExpiresAt,
}

#[derive(DeriveIden)]
enum Counter {
    Table,
    Key,
    Hits,
    ExpiresAt,
}

const EPHEMERAL_EXPIRY: &str = "ephemeral_expires_at";
const COUNTER_EXPIRY: &str = "counter_expires_at";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Ephemeral::Table)
                    .col(text(Ephemeral::Key).primary_key())
                    .col(blob(Ephemeral::Value))
                    .col(integer(Ephemeral::Tries))
                    .col(big_integer(Ephemeral::ExpiresAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name(EPHEMERAL_EXPIRY)
                    .table(Ephemeral::Table)
                    .col(Ephemeral::ExpiresAt)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Counter::Table)
                    .col(text(Counter::Key).primary_key())
                    .col(big_integer(Counter::Hits))
                    .col(big_integer(Counter::ExpiresAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name(COUNTER_EXPIRY)
                    .table(Counter::Table)
                    .col(Counter::ExpiresAt)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Counter::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Ephemeral::Table).to_owned())
            .await
    }
}
