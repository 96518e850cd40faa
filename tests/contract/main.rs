//! The contract: `openapi.yaml`, its examples, and the rules of the tree.

mod deploy;
mod description;
mod examples;
mod migrations;
mod schemathesis;
mod tree;
