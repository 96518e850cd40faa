//! Where applications are told of what happens to people, and what they are told. No key to the account: it may be gone
//! by then.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("oidc_webhook")
                    .col(text("client_id").primary_key())
                    .col(text("uri"))
                    .col(binary("secrets_sealed"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("oidc_webhook", "client_id")
                            .to("oidc_client", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("oidc_delivery")
                    .col(uuid("id").primary_key())
                    .col(text("client_id"))
                    .col(text("event"))
                    .col(text("body"))
                    .col(text("status"))
                    .col(integer("tries"))
                    .col(timestamp_with_time_zone("next_try_at"))
                    .col(timestamp_with_time_zone("deadline"))
                    .col(timestamp_with_time_zone_null("last_try_at"))
                    .col(text_null("last_answer"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("oidc_delivery", "client_id")
                            .to("oidc_client", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, columns) in [
            ("oidc_delivery_due", ["status", "next_try_at"]),
            ("oidc_delivery_client", ["client_id", "id"]),
        ] {
            manager
                .create_index(
                    Index::create()
                        .name(name)
                        .table("oidc_delivery")
                        .col(columns[0])
                        .col(columns[1])
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["oidc_delivery", "oidc_webhook"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}
