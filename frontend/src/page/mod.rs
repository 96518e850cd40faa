//! One component per URL.

mod deferred;
mod home;
mod legal;
mod me;
mod not_found;
mod register;
mod scan;
mod security;
mod sign_in;
mod verification;

pub use deferred::Deferred;
pub use home::Home;
pub use legal::{Agreement, Privacy};
pub use me::CentrePage;
pub use not_found::NotFound;
pub use register::Register;
pub use sign_in::SignIn;
