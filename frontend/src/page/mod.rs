//! One component per URL.

mod address;
mod application;
mod console;
mod credential;
mod deferred;
mod face;
mod home;
mod legal;
mod me;
mod not_found;
mod passkey;
mod register;
mod reset;
mod scan;
mod security;
pub mod sign_in;
mod staff;
mod verification;

pub use deferred::Deferred;
pub use home::Home;
pub use me::CentrePage;
pub use not_found::NotFound;
pub use sign_in::SignIn;
