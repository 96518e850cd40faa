//! A data key, wrapped by the master key.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// How the key is wrapped and what it seals with, see `crypto::vault`.
    pub suite: i16,
    pub wrapped: Vec<u8>,
    pub created_at: DateTimeUtc,
    /// Since when it only opens and no longer seals.
    pub retired_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
