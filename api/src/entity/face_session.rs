//! `face_session`

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
    EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "face_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    /// The sign-in that began it.
    pub session_id: Uuid,
    /// Makes the question to the provider this one's.
    pub nonce: String,
    /// JSON, in the order they are to be done.
    pub actions: String,
    /// Who does the check on a page of their own, and their ticket for it.
    pub provider: Option<String>,
    pub ticket: Option<String>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub submitted_at: Option<DateTime<Utc>>,
    /// Whom that check is about.
    pub claim_sealed: Option<Vec<u8>>,
    /// When it is looked next what came of it.
    pub look_at: Option<DateTime<Utc>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
