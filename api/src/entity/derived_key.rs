//! `derived_key`: a key for keyed hashes that once came from an earlier master key.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "derived_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub purpose: String,
    /// By the master key in force.
    pub wrapped: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
