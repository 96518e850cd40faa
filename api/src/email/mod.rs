//! The bound e-mail address: asked for, confirmed by the link in a mail, removed.

pub mod address;
pub mod binding;
pub mod routes;
pub mod store;
