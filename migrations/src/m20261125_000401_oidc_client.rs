//! Applications that people sign in to by this service.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("oidc_client")
                    .col(text("id").primary_key())
                    .col(text("name"))
                    .col(text("auth_method"))
                    .col(var_binary_null("secret_digest", 32))
                    .col(var_binary_null("old_secret_digest", 32))
                    .col(timestamp_with_time_zone_null("old_secret_until"))
                    .col(text_null("jwks"))
                    .col(text_null("jwks_uri"))
                    .col(text("redirect_uris"))
                    .col(text("post_logout_redirect_uris"))
                    .col(text("scopes"))
                    .col(text("grant_types"))
                    .col(text("origins"))
                    .col(text("purposes"))
                    .col(small_integer("min_level"))
                    .col(boolean("pkce_required"))
                    .col(boolean("par_required"))
                    .col(text("signing_alg"))
                    .col(text("subject_type"))
                    .col(text("sector"))
                    .col(text_null("home_uri"))
                    .col(text_null("logo_uri"))
                    .col(text_null("policy_uri"))
                    .col(text_null("backchannel_logout_uri"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("disabled_at"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("oidc_client").to_owned())
            .await
    }
}
