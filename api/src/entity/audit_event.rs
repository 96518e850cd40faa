//! `audit_event`

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
    EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its place in the chain, once chained.
    pub position: Option<i64>,
    pub at: DateTime<Utc>,
    /// `account:<id>`, `system`, …
    pub actor: String,
    pub subject_id: Option<Uuid>,
    pub action: String,
    /// JSON, without personal data.
    pub detail: String,
    pub address: String,
    pub request_id: String,
    pub hash: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
