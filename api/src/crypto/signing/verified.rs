//! Tokens whose signature was checked lately: a token is sent with every request, and checking it costs more than most
//! requests do. Only what never changes is remembered, and only as long as the keys are the same; whether the token has
//! expired, and whether what it stands for still holds, is asked each time.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use moka::sync::Cache;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::{SigningKeys, TokenError};

const MOST: u64 = 20_000;
const KEPT: Duration = Duration::from_secs(60);

/// Claims that say when they end.
pub trait Expires {
    /// Seconds since the epoch.
    fn expires_at(&self) -> i64;
}

/// Claims by the SHA-256 of their token, with the generation of keys that it was checked with.
pub struct Verified<T>(Cache<[u8; 32], (u64, Arc<T>)>);

impl<T: Send + Sync + 'static> Default for Verified<T> {
    fn default() -> Self {
        let cache = Cache::builder().max_capacity(MOST).time_to_live(KEPT);
        Self(cache.build())
    }
}

impl<T: Expires + DeserializeOwned + Send + Sync + 'static> Verified<T> {
    /// [`SigningKeys::verify`].
    pub fn verify(
        &self,
        keys: &SigningKeys,
        typ: &'static str,
        token: &str,
        audience: &str,
        issuer: &str,
        now: DateTime<Utc>,
    ) -> Result<Arc<T>, TokenError> {
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let generation = keys.generation();
        let known = self.0.get(&digest);
        if let Some((_, claims)) = known.filter(|(checked, _)| *checked == generation) {
            return if claims.expires_at() <= now.timestamp() {
                Err(TokenError::Expired)
            } else {
                Ok(claims)
            };
        }
        let claims: T = keys.verify(typ, token, audience, issuer, now)?;
        let claims = Arc::new(claims);
        self.0.insert(digest, (generation, Arc::clone(&claims)));
        Ok(claims)
    }
}
