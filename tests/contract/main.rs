//! The contract: `openapi.yaml`, its examples, and the rules of the tree.

mod description;
mod examples;
mod schemathesis;
mod tree;
