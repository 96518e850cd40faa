//! Who a person is to an application: an identifier that tells nothing, the same each time, and another one for every
//! sector (OpenID Connect Core §8.1). It is made under a key of its own from the account's id, which is never used again:
//! a new account with the same phone is somebody else.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::client::{Client, SubjectType};
use crate::app::App;

/// The `sub` of an account for a client.
pub fn of(app: &App, client: &Client, account_id: Uuid) -> String {
    let sector = match client.subject_type {
        SubjectType::Pairwise => client.sector.as_str(),
        SubjectType::Public => "*",
    };
    let mac = app
        .vault
        .mac("subject", &[sector.as_bytes(), account_id.as_bytes()]);
    BASE64_URL_SAFE_NO_PAD.encode(mac)
}

/// Whether a text can be a `sub`: about nothing else is the database asked.
pub fn is_one(text: &str) -> bool {
    BASE64_URL_SAFE_NO_PAD
        .decode(text)
        .is_ok_and(|mac| mac.len() == 32)
}
