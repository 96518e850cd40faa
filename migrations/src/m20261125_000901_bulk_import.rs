//! Accounts brought along from another system: their hashes, and how far the import of a file has got.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("account")
                    .add_column(binary_null("foreign_hash_sealed"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("bulk_import")
                    .col(text("digest").primary_key())
                    .col(big_integer("records"))
                    .col(big_integer("imported"))
                    .col(big_integer("refused"))
                    .col(big_integer("error_bytes"))
                    .col(timestamp_with_time_zone("began_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("bulk_import").to_owned())
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("account")
                    .drop_column("foreign_hash_sealed")
                    .to_owned(),
            )
            .await
    }
}
