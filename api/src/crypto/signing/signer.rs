//! A private key, read and checked once, ready to sign.

use anyhow::anyhow;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::Header;
use serde::Serialize;

use super::SigningAlgorithm;

pub(super) enum Signer {
    Es256(EcdsaKeyPair),
    Rs256(RsaKeyPair),
}

impl Signer {
    /// Reads a private key as [`super::rotate`] keeps it: PKCS #8 for an elliptic curve, PKCS #1 for RSA.
    pub(super) fn read(algorithm: SigningAlgorithm, private: &[u8]) -> anyhow::Result<Self> {
        let rejected = |error| anyhow!("not a private key: {error}");
        Ok(match algorithm {
            SigningAlgorithm::Es256 => Self::Es256(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private)
                    .map_err(rejected)?,
            ),
            SigningAlgorithm::Rs256 => {
                Self::Rs256(RsaKeyPair::from_der(private).map_err(rejected)?)
            }
        })
    }

    /// A token in the compact form (RFC 7515 §7.1).
    pub(super) fn token<T: Serialize>(
        &self,
        header: &Header,
        claims: &T,
    ) -> anyhow::Result<String> {
        let mut token = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(header)?);
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims)?, &mut token);
        let signature = self.sign(token.as_bytes())?;
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    pub(super) fn sign(&self, message: &[u8]) -> anyhow::Result<Vec<u8>> {
        let random = SystemRandom::new();
        match self {
            Self::Es256(key) => Ok(key.sign(&random, message)?.as_ref().to_vec()),
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
                Ok(signature)
            }
        }
    }
}
