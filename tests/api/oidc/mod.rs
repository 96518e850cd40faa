//! Applications sign people in: the OpenID Connect provider.

mod basic;
mod client;
mod command;
mod consent;
mod keys;
mod logout;
mod request;
mod sender;
mod token;
