//! Accounts. Phone, name and ID number are sealed; equality look-ups go through keyed blind indexes, whose unique
//! constraints make one phone, and one ID number, belong to one account.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("account")
                    .col(uuid("id").primary_key())
                    .col(blob_null("phone_sealed"))
                    .col(var_binary_null("phone_index", 32).unique_key())
                    .col(timestamp_with_time_zone("phone_proven_at"))
                    .col(text("nickname"))
                    .col(text("password_hash"))
                    .col(text("locale"))
                    .col(text("status"))
                    .col(text("agreement_version"))
                    .col(timestamp_with_time_zone("agreement_accepted_at"))
                    .col(blob_null("name_sealed"))
                    .col(blob_null("id_number_sealed"))
                    .col(var_binary_null("id_number_index", 32).unique_key())
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("account").to_owned())
            .await
    }
}
