//! Sessions: signing in, staying signed in, signing out.

pub mod begin;
pub mod live;
pub mod password;
pub mod refresh;
pub mod routes;
pub mod sms;
pub mod store;
pub mod token;

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A live session, as handlers see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authenticated {
    pub session_id: Uuid,
    pub account_id: Uuid,
    /// When the person last showed a credential.
    pub authenticated_at: DateTime<Utc>,
}

/// How a person signed in, by the words of RFC 8176.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
pub enum AuthenticationMethod {
    #[strum(serialize = "pwd")]
    Password,
    #[strum(serialize = "sms")]
    Sms,
}
