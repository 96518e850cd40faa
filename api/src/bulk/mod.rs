//! Bringing accounts along from another system, and handing them on: many at once, from the command line.

pub mod command;
mod export;
mod import;
mod prepare;
mod record;
mod store;
