//! Sessions: signing in, staying signed in, signing out.

pub mod begin;
pub mod complete;
pub mod devices;
pub mod end;
pub mod live;
pub mod passkey;
pub mod password;
pub mod qr;
pub mod qr_routes;
pub mod refresh;
pub mod routes;
pub mod sms;
pub mod step_up;
pub mod store;
pub mod token;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
pub enum AuthenticationMethod {
    #[strum(serialize = "pwd")]
    Password,
    #[strum(serialize = "sms")]
    Sms,
    /// Let in by a phone that is signed in.
    #[strum(serialize = "qr")]
    Qr,
    /// A key that proves its holder; that it sits in hardware is not attested.
    #[strum(serialize = "swk")]
    Passkey,
}
