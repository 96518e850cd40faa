//! Signs and verifies tokens: JWT (RFC 7519) with ES256, or RS256 for those who want it (RFC 7518 §3.3, §3.4).
//!
//! The keys are in the table `signing_key`, the private halves sealed. Of a token that comes in nothing is believed
//! before its signature: the key is one of ours found by `kid`, the algorithm is that key's, and headers that name keys
//! elsewhere (`jku`, `x5u`, `jwk`) are not looked at (RFC 8725 §3). How keys are made and take turns: [`rotate`].

pub mod rotate;
mod signer;
#[cfg(test)]
mod tests;
pub mod verified;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use anyhow::Context;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, decode, decode_header, errors::ErrorKind, jwk::Jwk,
};
use sea_orm::{DatabaseConnection, EntityTrait, QueryOrder};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use signer::Signer;

use super::{Place, Vault, sealed::row_of_text};
use crate::{clock::Clock, entity::signing_key};

/// With what we sign.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
)]
pub enum SigningAlgorithm {
    /// ECDSA with P-256.
    #[default]
    #[serde(rename = "ES256")]
    #[strum(serialize = "ES256")]
    Es256,
    /// RSA with 3072 bits, for applications that know nothing else.
    #[serde(rename = "RS256")]
    #[strum(serialize = "RS256")]
    Rs256,
}

impl From<SigningAlgorithm> for Algorithm {
    fn from(algorithm: SigningAlgorithm) -> Self {
        match algorithm {
            SigningAlgorithm::Es256 => Self::ES256,
            SigningAlgorithm::Rs256 => Self::RS256,
        }
    }
}

/// How far (seconds) `nbf` may lie ahead, as other nodes' clocks may run ahead of ours. `exp` gets no such leeway.
const NOT_BEFORE_LEEWAY: i64 = 60;

/// Why a token is not accepted. For logs: whoever sent it is told only that it is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("it is not a token")]
    Malformed,
    #[error("it is not signed by a key of ours")]
    Forged,
    #[error("it is a token of another type")]
    WrongType,
    #[error("it is meant for another audience")]
    WrongAudience,
    #[error("it comes from another issuer")]
    WrongIssuer,
    #[error("it has expired")]
    Expired,
    #[error("it is not valid yet")]
    NotYet,
    #[error("its claims are not those of its type")]
    WrongClaims,
}

/// The keys that sign tokens. Cheap to clone.
#[derive(Clone)]
pub struct SigningKeys {
    db: DatabaseConnection,
    vault: Vault,
    clock: Clock,
    keys: Arc<RwLock<Arc<Keys>>>,
}

/// The keys as last read.
struct Keys {
    /// Those that sign, or will.
    signing: Vec<Key>,
    /// By `kid`, retired ones too: what they signed is good until it expires.
    public: BTreeMap<String, PublicKey>,
    jwks: Value,
    /// The same, as it is served.
    jwks_text: Bytes,
    /// Another number whenever there are other keys.
    generation: u64,
}

struct Key {
    kid: String,
    algorithm: SigningAlgorithm,
    signer: Signer,
    active_from: DateTime<Utc>,
}

struct PublicKey {
    algorithm: SigningAlgorithm,
    key: DecodingKey,
}

impl SigningKeys {
    /// Loads the keys; makes the first where there is none. Nodes that start together agree on one.
    pub async fn open(
        db: &DatabaseConnection,
        vault: &Vault,
        clock: &Clock,
    ) -> anyhow::Result<Self> {
        rotate::ensure(db, vault, clock, SigningAlgorithm::Es256).await?;
        let keys = read(db, vault).await?;
        Ok(Self {
            db: db.clone(),
            vault: vault.clone(),
            clock: clock.clone(),
            keys: Arc::new(RwLock::new(Arc::new(keys))),
        })
    }

    /// Reads the keys again: another node may have made new ones.
    pub async fn reload(&self) -> anyhow::Result<()> {
        let mut keys = read(&self.db, &self.vault).await?;
        let mut current = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        keys.generation =
            current.generation + u64::from(!keys.public.keys().eq(current.public.keys()));
        *current = Arc::new(keys);
        Ok(())
    }

    /// Sees to it that there is a key of this kind.
    pub async fn ensure(&self, algorithm: SigningAlgorithm) -> anyhow::Result<()> {
        rotate::ensure(&self.db, &self.vault, &self.clock, algorithm).await?;
        self.reload().await
    }

    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A signed token of this type (`at+jwt`, …) with these claims; `exp`, `iss` and `aud` must be among them.
    pub fn sign<T: Serialize>(&self, typ: &'static str, claims: &T) -> anyhow::Result<String> {
        self.sign_with(SigningAlgorithm::Es256, typ, claims)
    }

    /// [`sign`](Self::sign) with the algorithm that the reader wants. Its first key may have been made by another node a
    /// moment ago.
    pub async fn sign_for<T: Serialize>(
        &self,
        algorithm: SigningAlgorithm,
        typ: &'static str,
        claims: &T,
    ) -> anyhow::Result<String> {
        if self.keys().current(algorithm, self.clock.now()).is_none() {
            self.reload().await?;
        }
        self.sign_with(algorithm, typ, claims)
    }

    fn sign_with<T: Serialize>(
        &self,
        algorithm: SigningAlgorithm,
        typ: &'static str,
        claims: &T,
    ) -> anyhow::Result<String> {
        let keys = self.keys();
        let key = keys
            .current(algorithm, self.clock.now())
            .with_context(|| format!("there is no key for {}", <&str>::from(algorithm)))?;
        let mut header = Header::new(algorithm.into());
        header.typ = Some(typ.to_owned());
        header.kid = Some(key.kid.clone());
        key.signer.token(&header, claims).context("sign a token")
    }

    /// The claims of a token that we signed, of this type, for this audience, valid now.
    pub fn verify<T: DeserializeOwned>(
        &self,
        typ: &'static str,
        token: &str,
        audience: &str,
        issuer: &str,
        now: DateTime<Utc>,
    ) -> Result<T, TokenError> {
        let claims = self.read(typ, token, Some(audience), issuer)?;
        check_times(&claims, now.timestamp())?;
        serde_json::from_value(claims).map_err(|_| TokenError::WrongClaims)
    }

    /// The claims of a token that we signed, for whomever, expired or not.
    pub fn recall<T: DeserializeOwned>(
        &self,
        typ: &'static str,
        token: &str,
        issuer: &str,
    ) -> Result<T, TokenError> {
        let claims = self.read(typ, token, None, issuer)?;
        serde_json::from_value(claims).map_err(|_| TokenError::WrongClaims)
    }

    fn read(
        &self,
        typ: &'static str,
        token: &str,
        audience: Option<&str>,
        issuer: &str,
    ) -> Result<Value, TokenError> {
        let header = decode_header(token).map_err(|error| match error.kind() {
            // An algorithm that the library does not know, such as "none".
            ErrorKind::Json(_) => TokenError::Forged,
            _ => TokenError::Malformed,
        })?;
        let kid = header.kid.ok_or(TokenError::Forged)?;
        let keys = self.keys();
        let PublicKey { algorithm, key } = keys.public.get(&kid).ok_or(TokenError::Forged)?;
        if header.alg != Algorithm::from(*algorithm) || header.crit.is_some() {
            return Err(TokenError::Forged);
        }
        if header.typ.as_deref() != Some(typ) {
            return Err(TokenError::WrongType);
        }
        let decoded = decode::<Value>(token, key, &validation(*algorithm, audience, issuer));
        decoded
            .map(|decoded| decoded.claims)
            .map_err(|error| match error.kind() {
                ErrorKind::InvalidAudience => TokenError::WrongAudience,
                ErrorKind::InvalidIssuer => TokenError::WrongIssuer,
                ErrorKind::MissingRequiredClaim(_) => TokenError::WrongClaims,
                _ => TokenError::Forged,
            })
    }

    /// The public keys, as a JWK Set (RFC 7517 §5).
    pub fn jwks(&self) -> Value {
        self.keys().jwks.clone()
    }

    /// [`jwks`](Self::jwks) as it is served.
    pub fn jwks_text(&self) -> Bytes {
        self.keys().jwks_text.clone()
    }

    fn generation(&self) -> u64 {
        self.keys().generation
    }
}

impl Keys {
    /// The newest key that signs by now; before the first one's hour, the first.
    fn current(&self, algorithm: SigningAlgorithm, now: DateTime<Utc>) -> Option<&Key> {
        let of_kind = || self.signing.iter().filter(|key| key.algorithm == algorithm);
        of_kind()
            .filter(|key| key.active_from <= now)
            .max_by_key(|key| key.active_from)
            .or_else(|| of_kind().min_by_key(|key| key.active_from))
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.keys();
        f.debug_list()
            .entries(keys.signing.iter().map(|key| &key.kid))
            .finish()
    }
}

/// Everything but the times, for which the library would ask the machine's clock.
fn validation(algorithm: SigningAlgorithm, audience: Option<&str>, issuer: &str) -> Validation {
    let mut validation = Validation::new(algorithm.into());
    validation.validate_exp = false;
    validation.validate_nbf = false;
    match audience {
        Some(audience) => validation.set_audience(&[audience]),
        None => validation.validate_aud = false,
    }
    validation.set_issuer(&[issuer]);
    validation.set_required_spec_claims(&["exp", "aud", "iss"]);
    validation
}

/// `exp` (seconds) must be there and lie ahead; `nbf`, if it is there, must not.
fn check_times(claims: &Value, now: i64) -> Result<(), TokenError> {
    let seconds = |name| match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or(TokenError::WrongClaims),
    };
    if seconds("exp")?.ok_or(TokenError::WrongClaims)? <= now {
        return Err(TokenError::Expired);
    }
    match seconds("nbf")? {
        Some(not_before) if not_before > now.saturating_add(NOT_BEFORE_LEEWAY) => {
            Err(TokenError::NotYet)
        }
        _ => Ok(()),
    }
}

/// Where the private half is sealed.
fn place(kid: &str) -> Place<'static> {
    Place {
        table: "signing_key",
        column: "private",
        row: row_of_text(kid),
    }
}

/// Reads every key there is.
async fn read(db: &DatabaseConnection, vault: &Vault) -> anyhow::Result<Keys> {
    let rows = signing_key::Entity::find()
        .order_by_asc(signing_key::Column::CreatedAt)
        .order_by_asc(signing_key::Column::Kid)
        .all(db)
        .await
        .context("load the signing keys")?;
    let mut keys = Keys {
        signing: Vec::new(),
        public: BTreeMap::new(),
        jwks: Value::Null,
        jwks_text: Bytes::new(),
        generation: 0,
    };
    let mut jwks = Vec::new();
    for row in rows {
        let algorithm = row
            .algorithm
            .parse::<SigningAlgorithm>()
            .with_context(|| format!("signing key {}: {}", row.kid, row.algorithm))?;
        let jwk: Jwk = serde_json::from_str(&row.public_jwk)
            .with_context(|| format!("read signing key {}", row.kid))?;
        let key = DecodingKey::from_jwk(&jwk)?;
        keys.public
            .insert(row.kid.clone(), PublicKey { algorithm, key });
        jwks.push(serde_json::from_str::<Value>(&row.public_jwk)?);
        let private = vault
            .open_sealed(place(&row.kid), &row.private)
            .with_context(|| format!("open signing key {}", row.kid))?;
        keys.signing.push(Key {
            signer: Signer::read(algorithm, &private)
                .with_context(|| format!("read signing key {}", row.kid))?,
            algorithm,
            active_from: row.active_from.unwrap_or(row.created_at),
            kid: row.kid,
        });
    }
    keys.jwks = json!({ "keys": jwks });
    keys.jwks_text = keys.jwks.to_string().into();
    Ok(keys)
}
