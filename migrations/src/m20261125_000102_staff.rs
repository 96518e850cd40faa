//! Staff, apart from citizens: their own table, sign-in, second factor, recovery codes and sessions.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("staff")
                    .col(uuid("id").primary_key())
                    .col(text("login").unique_key())
                    .col(blob("name_sealed"))
                    .col(blob_null("email_sealed"))
                    .col(text("role"))
                    .col(uuid_null("hall_id"))
                    .col(boolean("demo"))
                    .col(text_null("password_hash"))
                    .col(blob_null("totp_sealed"))
                    .col(big_integer("totp_last_step"))
                    // One person, one staff account: nobody approves what they did under another login.
                    .col(var_binary_null("id_number_index", 32).unique_key())
                    .col(var_binary_null("phone_index", 32))
                    .col(var_binary_null("enrolment_digest", 32).unique_key())
                    .col(timestamp_with_time_zone_null("enrolment_expires_at"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("enrolled_at"))
                    .col(timestamp_with_time_zone_null("disabled_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("staff", "hall_id")
                            .to("hall", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("staff_recovery_code")
                    .col(uuid("id").primary_key())
                    .col(uuid("staff_id"))
                    .col(var_binary("digest", 32))
                    .foreign_key(
                        ForeignKey::create()
                            .from("staff_recovery_code", "staff_id")
                            .to("staff", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("staff_recovery_code_staff")
                    .table("staff_recovery_code")
                    .col("staff_id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("staff_session")
                    .col(uuid("id").primary_key())
                    .col(uuid("staff_id"))
                    .col(var_binary("secret_digest", 32).unique_key())
                    .col(boolean("browser"))
                    .col(text("user_agent"))
                    .col(text("address"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("last_used_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    .col(text_null("end_reason"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("staff_session", "staff_id")
                            .to("staff", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("staff_session_staff")
                    .table("staff_session")
                    .col("staff_id")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["staff_session", "staff_recovery_code", "staff"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}
