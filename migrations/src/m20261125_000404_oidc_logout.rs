//! Sign-outs that applications are still to be told of. No key to the account: it may be gone by then.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("oidc_logout")
                    .col(text("sid").primary_key())
                    .col(text("client_id"))
                    .col(uuid("account_id"))
                    .col(text("status"))
                    .col(integer("tries"))
                    .col(timestamp_with_time_zone("next_try_at"))
                    .col(timestamp_with_time_zone("deadline"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("oidc_logout", "client_id")
                            .to("oidc_client", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("oidc_logout_due")
                    .table("oidc_logout")
                    .col("status")
                    .col("next_try_at")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("oidc_logout").to_owned())
            .await
    }
}
