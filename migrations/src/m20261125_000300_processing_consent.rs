//! Consents to the processing of one kind of sensitive data, each given and taken back by itself.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("processing_consent")
                    .col(uuid("id").primary_key())
                    .col(uuid("account_id"))
                    .col(text("subject"))
                    .col(text("version"))
                    .col(timestamp_with_time_zone("given_at"))
                    .col(timestamp_with_time_zone_null("withdrawn_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("processing_consent", "account_id")
                            .to("account", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("processing_consent_account")
                    .table("processing_consent")
                    .col("account_id")
                    .col("subject")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("processing_consent").to_owned())
            .await
    }
}
