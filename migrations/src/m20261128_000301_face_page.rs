//! Checks of faces on pages of providers: whom they are about, and when it is looked what came of them.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            binary_null("claim_sealed"),
            timestamp_with_time_zone_null("look_at"),
        ] {
            manager
                .alter_table(
                    Table::alter()
                        .table("face_session")
                        .add_column(column)
                        .to_owned(),
                )
                .await?;
        }
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE INDEX face_session_looks ON face_session (look_at) \
                 WHERE look_at IS NOT NULL AND submitted_at IS NULL",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(
                Index::drop()
                    .name("face_session_looks")
                    .table("face_session")
                    .to_owned(),
            )
            .await?;
        for column in ["claim_sealed", "look_at"] {
            manager
                .alter_table(
                    Table::alter()
                        .table("face_session")
                        .drop_column(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}
