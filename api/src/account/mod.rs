//! The account: registration, the person's own profile, the agreement.

pub mod agreement;
pub mod password_policy;
pub mod profile;
pub mod register;
pub mod routes;
pub mod store;
pub mod view;
