//! The bound e-mail address of an account, and the day it will be closed on.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in [
            blob_null("email_sealed"),
            var_binary_null("email_index", 32),
            timestamp_with_time_zone_null("closes_at"),
        ] {
            manager
                .alter_table(
                    Table::alter()
                        .table("account")
                        .add_column(column)
                        .to_owned(),
                )
                .await?;
        }
        manager
            .create_index(
                Index::create()
                    .name("account_email_index")
                    .table("account")
                    .col("email_index")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("account_closes_at")
                    .table("account")
                    .col("closes_at")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in ["account_email_index", "account_closes_at"] {
            manager
                .drop_index(Index::drop().name(index).table("account").to_owned())
                .await?;
        }
        for column in ["email_sealed", "email_index", "closes_at"] {
            manager
                .alter_table(
                    Table::alter()
                        .table("account")
                        .drop_column(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}
