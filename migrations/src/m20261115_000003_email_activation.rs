//! E-mail addresses that wait for their owner to open the link: one for each account, so a newer one voids the older.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("email_activation")
                    .col(uuid("account_id").primary_key())
                    .col(var_binary("token_digest", 32).unique_key())
                    .col(blob("email_sealed"))
                    .col(var_binary("email_index", 32))
                    .col(uuid("message_id"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("email_activation", "account_id")
                            .to("account", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("email_activation").to_owned())
            .await
    }
}
