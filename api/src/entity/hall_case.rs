//! `hall_case`

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
    EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hall_case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub hall_id: Uuid,
    pub clerk_id: Uuid,
    /// How far the staff have got: `open`, `closed`, `recorded`, `awaiting-approval`, `approved`, `refused`, `rejected`.
    pub status: String,
    /// Name and ID number were typed off the card, instead of those on file.
    pub typed: bool,
    /// JSON: which checks the clerk made.
    pub checks: Option<String>,
    /// Why it was refused or rejected.
    pub reason: Option<String>,
    pub supervisor_id: Option<Uuid>,
    pub attempt_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    /// Until when the clerk may record.
    pub expires_at: DateTime<Utc>,
    pub recorded_at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
