//! `oidc_grant`

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
    EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

/// An authorization, from its code to the end of its refresh tokens.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "oidc_grant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub client_id: String,
    pub account_id: Uuid,
    pub session_id: Uuid,
    /// What the application knows the session by.
    pub sid: String,
    /// JSON.
    pub scopes: String,
    /// The claims asked for one by one; JSON.
    pub claims: String,
    pub auth_time: DateTime<Utc>,
    /// How the person signed in, as in `session`.
    pub method: String,
    /// Outlives the session.
    pub offline: bool,
    /// The key that tokens are bound to (RFC 9449).
    pub jkt: Option<String>,
    pub refresh_digest: Option<Vec<u8>>,
    pub created_at: DateTime<Utc>,
    pub redeemed_at: Option<DateTime<Utc>>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub revoke_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
