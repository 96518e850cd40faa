//! The account: registration, the person's own profile, credentials and contacts, leaving.

pub mod activity;
pub mod address;
pub mod agreement;
pub mod closing;
pub mod consent;
pub mod contact;
pub mod details;
pub mod export;
pub mod notice;
pub mod password;
pub mod password_policy;
pub mod phone;
pub mod profile;
pub mod region;
pub mod register;
pub mod reset;
pub mod reset_routes;
pub mod routes;
pub mod security_routes;
pub mod standing;
pub mod store;
pub mod view;
