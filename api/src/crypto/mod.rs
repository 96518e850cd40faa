//! Sealed fields, blind indexes, password hashing, signing keys.

pub mod derived;
pub mod family_token;
pub mod master_key;
pub mod password;
pub mod sealed;
pub mod signing;
pub mod token;
pub mod vault;

pub use family_token::FamilyToken;
pub use master_key::MasterKey;
pub use password::{Engine, HashError, PasswordPolicy, PasswordPool, Verdict};
pub use signing::{
    SigningAlgorithm, SigningKeys, TokenError,
    verified::{Expires, Verified},
};
pub use token::{OpaqueToken, random_code};
pub use vault::{OpenError, Place, Vault};
