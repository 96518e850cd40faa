//! `staff`

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
    EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What they sign in with.
    pub login: String,
    pub name_sealed: Vec<u8>,
    pub email_sealed: Option<Vec<u8>>,
    /// `clerk`, `supervisor` or `operator`.
    pub role: String,
    pub hall_id: Option<Uuid>,
    /// Made for a demonstration, with credentials that anyone can read.
    pub demo: bool,
    pub password_hash: Option<String>,
    pub totp_sealed: Option<Vec<u8>>,
    /// The last step of the authenticator app that was used.
    pub totp_last_step: i64,
    /// Of the person themself, so that they are kept from their own case.
    pub id_number_index: Option<Vec<u8>>,
    pub phone_index: Option<Vec<u8>>,
    pub enrolment_digest: Option<Vec<u8>>,
    pub enrolment_expires_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub enrolled_at: Option<DateTime<Utc>>,
    pub disabled_at: Option<DateTime<Utc>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
