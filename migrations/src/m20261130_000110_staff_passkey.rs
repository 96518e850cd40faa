//! Passkeys of staff, apart from those of citizens.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("staff_passkey")
                    .col(uuid("id").primary_key())
                    .col(uuid("staff_id"))
                    .col(string_len("name", 80))
                    .col(var_binary("credential_digest", 32))
                    .col(blob("credential_sealed"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("last_used_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("staff_passkey", "staff_id")
                            .to("staff", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("staff_passkey_staff")
                    .table("staff_passkey")
                    .col("staff_id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .unique()
                    .name("staff_passkey_credential_digest")
                    .table("staff_passkey")
                    .col("credential_digest")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("staff_passkey").to_owned())
            .await
    }
}
