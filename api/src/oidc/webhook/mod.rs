//! Webhooks: an application is told of what happens to people who have agreed to it, each by the name it knows them by.
//!
//! What is told is a row, written in the transaction of what it tells of ([`event`]) and sent by a job ([`send`]) for
//! three days, signed by the scheme of Standard Webhooks. Rows are kept for a month, for the application to look at and
//! to have sent again ([`log`]).

pub mod admin;
pub mod endpoint;
pub mod event;
pub mod log;
pub mod routes;
pub mod send;
pub mod store;
