//! A key that signs tokens.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_key")]
pub struct Model {
    /// The key id of RFC 7517 §4.5.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub kid: String,
    /// As in RFC 7518 §3.1: `ES256`, `RS256`.
    #[sea_orm(column_type = "Text")]
    pub algorithm: String,
    /// PKCS #8 DER, sealed.
    pub private: Vec<u8>,
    /// The public half, JSON.
    #[sea_orm(column_type = "Text")]
    pub public_jwk: String,
    pub created_at: DateTimeUtc,
    /// Since when it only verifies and no longer signs.
    pub retired_at: Option<DateTimeUtc>,
    /// Since when it signs; published before. Absent: since it was made.
    pub active_from: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
