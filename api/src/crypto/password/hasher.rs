//! What one thread hashes with: the policy, the pepper and memory for one hash.

use std::sync::Arc;

use argon2::{
    Algorithm, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::{
    HashError, Verdict,
    engine::{Engine, Workshop},
    foreign::ForeignHash,
};

const SALT: usize = 16;
/// More than this in a stored hash is refused, whoever stored it: 1 GiB, and passes over it.
const MAX_MEMORY_KIB: u32 = 1 << 20;
const MAX_ITERATIONS: u32 = 64;

pub(super) struct Hasher {
    policy: Params,
    pepper: Arc<Zeroizing<[u8; 32]>>,
    workshop: Workshop,
}

impl Hasher {
    pub(super) fn new(policy: Params, pepper: Arc<Zeroizing<[u8; 32]>>, engine: Engine) -> Self {
        Self {
            policy,
            pepper,
            workshop: Workshop::new(engine),
        }
    }

    /// Gives the memory back until there is something to hash again.
    pub(super) fn rest(&mut self) {
        self.workshop.rest();
    }

    /// A PHC string under the policy, with a salt of its own.
    pub(super) fn hash(&mut self, password: &str) -> Result<String, HashError> {
        let salt: [u8; SALT] = rand::random();
        let hash = self.compute(&normalised(password), &salt, &self.policy.clone())?;
        let phc = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&self.policy).map_err(|_| HashError::Malformed)?,
            salt: Some(Salt::new(&salt).map_err(|_| HashError::Malformed)?),
            hash: Some(hash),
        };
        Ok(phc.to_string())
    }

    pub(super) fn verify(
        &mut self,
        password: &str,
        phc: Option<&str>,
    ) -> Result<Verdict, HashError> {
        let Some(phc) = phc else {
            let policy = self.policy.clone();
            self.compute(&normalised(password), &[0; SALT], &policy)?;
            return Ok(Verdict::Mismatch);
        };
        let stored = Stored::parse(phc).ok_or(HashError::Malformed)?;
        let hash = self.compute(&normalised(password), &stored.salt, &stored.params)?;
        // Compares in constant time.
        if hash != stored.hash {
            return Ok(Verdict::Mismatch);
        }
        let rehash = stored.is_weaker_than(&self.policy);
        let rehash = rehash.then(|| self.hash(password)).transpose()?;
        Ok(Verdict::Match { rehash })
    }

    pub(super) fn verify_foreign(
        &mut self,
        password: &str,
        hash: &str,
    ) -> Result<Verdict, HashError> {
        let foreign = ForeignHash::parse(hash).ok_or(HashError::Malformed)?;
        let matches = foreign.matches(password);
        // Made in either case: how long it takes does not tell.
        let rehash = self.hash(password)?;
        Ok(if matches {
            Verdict::Match {
                rehash: Some(rehash),
            }
        } else {
            Verdict::Mismatch
        })
    }

    fn compute(
        &mut self,
        password: &str,
        salt: &[u8],
        params: &Params,
    ) -> Result<Output, HashError> {
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let mut out = Zeroizing::new([0; Output::MAX_LENGTH]);
        let out = out.get_mut(..length).ok_or(HashError::Malformed)?;
        // An old hash may need more memory than the policy: that is not kept.
        let (pepper, policy) = (&**self.pepper, &self.policy);
        self.workshop
            .compute(password.as_bytes(), salt, pepper, params, policy, out)?;
        Output::new(out).map_err(|_| HashError::Malformed)
    }
}

/// The parts of a PHC string of argon2id, version 1.3.
struct Stored {
    params: Params,
    salt: Salt,
    hash: Output,
}

impl Stored {
    fn parse(phc: &str) -> Option<Self> {
        let phc = PasswordHash::new(phc).ok()?;
        let known = phc.algorithm == Algorithm::Argon2id.ident()
            && phc.version == Some(Version::V0x13.into());
        let params = Params::try_from(&phc).ok()?;
        let bounded = params.m_cost() <= MAX_MEMORY_KIB && params.t_cost() <= MAX_ITERATIONS;
        (known && bounded).then_some(Self {
            params,
            salt: phc.salt?,
            hash: phc.hash?,
        })
    }

    fn is_weaker_than(&self, policy: &Params) -> bool {
        self.params.m_cost() < policy.m_cost()
            || self.params.t_cost() < policy.t_cost()
            || self.params.p_cost() < policy.p_cost()
            || self.salt.len() < SALT
            || Some(self.hash.len()) < policy.output_len()
    }
}

/// NFKC, as NIST SP 800-63B advises: the same characters give the same bytes on every keyboard.
fn normalised(password: &str) -> Zeroizing<String> {
    // With room enough, so that growing leaves no copies behind.
    let mut normalised = Zeroizing::new(String::with_capacity(password.len() * 4));
    normalised.extend(password.nfkc());
    normalised
}
