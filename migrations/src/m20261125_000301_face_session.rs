//! Verifications by face that are under way: what is asked, of whom, until when.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("face_session")
                    .col(uuid("id").primary_key())
                    .col(uuid("account_id"))
                    // The sign-in that began it.
                    .col(uuid("session_id"))
                    .col(text("nonce"))
                    .col(text("actions"))
                    // Who does the check on a page of their own, and their ticket for it.
                    .col(text_null("provider"))
                    .col(text_null("ticket"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("submitted_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("face_session", "account_id")
                            .to("account", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("face_session_account")
                    .table("face_session")
                    .col("account_id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("face_session_expires")
                    .table("face_session")
                    .col("expires_at")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("face_session").to_owned())
            .await
    }
}
