//! Applications sign people in: the OpenID Connect provider.

mod basic;
mod claims;
mod client;
mod command;
mod consent;
mod direct;
mod discovery;
mod keys;
mod lifetime;
mod logout;
mod prompt;
mod redirect;
mod refresh;
mod request;
mod sender;
mod token;
mod webhook;
