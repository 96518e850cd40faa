//! Authorizations: one row for each, with the digest of its present refresh token.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("oidc_grant")
                    .col(uuid("id").primary_key())
                    .col(text("client_id"))
                    .col(uuid("account_id"))
                    .col(uuid("session_id"))
                    .col(text("sid"))
                    .col(text("scopes"))
                    .col(text("claims"))
                    .col(timestamp_with_time_zone("auth_time"))
                    .col(text("method"))
                    .col(boolean("offline"))
                    .col(text_null("jkt"))
                    .col(var_binary_null("refresh_digest", 32))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("redeemed_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("revoked_at"))
                    .col(text_null("revoke_reason"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("oidc_grant", "account_id")
                            .to("account", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("oidc_grant", "client_id")
                            .to("oidc_client", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("oidc_grant_session")
                    .table("oidc_grant")
                    .col("session_id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("oidc_grant_account")
                    .table("oidc_grant")
                    .col("account_id")
                    .col("client_id")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("oidc_grant").to_owned())
            .await
    }
}
