//! How an account is kept safe, and how one leaves it.

mod activity;
mod details;
mod device;
mod leaving;
mod overview;
mod recovery;
mod totp;

pub use activity::Activity;
pub use details::Details;
pub use device::Devices;
pub use leaving::{Close, Export};
pub use overview::Security;
pub use recovery::{CodeList, RecoveryCodes, RemoveTotp};
pub use totp::Totp;
