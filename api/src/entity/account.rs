//! `account`

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait,
    EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub phone_sealed: Option<Vec<u8>>,
    pub phone_index: Option<Vec<u8>>,
    pub phone_proven_at: DateTime<Utc>,
    pub nickname: String,
    /// A PHC string of argon2id, with the pepper; empty while there is no password of ours.
    pub password_hash: String,
    /// A BCP 47 tag.
    pub locale: String,
    /// `active` or `locked`.
    pub status: String,
    pub agreement_version: String,
    pub agreement_accepted_at: DateTime<Utc>,
    pub name_sealed: Option<Vec<u8>>,
    pub id_number_sealed: Option<Vec<u8>>,
    pub id_number_index: Option<Vec<u8>>,
    pub created_at: DateTime<Utc>,
    pub email_sealed: Option<Vec<u8>>,
    pub email_index: Option<Vec<u8>>,
    /// When the account will be closed, if its owner asked for that.
    pub closes_at: Option<DateTime<Utc>>,
    /// A hash that came along from another system, until the first sign-in with it.
    pub foreign_hash_sealed: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
