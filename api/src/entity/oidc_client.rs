//! `oidc_client`

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
    EnumIter, PrimaryKeyTrait,
};

/// An application. Lists are JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "oidc_client")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub name: String,
    /// `client_secret`, `private_key_jwt` or `none`.
    pub auth_method: String,
    pub secret_digest: Option<Vec<u8>>,
    /// Still taken until `old_secret_until`.
    pub old_secret_digest: Option<Vec<u8>>,
    pub old_secret_until: Option<DateTime<Utc>>,
    pub jwks: Option<String>,
    pub jwks_uri: Option<String>,
    pub redirect_uris: String,
    pub post_logout_redirect_uris: String,
    pub scopes: String,
    pub grant_types: String,
    /// Whose scripts may call.
    pub origins: String,
    /// Scope to why it is asked for.
    pub purposes: String,
    pub min_level: i16,
    pub pkce_required: bool,
    pub par_required: bool,
    /// `ES256` or `RS256`.
    pub signing_alg: String,
    /// `pairwise` or `public`.
    pub subject_type: String,
    pub sector: String,
    pub home_uri: Option<String>,
    pub logo_uri: Option<String>,
    pub policy_uri: Option<String>,
    pub backchannel_logout_uri: Option<String>,
    pub created_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
