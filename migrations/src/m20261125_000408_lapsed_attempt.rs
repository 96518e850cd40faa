//! When it was noticed that a passed verification has lapsed, for applications to be told of the level.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("verification_attempt")
                    .add_column(timestamp_with_time_zone_null("lapsed_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE INDEX verification_attempt_lapsing ON verification_attempt (valid_until) \
                 WHERE valid_until IS NOT NULL AND lapsed_at IS NULL",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(
                Index::drop()
                    .name("verification_attempt_lapsing")
                    .table("verification_attempt")
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("verification_attempt")
                    .drop_column("lapsed_at")
                    .to_owned(),
            )
            .await
    }
}
