//! How often something happened in a window of time.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "counter")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub key: String,
    pub hits: i64,
    /// When the window ends, epoch milliseconds.
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
