//! Tokens that replace each other: the id of their family, random bytes, and a keyed digest over both. The digest tells a
//! token that we once gave out from one that was made up, so that only a real replay ends the family.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Vault;

const ID_BYTES: usize = 16;
const RANDOM_BYTES: usize = 32;
const MAC_BYTES: usize = 32;

/// One of a family's tokens.
pub struct FamilyToken {
    pub family: Uuid,
    text: String,
}

impl FamilyToken {
    /// A new token of a family. `domain` keeps kinds of tokens apart.
    pub fn issue(vault: &Vault, domain: &'static str, family: Uuid) -> Self {
        let random: [u8; RANDOM_BYTES] = rand::random();
        let mac = vault.mac(domain, &[family.as_bytes(), &random]);
        let bytes = [family.as_bytes().as_slice(), &random, &mac].concat();
        Self {
            family,
            text: BASE64_URL_SAFE_NO_PAD.encode(bytes),
        }
    }

    /// Reads a token, if it is one that [`issue`](Self::issue) made.
    pub fn parse(vault: &Vault, domain: &'static str, text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, rest) = bytes.split_at_checked(ID_BYTES)?;
        let (random, mac) = rest.split_at_checked(RANDOM_BYTES)?;
        if mac.len() != MAC_BYTES || !vault.mac_matches(domain, &[id, random], mac) {
            return None;
        }
        Some(Self {
            family: Uuid::from_slice(id).ok()?,
            text: text.to_string(),
        })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the database keeps of it.
    pub fn digest(&self) -> Vec<u8> {
        Sha256::digest(self.text.as_bytes()).to_vec()
    }
}

impl fmt::Debug for FamilyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FamilyToken({}, …)", self.family)
    }
}
