//! Tries at real-name verification, with their evidence. The sealed claim is wiped when the try is decided.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("verification_attempt")
                    .col(uuid("id").primary_key())
                    .col(uuid("account_id"))
                    .col(text("method"))
                    .col(small_integer("level"))
                    .col(text("status"))
                    .col(text_null("reason"))
                    .col(text_null("provider"))
                    .col(text_null("provider_reference"))
                    .col(text_null("result_code"))
                    .col(blob_null("claim_sealed"))
                    .col(integer("tries"))
                    .col(timestamp_with_time_zone_null("next_try_at"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("decided_at"))
                    .col(timestamp_with_time_zone_null("valid_until"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("verification_attempt", "account_id")
                            .to("account", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("verification_attempt_account")
                    .table("verification_attempt")
                    .col("account_id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("verification_attempt_due")
                    .table("verification_attempt")
                    .col("status")
                    .col("next_try_at")
                    .to_owned(),
            )
            .await?;
        // One undecided attempt per person and method, also when two requests race.
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE UNIQUE INDEX verification_attempt_pending \
                 ON verification_attempt (account_id, method) WHERE status = 'pending'",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("verification_attempt").to_owned())
            .await
    }
}
