//! Passkeys: public keys by which a person's devices are known.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("passkey")
                    .col(uuid("id").primary_key())
                    .col(uuid("account_id"))
                    .col(string_len("name", 80))
                    // WebAuthn lets an authenticator choose up to 1023 bytes; its digest is what is looked up.
                    .col(var_binary("credential_digest", 32))
                    .col(blob("credential_sealed"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("last_used_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("passkey", "account_id")
                            .to("account", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("passkey_account")
                    .table("passkey")
                    .col("account_id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .unique()
                    .name("passkey_credential_digest")
                    .table("passkey")
                    .col("credential_digest")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("passkey").to_owned())
            .await
    }
}
