//! Which elements of a claim matched, where the authority tells: `{"name":true,"phone":false}`.

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
                    .add_column(text_null("elements"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("verification_attempt")
                    .drop_column("elements")
                    .to_owned(),
            )
            .await
    }
}
