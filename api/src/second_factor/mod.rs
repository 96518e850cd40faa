//! The second factor: authenticator apps, passkeys, recovery codes, and the browsers that need not be asked again.

pub mod device;
pub mod enrol;
pub mod factors;
pub mod passkey;
pub mod proof;
pub mod recovery;
pub mod routes;
mod store;
pub mod totp;
