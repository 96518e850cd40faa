//! `daily_count`

use chrono::NaiveDate;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
    EnumIter, PrimaryKeyTrait,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "daily_count")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: NaiveDate,
    /// `registration`, `sign-in`, `verification` or `sms`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub method: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub result: String,
    /// So that many can count at once; rows that differ by it alone are read together.
    #[sea_orm(primary_key, auto_increment = false)]
    pub shard: i16,
    pub count: i64,
    /// In ten-thousandths of a yuan, where a price was known.
    pub cost: Option<i64>,
}

impl Model {
    /// Whether they differ by the shard alone.
    pub fn is_like(&self, other: &Self) -> bool {
        (self.day, &self.kind, &self.method, &self.result)
            == (other.day, &other.kind, &other.method, &other.result)
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
