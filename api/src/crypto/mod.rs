//! Sealed fields, blind indexes, password hashing, signing keys.

pub mod derived;
pub mod master_key;
pub mod password;
pub mod sealed;
pub mod signing;
pub mod token;
pub mod vault;

pub use master_key::MasterKey;
pub use password::{HashError, PasswordPolicy, PasswordPool, Verdict};
pub use signing::{SigningKeys, TokenError};
pub use token::{OpaqueToken, random_code};
pub use vault::{OpenError, Place, Vault};
