//! `session`

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
    EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub cookie_digest: Option<Vec<u8>>,
    pub refresh_digest: Option<Vec<u8>>,
    /// How the person signed in (RFC 8176): `pwd`, `sms`.
    pub method: String,
    /// Stay signed in on this device.
    pub remember: bool,
    pub user_agent: String,
    pub address: String,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_reason: Option<String>,
    /// When the person last proved themself, where another session of theirs let this one in.
    pub proven_at: Option<DateTime<Utc>>,
}

impl Model {
    /// When the person proved themself for this session: `auth_time` of OpenID Connect.
    pub fn authenticated_at(&self) -> DateTime<Utc> {
        self.proven_at.unwrap_or(self.created_at)
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
