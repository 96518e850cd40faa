//! A value that lapses: a code, a ticket.

use std::fmt;

use sea_orm::entity::prelude::*;

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ephemeral")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub key: String,
    pub value: Vec<u8>,
    /// How often it was asked for by `try_once_more`.
    pub tries: i32,
    /// Epoch milliseconds.
    pub expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ephemeral::Model")
            .field("tries", &self.tries)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
