//! Signs and verifies tokens: JWT (RFC 7519) with ES256 (RFC 7518 §3.4).
//!
//! The keys are in the table `signing_key`, the private halves sealed. Of a token that comes in nothing is believed
//! before its signature: the algorithm is ours, the key is one of ours found by `kid`, and headers that name keys
//! elsewhere (`jku`, `x5u`, `jwk`) are not looked at (RFC 8725 §3).

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt, sync::Arc};

use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    errors::ErrorKind,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use p256::{SecretKey, elliptic_curve::Generate, pkcs8::EncodePrivateKey};
use rand::rngs::SysRng;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, DatabaseConnection, DatabaseTransaction, EntityTrait,
    PaginatorTrait, QueryOrder, QuerySelect, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{Place, Vault, sealed::row_of_text};
use crate::{
    clock::Clock,
    entity::{data_key, signing_key},
};

const ALGORITHM: Algorithm = Algorithm::ES256;
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
pub struct SigningKeys(Arc<Keys>);

struct Keys {
    current: Key,
    /// By `kid`, retired ones too: what they signed is good until it expires.
    public: BTreeMap<String, DecodingKey>,
    jwks: Value,
}

struct Key {
    kid: String,
    private: EncodingKey,
}

impl SigningKeys {
    /// Loads the keys; makes the first where there is none. Nodes that start together agree on one.
    pub async fn open(
        db: &DatabaseConnection,
        vault: &Vault,
        clock: &Clock,
    ) -> anyhow::Result<Self> {
        let mut rows = load(db).await?;
        if rows.is_empty() {
            create_first(db, vault, clock).await?;
            rows = load(db).await?;
        }
        let current = rows.iter().rfind(|row| row.retired_at.is_none());
        let current = current.context("every signing key is retired")?;
        let private = vault
            .open_sealed(place(&current.kid), &current.private)
            .with_context(|| format!("open signing key {}", current.kid))?;

        let mut public = BTreeMap::new();
        let mut jwks = Vec::new();
        for row in &rows {
            let (key, jwk) =
                read_public(row).with_context(|| format!("read signing key {}", row.kid))?;
            public.insert(row.kid.clone(), key);
            jwks.push(jwk);
        }
        let current = Key {
            kid: current.kid.clone(),
            private: EncodingKey::from_ec_der(&private),
        };
        Ok(Self(Arc::new(Keys {
            current,
            public,
            jwks: json!({ "keys": jwks }),
        })))
    }

    /// A signed token of this type (`at+jwt`, …) with these claims; `exp`, `iss` and `aud` must be among them.
    pub fn sign<T: Serialize>(&self, typ: &'static str, claims: &T) -> anyhow::Result<String> {
        let Key { kid, private } = &self.0.current;
        let mut header = Header::new(ALGORITHM);
        header.typ = Some(typ.to_owned());
        header.kid = Some(kid.clone());
        encode(&header, claims, private).context("sign a token")
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
        let header = decode_header(token).map_err(|error| match error.kind() {
            // An algorithm that the library does not know, such as "none".
            ErrorKind::Json(_) => TokenError::Forged,
            _ => TokenError::Malformed,
        })?;
        if header.alg != ALGORITHM || header.crit.is_some() {
            return Err(TokenError::Forged);
        }
        let kid = header.kid.ok_or(TokenError::Forged)?;
        let key = self.0.public.get(&kid).ok_or(TokenError::Forged)?;
        if header.typ.as_deref() != Some(typ) {
            return Err(TokenError::WrongType);
        }
        let claims = decode::<Value>(token, key, &validation(audience, issuer))
            .map_err(|error| match error.kind() {
                ErrorKind::InvalidAudience => TokenError::WrongAudience,
                ErrorKind::InvalidIssuer => TokenError::WrongIssuer,
                ErrorKind::MissingRequiredClaim(_) => TokenError::WrongClaims,
                _ => TokenError::Forged,
            })?
            .claims;
        check_times(&claims, now.timestamp())?;
        serde_json::from_value(claims).map_err(|_| TokenError::WrongClaims)
    }

    /// The public keys, as a JWK Set (RFC 7517 §5).
    pub fn jwks(&self) -> Value {
        self.0.jwks.clone()
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKeys")
            .field(&self.0.current.kid)
            .finish()
    }
}

/// Everything but the times, for which the library would ask the machine's clock.
fn validation(audience: &str, issuer: &str) -> Validation {
    let mut validation = Validation::new(ALGORITHM);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.set_audience(&[audience]);
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

async fn load(db: &DatabaseConnection) -> anyhow::Result<Vec<signing_key::Model>> {
    signing_key::Entity::find()
        .order_by_asc(signing_key::Column::CreatedAt)
        .order_by_asc(signing_key::Column::Kid)
        .all(db)
        .await
        .context("load the signing keys")
}

fn read_public(row: &signing_key::Model) -> anyhow::Result<(DecodingKey, Value)> {
    let jwk: Jwk = serde_json::from_str(&row.public_jwk)?;
    Ok((
        DecodingKey::from_jwk(&jwk)?,
        serde_json::from_str(&row.public_jwk)?,
    ))
}

/// Makes a key unless another node just did: the first data key's row is the lock that nodes take in turn.
async fn create_first(db: &DatabaseConnection, vault: &Vault, clock: &Clock) -> anyhow::Result<()> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = db.begin_with_options(options).await?;
    data_key::Entity::find()
        .order_by_asc(data_key::Column::Id)
        .limit(1)
        .lock_exclusive()
        .one(&transaction)
        .await
        .context("wait for other nodes")?;
    if signing_key::Entity::find().count(&transaction).await? == 0 {
        create(&transaction, vault, clock)
            .await
            .context("make a signing key")?;
    }
    Ok(transaction.commit().await?)
}

/// The key id is the key's thumbprint (RFC 7638).
async fn create(db: &DatabaseTransaction, vault: &Vault, clock: &Clock) -> anyhow::Result<()> {
    let secret = SecretKey::try_generate_from_rng(&mut SysRng)
        .map_err(|error| anyhow!("read random bytes from the operating system: {error}"))?;
    let private = secret.to_pkcs8_der()?;
    let mut jwk = Jwk::from_encoding_key(&EncodingKey::from_ec_der(private.as_bytes()), ALGORITHM)?;
    let kid = jwk.thumbprint(ThumbprintHash::SHA256)?;
    jwk.common.key_id = Some(kid.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    signing_key::ActiveModel {
        private: Set(vault.seal(place(&kid), private.as_bytes())),
        kid: Set(kid),
        algorithm: Set("ES256".to_owned()),
        public_jwk: Set(serde_json::to_string(&jwk)?),
        created_at: Set(clock.now()),
        retired_at: Set(None),
    }
    .insert(db)
    .await?;
    Ok(())
}
