//! Renzheng: a unified identity service for public services.
//!
//! The folder tree is the table of contents: one module per domain (account, session, verification, …), and
//! beside them what they stand on: `http`, `crypto`, `ephemeral`, `provider`, `job`.
//!
//! Direction: routes → service → store. Only `routes` and `http` know poem; only `store`, `job` and `entity` know
//! sea-orm.

pub mod account;
pub mod admin;
pub mod app;
pub mod audit;
pub mod background;
pub mod bulk;
pub mod clock;
pub mod code;
pub mod config;
pub mod crypto;
pub mod database;
pub mod email;
pub mod entity;
pub mod ephemeral;
pub mod hall;
pub mod http;
pub mod job;
pub mod oidc;
pub mod operate;
pub mod picture;
pub mod provider;
pub mod second_factor;
pub mod server;
pub mod service;
pub mod session;
pub mod staff;
pub mod statistics;
pub mod telemetry;
pub mod user_agent;
pub mod verification;
