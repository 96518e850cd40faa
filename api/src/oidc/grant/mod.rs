//! What a client exchanges for tokens, one file for each.

pub mod authorization_code;
pub mod client_credentials;
pub mod refresh_token;
