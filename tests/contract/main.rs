//! The contract: `openapi.yaml`, its examples, and the rules of the tree.

mod compose;
mod configuration;
mod deploy;
mod description;
mod examples;
mod migrations;
mod refusals;
mod schemathesis;
mod tree;
