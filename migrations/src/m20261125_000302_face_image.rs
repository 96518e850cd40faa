//! The pictures of a verification by face, sealed, until it is decided.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("face_image")
                    .col(uuid("id").primary_key())
                    .col(uuid("face_session_id"))
                    // frame-00 …, card-front, card-back
                    .col(text("slot"))
                    .col(blob("image_sealed"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("face_image", "face_session_id")
                            .to("face_session", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("face_image_slot")
                    .table("face_image")
                    .col("face_session_id")
                    .col("slot")
                    .unique()
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("face_image").to_owned())
            .await
    }
}
