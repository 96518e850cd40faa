//! sea-orm models, one per table, without rules.

pub mod account;
pub mod audit_event;
pub mod counter;
pub mod data_key;
pub mod ephemeral;
pub mod outbox;
pub mod session;
pub mod signing_key;
pub mod verification_attempt;
