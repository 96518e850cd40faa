//! Applications of others: the OpenID Connect provider (OpenID Connect Core 1.0, OAuth 2.1 practice by RFC 9700).
//!
//! An application sends a person to [`authorize`], the SPA asks them ([`interaction`]), and the code that comes back is
//! exchanged at [`token`], one file for each grant. What an authorization allows stands in one row ([`grant_store`]);
//! everything issued from it is checked against that row at every use, so that sign-out, closing and revocation hold
//! at once.

pub mod access;
pub mod admin_routes;
pub mod answer;
pub mod authorize;
pub mod backchannel;
pub mod claims;
pub mod client;
pub mod client_auth;
pub mod client_store;
pub mod code;
pub mod command;
pub mod consent;
pub mod consent_routes;
pub mod consent_store;
pub mod delivery;
pub mod delivery_store;
pub mod direct;
pub mod discovery;
pub mod dpop;
pub mod dpop_nonce;
pub mod error;
pub mod form;
pub mod grant;
pub mod grant_store;
pub mod interaction;
pub mod introspect;
pub mod jwk_set;
pub mod logout;
pub mod logout_store;
pub mod manage;
pub mod page;
pub mod page_routes;
pub mod par;
pub mod proceed;
pub mod registration;
pub mod request;
pub mod revoke;
pub mod routes;
pub mod scope;
pub mod subject;
pub mod token;
pub mod userinfo;
pub mod webhook;

/// What an assurance level is called in `acr`.
pub fn acr(level: u8) -> String {
    format!("urn:renzheng:level:{level}")
}

/// The level that an `acr` names.
pub fn level_of_acr(acr: &str) -> Option<u8> {
    let level = acr.strip_prefix("urn:renzheng:level:")?;
    level.parse().ok().filter(|level| *level <= 3)
}
