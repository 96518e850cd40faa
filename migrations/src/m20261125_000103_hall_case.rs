//! A person before a clerk: from the code that was taken to what came of it.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("hall_case")
                    .col(uuid("id").primary_key())
                    .col(uuid("account_id"))
                    .col(uuid("hall_id"))
                    .col(uuid("clerk_id"))
                    .col(text("status"))
                    .col(boolean("typed"))
                    .col(text_null("checks"))
                    .col(text_null("reason"))
                    .col(uuid_null("supervisor_id"))
                    .col(uuid_null("attempt_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("recorded_at"))
                    .col(timestamp_with_time_zone_null("decided_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("hall_case", "account_id")
                            .to("account", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("hall_case", "hall_id")
                            .to("hall", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("hall_case", "clerk_id")
                            .to("staff", "id"),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("hall_case", "supervisor_id")
                            .to("staff", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, columns) in [
            ("hall_case_account", ["account_id", "id"]),
            ("hall_case_status", ["status", "id"]),
        ] {
            let mut index = Index::create();
            index.name(name).table("hall_case");
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        manager
            .create_index(
                Index::create()
                    .name("hall_case_attempt")
                    .table("hall_case")
                    .col("attempt_id")
                    .unique()
                    .to_owned(),
            )
            .await?;
        // One clerk at a time looks at a person, also when two requests race.
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE UNIQUE INDEX hall_case_open ON hall_case (account_id) WHERE status = 'open'",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("hall_case").to_owned())
            .await
    }
}
