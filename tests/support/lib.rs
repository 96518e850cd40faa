//! What the tests stand on: a server of their own each, a client, and the steps people take.

pub mod alipay;
pub mod authenticator;
pub mod browser;
pub mod client;
pub mod description;
pub mod face_page;
pub mod faults;
pub mod gateway;
pub mod listener;
pub mod mail_server;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod redis;
pub mod refusals;
pub mod relying_party;
pub mod server;
pub mod staff;
pub mod template;
pub mod trigger;
pub mod verification;

pub use client::{Answer, Client};
pub use listener::Listener;
pub use proxy::{Fault, Proxy};
pub use relying_party::{Person, RelyingParty};
pub use server::{TestServer, nodes};

/// A password that every rule takes.
pub const PASSWORD: &str = "correct horse battery staple";
/// The agreement in force.
pub const AGREEMENT: &str = renzheng::account::agreement::VERSION;

/// A phone number that no other test of the same server uses.
pub fn phone(number: u32) -> String {
    format!("139{number:08}")
}
