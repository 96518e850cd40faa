//! `verification_attempt`

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
    EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "verification_attempt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub method: String,
    pub level: i16,
    pub status: String,
    pub reason: Option<String>,
    pub provider: Option<String>,
    pub provider_reference: Option<String>,
    /// The provider's own word for its answer.
    pub result_code: Option<String>,
    /// Which elements matched, where the provider tells: JSON, element to true or false.
    pub elements: Option<String>,
    pub claim_sealed: Option<Vec<u8>>,
    pub tries: i32,
    pub next_try_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub valid_until: Option<DateTime<Utc>>,
    /// When it was noticed that it is no longer valid.
    pub lapsed_at: Option<DateTime<Utc>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
