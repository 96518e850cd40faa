//! Renzheng: a unified identity service for public services.
//!
//! The folder tree is the table of contents: one module per domain (account, session, verification, …), and
//! beside them what they stand on: `http`, `crypto`, `ephemeral`, `provider`, `job`.

pub mod clock;
pub mod crypto;
pub mod ephemeral;
pub mod provider;
