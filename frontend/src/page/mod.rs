//! One component per URL.

mod home;
mod legal;
mod me;
mod not_found;
mod register;
mod sign_in;
mod verification;

pub use home::Home;
pub use legal::{Agreement, Privacy};
pub use me::{Overview, Profile};
pub use not_found::NotFound;
pub use register::{Done, Identity, Register};
pub use sign_in::SignIn;
pub use verification::{AttemptResult, IdCard, Verifications};
