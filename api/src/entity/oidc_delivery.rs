//! `oidc_delivery`

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
    EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

/// Something that an application is told by webhook, or was.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "oidc_delivery")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub client_id: String,
    /// `level.changed` or `account.closed`.
    pub event: String,
    /// JSON, as it is signed and sent.
    pub body: String,
    /// `pending`, `delivered`, `refused` or `dead`.
    pub status: String,
    pub tries: i32,
    pub next_try_at: DateTime<Utc>,
    pub deadline: DateTime<Utc>,
    pub last_try_at: Option<DateTime<Utc>>,
    pub last_answer: Option<String>,
    pub created_at: DateTime<Utc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
