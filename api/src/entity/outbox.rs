//! `outbox`

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
    EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `sms` or `mail`.
    pub channel: String,
    pub template: String,
    pub message_sealed: Option<Vec<u8>>,
    /// `pending`, `sent`, `lapsed` or `refused`.
    pub status: String,
    pub tries: i32,
    pub next_try_at: DateTime<Utc>,
    /// After this it is not worth sending.
    pub deadline: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub provider: Option<String>,
    pub provider_reference: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
