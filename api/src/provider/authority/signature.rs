//! How questions and answers of the authority contract are signed.

use anyhow::{Context, anyhow, bail};
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use subtle::ConstantTimeEq;

use crate::provider::{AuthoritySettings, hmac_sha256};

/// What is signed begins with one of these, so that an answer is never taken for a question.
const QUESTION: &[u8] = b"renzheng-authority-v1 question\n";
const ANSWER: &[u8] = b"renzheng-authority-v1 answer\n";
const HMAC_SHA256: &str = "hmac-sha256=";
const ED25519_SIGNATURE: &str = "ed25519=";

/// Signs questions and verifies answers.
pub struct Signer {
    key_id: String,
    keys: Keys,
}

enum Keys {
    Shared(String),
    Pair {
        ours: Box<Ed25519KeyPair>,
        theirs: Vec<u8>,
    },
}

impl Signer {
    /// # Errors
    /// When there is neither a secret nor a pair of keys, or both; the message names the setting.
    pub fn new(name: &str, settings: &AuthoritySettings) -> anyhow::Result<Self> {
        let keys = match (
            &settings.secret,
            &settings.private_key,
            &settings.authority_public_key,
        ) {
            (Some(secret), None, None) if secret.0.len() >= 16 => Keys::Shared(secret.0.clone()),
            (Some(_), None, None) => {
                bail!("authorities.{name}.secret must have at least 16 characters")
            }
            (None, Some(ours), Some(theirs)) => Keys::Pair {
                ours: Box::new(
                    key(&ours.0)
                        .and_then(|seed| {
                            Ed25519KeyPair::from_seed_unchecked(&seed)
                                .map_err(|_| anyhow!("not an Ed25519 key"))
                        })
                        .with_context(|| format!("authorities.{name}.private_key"))?,
                ),
                theirs: key(theirs)
                    .with_context(|| format!("authorities.{name}.authority_public_key"))?,
            },
            _ => bail!(
                "authorities.{name} must have either secret, or private_key and authority_public_key"
            ),
        };
        Ok(Self {
            key_id: settings.key_id.clone(),
            keys,
        })
    }

    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The signature of a question, with its algorithm.
    pub fn sign(&self, body: &[u8]) -> String {
        let message = [QUESTION, body].concat();
        match &self.keys {
            Keys::Shared(secret) => {
                let mac = hmac_sha256(secret.as_bytes(), &message);
                format!("{HMAC_SHA256}{}", hex::encode(mac))
            }
            Keys::Pair { ours, .. } => {
                format!("{ED25519_SIGNATURE}{}", hex::encode(ours.sign(&message)))
            }
        }
    }

    /// Whether an answer is the authority's.
    pub fn verify(&self, body: &[u8], signature: &str) -> bool {
        let message = [ANSWER, body].concat();
        match &self.keys {
            Keys::Shared(secret) => {
                let expected = hex::encode(hmac_sha256(secret.as_bytes(), &message));
                signature
                    .strip_prefix(HMAC_SHA256)
                    .is_some_and(|given| given.as_bytes().ct_eq(expected.as_bytes()).into())
            }
            Keys::Pair { theirs, .. } => signature
                .strip_prefix(ED25519_SIGNATURE)
                .and_then(|given| hex::decode(given).ok())
                .is_some_and(|given| {
                    UnparsedPublicKey::new(&ED25519, theirs)
                        .verify(&message, &given)
                        .is_ok()
                }),
        }
    }
}

/// 32 bytes in hex.
fn key(text: &str) -> anyhow::Result<Vec<u8>> {
    let bytes = hex::decode(text.trim()).map_err(|_| anyhow!("must be hex"))?;
    anyhow::ensure!(bytes.len() == 32, "must be 32 bytes in hex");
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use ring::signature::KeyPair;

    use super::*;
    use crate::provider::Secret;

    const BODY: &[u8] = b"{\"nonce\":\"1\"}";

    fn settings() -> AuthoritySettings {
        AuthoritySettings {
            url: "https://authority.example/".into(),
            key_id: "renzheng".into(),
            secret: None,
            private_key: None,
            authority_public_key: None,
        }
    }

    fn signer(settings: &AuthoritySettings) -> anyhow::Result<Signer> {
        Signer::new("bureau", settings)
    }

    /// The vector of `docs/authority-contract.md`.
    #[test]
    fn the_documented_vector() {
        let signer = signer(&AuthoritySettings {
            secret: Some(Secret("0123456789abcdef".into())),
            ..settings()
        })
        .expect("valid");
        assert_eq!(signer.sign(BODY), VECTOR);
    }

    const VECTOR: &str =
        "hmac-sha256=481b2836b6a86ab9a65985ee6d06a1e93d05bd3320c5297d5f0de4708dac96a8";

    // C29
    #[test]
    fn an_answer_is_believed_only_as_it_was_signed() {
        let secret = "0123456789abcdef";
        let signer = signer(&AuthoritySettings {
            secret: Some(Secret(secret.into())),
            ..settings()
        })
        .expect("valid");
        let mac = hmac_sha256(secret.as_bytes(), &[ANSWER, BODY].concat());
        let signature = format!("hmac-sha256={}", hex::encode(mac));
        assert!(signer.verify(BODY, &signature));
        assert!(!signer.verify(b"{\"nonce\":\"2\"}", &signature));
        assert!(
            !signer.verify(BODY, &signer.sign(BODY)),
            "a question echoed"
        );
        assert!(!signer.verify(BODY, "hmac-sha256="));
        assert!(!signer.verify(BODY, ""));
    }

    #[test]
    fn key_pairs_work_in_both_directions() {
        let (ours, theirs) = ([7_u8; 32], [9_u8; 32]);
        let authority = Ed25519KeyPair::from_seed_unchecked(&theirs).expect("a key");
        let public = Ed25519KeyPair::from_seed_unchecked(&ours).expect("a key");
        let signer = signer(&AuthoritySettings {
            private_key: Some(Secret(hex::encode(ours))),
            authority_public_key: Some(hex::encode(authority.public_key())),
            ..settings()
        })
        .expect("valid");
        let question = signer.sign(BODY);
        let given = hex::decode(question.strip_prefix("ed25519=").expect("named")).expect("hex");
        UnparsedPublicKey::new(&ED25519, public.public_key())
            .verify(&[QUESTION, BODY].concat(), &given)
            .expect("signed by us");
        let answer = authority.sign(&[ANSWER, BODY].concat());
        let answer = format!("ed25519={}", hex::encode(answer));
        assert!(signer.verify(BODY, &answer));
        assert!(!signer.verify(b"{}", &answer));
        assert!(!signer.verify(BODY, &question));
    }

    #[test]
    fn keys_that_cannot_be_used_are_told_by_name() {
        for (settings, word) in [
            (settings(), "either secret"),
            (
                AuthoritySettings {
                    secret: Some(Secret("short".into())),
                    ..settings()
                },
                "bureau.secret",
            ),
            (
                AuthoritySettings {
                    private_key: Some(Secret("00".into())),
                    authority_public_key: Some("00".into()),
                    ..settings()
                },
                "bureau.private_key",
            ),
        ] {
            let message = format!("{:#}", signer(&settings).err().expect("refused"));
            assert!(message.contains(word), "{message}");
        }
    }
}
