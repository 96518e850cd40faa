//! How often what happened on which day.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("daily_count")
                    .col(date("day"))
                    .col(text("kind"))
                    .col(text("method"))
                    .col(text("result"))
                    .col(small_integer("shard"))
                    .col(big_integer("count"))
                    .col(big_integer_null("cost"))
                    .primary_key(
                        Index::create()
                            .col("day")
                            .col("kind")
                            .col("method")
                            .col("result")
                            .col("shard"),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("daily_count").to_owned())
            .await
    }
}
