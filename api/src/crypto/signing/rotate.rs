//! How signing keys are made and take turns.
//!
//! A new key is published at once and signs from [`LEAD`] on: by then every node has read it and no reader's cached key
//! set is without it. A key that no longer signs stays published for [`KEPT`], so that what it signed still verifies.

use anyhow::{Context, anyhow};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{
    EncodingKey,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use p256::{
    SecretKey,
    elliptic_curve::Generate,
    pkcs8::{EncodePrivateKey, PrivateKeyInfoRef},
};
use rand::rngs::SysRng;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection,
    DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, SqliteTransactionMode,
    TransactionOptions, TransactionTrait, sea_query::Expr,
};
use zeroize::Zeroizing;

use super::{SigningAlgorithm, place};
use crate::{
    clock::Clock,
    crypto::Vault,
    entity::{data_key, signing_key},
};

/// How long a key is published before it signs: longer than readers keep a key set (five minutes) and than a node takes
/// to read keys again.
pub const LEAD: TimeDelta = TimeDelta::minutes(15);
/// How long a retired key stays published: tokens that say who had signed in (`id_token_hint`) are shown again late.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Makes a key of this kind unless there is one.
pub async fn ensure(
    db: &DatabaseConnection,
    vault: &Vault,
    clock: &Clock,
    algorithm: SigningAlgorithm,
) -> anyhow::Result<()> {
    if newest(db, algorithm).await?.is_some() {
        return Ok(());
    }
    let transaction = begin(db).await?;
    if newest(&transaction, algorithm).await?.is_none() {
        create(&transaction, vault, clock, algorithm, clock.now()).await?;
    }
    Ok(transaction.commit().await?)
}

/// Makes a new key of every kind in use that signs in `lead` from now; the old ones sign until then.
pub async fn rotate(
    db: &DatabaseConnection,
    vault: &Vault,
    clock: &Clock,
    lead: TimeDelta,
) -> anyhow::Result<()> {
    rotate_older(db, vault, clock, lead, clock.now()).await
}

/// The same for kinds whose newest key was made before `before`: what every node may do at any time, and one does.
pub async fn rotate_older(
    db: &DatabaseConnection,
    vault: &Vault,
    clock: &Clock,
    lead: TimeDelta,
    before: DateTime<Utc>,
) -> anyhow::Result<()> {
    let is_old = |row: &signing_key::Model| row.created_at <= before;
    let mut old = Vec::new();
    for algorithm in [SigningAlgorithm::Es256, SigningAlgorithm::Rs256] {
        if newest(db, algorithm).await?.as_ref().is_some_and(is_old) {
            old.push(algorithm);
        }
    }
    if old.is_empty() {
        return Ok(());
    }
    let transaction = begin(db).await?;
    let active_from = clock.now() + lead;
    for algorithm in old {
        if !newest(&transaction, algorithm)
            .await?
            .as_ref()
            .is_some_and(is_old)
        {
            continue;
        }
        let name: &str = algorithm.into();
        signing_key::Entity::update_many()
            .col_expr(signing_key::Column::RetiredAt, Expr::value(active_from))
            .filter(signing_key::Column::Algorithm.eq(name))
            .filter(signing_key::Column::RetiredAt.is_null())
            .exec(&transaction)
            .await?;
        create(&transaction, vault, clock, algorithm, active_from).await?;
    }
    Ok(transaction.commit().await?)
}

/// Takes retired keys away; with `revoke`, at once: what they signed no longer verifies.
pub async fn purge(
    db: &DatabaseConnection,
    now: DateTime<Utc>,
    revoke: bool,
) -> anyhow::Result<()> {
    let before = if revoke { now } else { now - KEPT };
    signing_key::Entity::delete_many()
        .filter(signing_key::Column::RetiredAt.lte(before))
        .exec(db)
        .await?;
    Ok(())
}

async fn newest<C: ConnectionTrait>(
    db: &C,
    algorithm: SigningAlgorithm,
) -> anyhow::Result<Option<signing_key::Model>> {
    let name: &str = algorithm.into();
    signing_key::Entity::find()
        .filter(signing_key::Column::Algorithm.eq(name))
        .filter(signing_key::Column::RetiredAt.is_null())
        .order_by_desc(signing_key::Column::CreatedAt)
        .one(db)
        .await
        .context("look for signing keys")
}

/// A transaction that nodes take in turn: the first data key's row is the lock.
async fn begin(db: &DatabaseConnection) -> anyhow::Result<DatabaseTransaction> {
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
    Ok(transaction)
}

/// The key id is the key's thumbprint (RFC 7638).
async fn create(
    db: &DatabaseTransaction,
    vault: &Vault,
    clock: &Clock,
    algorithm: SigningAlgorithm,
    active_from: DateTime<Utc>,
) -> anyhow::Result<()> {
    let private = generate(algorithm).context("make a signing key")?;
    let key = match algorithm {
        SigningAlgorithm::Es256 => EncodingKey::from_ec_der(&private),
        SigningAlgorithm::Rs256 => EncodingKey::from_rsa_der(&private),
    };
    let mut jwk = Jwk::from_encoding_key(&key, algorithm.into())?;
    let kid = jwk.thumbprint(ThumbprintHash::SHA256)?;
    jwk.common.key_id = Some(kid.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    signing_key::ActiveModel {
        private: Set(vault.seal(place(&kid), &private)),
        kid: Set(kid),
        algorithm: Set(<&str>::from(algorithm).to_owned()),
        public_jwk: Set(serde_json::to_string(&jwk)?),
        created_at: Set(clock.now()),
        retired_at: Set(None),
        active_from: Set(Some(active_from)),
    }
    .insert(db)
    .await?;
    Ok(())
}

/// The private half: PKCS #8 for an elliptic curve, PKCS #1 for RSA, as [`EncodingKey`] takes them.
fn generate(algorithm: SigningAlgorithm) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    match algorithm {
        SigningAlgorithm::Es256 => {
            let secret = SecretKey::try_generate_from_rng(&mut SysRng)
                .map_err(|error| anyhow!("read random bytes from the operating system: {error}"))?;
            Ok(Zeroizing::new(secret.to_pkcs8_der()?.as_bytes().to_vec()))
        }
        SigningAlgorithm::Rs256 => {
            let pair = KeyPair::generate(KeySize::Rsa3072)?;
            let wrapped: Pkcs8V1Der<'_> = pair.as_der()?;
            let info = PrivateKeyInfoRef::try_from(wrapped.as_ref())
                .map_err(|error| anyhow!("read an RSA key: {error}"))?;
            Ok(Zeroizing::new(info.private_key.as_bytes().to_vec()))
        }
    }
}
