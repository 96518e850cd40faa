//! Sealed fields, by envelope encryption, and keyed hashes to look them up by.
//!
//! A field is sealed by a data key with XChaCha20-Poly1305. The data keys are in the table `data_key`, wrapped in the
//! same way by a key derived from the master key. A sealed field is:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | suite, which fixes the rest of the layout: 1 |
//! | 4 | the data key's id, big-endian |
//! | 24 | nonce, random |
//! | rest | ciphertext and 16 bytes of tag |
//!
//! The additional data are the first five bytes and the field's [`Place`], so that a field copied to another row or
//! column does not open. Keyed hashes are under keys derived from the master key: they outlast the data keys.

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt, sync::Arc};

use anyhow::{Context, anyhow};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use rand::{TryRng, rngs::SysRng};
use sea_orm::{ActiveValue::Set, DatabaseConnection, EntityTrait, QueryOrder};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::MasterKey;
use crate::{clock::Clock, entity::data_key};

const SUITE: u8 = 1;
const HEADER: usize = 5;
const NONCE: usize = 24;
const FIRST_KEY: u32 = 1;

/// Where a sealed field belongs: table, column and the row's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    pub table: &'a str,
    pub column: &'a str,
    pub row: Uuid,
}

/// Why something sealed did not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error("it is too short or of an unknown suite")]
    Malformed,
    #[error("there is no data key {0}")]
    UnknownKey(u32),
    #[error("it was changed, or sealed for another place")]
    Forged,
    #[error("it is not text")]
    NotText,
}

/// Seals, opens and indexes personal fields. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Keys>);

struct Keys {
    data: BTreeMap<u32, XChaCha20Poly1305>,
    /// Which of them seals.
    current: u32,
    index: Hmac<Sha256>,
    mac: Hmac<Sha256>,
}

impl Vault {
    /// Unwraps the data keys; makes the first where there is none. Fails when they were wrapped by another master key.
    pub async fn open(
        db: &DatabaseConnection,
        master: &MasterKey,
        clock: &Clock,
    ) -> anyhow::Result<Self> {
        let wrapping = Zeroizing::new(master.derive("wrap data keys"));
        let wrapping = XChaCha20Poly1305::new((&*wrapping).into());
        let mut rows = load(db).await?;
        if rows.is_empty() {
            create(db, &wrapping, clock).await?;
            rows = load(db).await?;
        }
        let current = rows.iter().rfind(|row| row.retired_at.is_none());
        let current = key_id(current.context("every data key is retired")?)?;
        let data = rows
            .iter()
            .map(|row| Ok((key_id(row)?, unwrap(&wrapping, row)?)))
            .collect::<anyhow::Result<_>>()?;
        Ok(Self(Arc::new(Keys {
            data,
            current,
            index: keyed(master, "blind index")?,
            mac: keyed(master, "mac")?,
        })))
    }

    /// Equal fields are sealed differently each time.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        let id = self.0.current;
        let cipher = &self.0.data[&id];
        let header = header(id);
        let mut sealed = header.to_vec();
        sealed.extend(encrypt(cipher, plain, &place.bytes(&header)));
        sealed
    }

    /// Opens what was sealed for this very place.
    pub fn open_sealed(
        &self,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (header, rest) = sealed
            .split_first_chunk::<HEADER>()
            .ok_or(OpenError::Malformed)?;
        let [SUITE, id @ ..] = *header else {
            return Err(OpenError::Malformed);
        };
        let id = u32::from_be_bytes(id);
        let cipher = self.0.data.get(&id).ok_or(OpenError::UnknownKey(id))?;
        decrypt(cipher, rest, &place.bytes(header))
    }

    /// [`Vault::seal`] of text.
    pub fn seal_text(&self, place: Place<'_>, plain: &str) -> Vec<u8> {
        self.seal(place, plain.as_bytes())
    }

    /// [`Vault::open_sealed`] of text.
    pub fn open_text(
        &self,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<String>, OpenError> {
        let mut bytes = self.open_sealed(place, sealed)?;
        match String::from_utf8(std::mem::take(&mut *bytes)) {
            Ok(text) => Ok(Zeroizing::new(text)),
            Err(error) => {
                *bytes = error.into_bytes();
                Err(OpenError::NotText)
            }
        }
    }

    /// 32 bytes by which an equal value is found and kept unique without being readable: HMAC-SHA256. Values must have
    /// been normalised. Different domains (`"phone"`, `"id-number"`) give unrelated hashes.
    pub fn blind_index(&self, domain: &'static str, value: &str) -> Vec<u8> {
        let hash = hash(&self.0.index, domain, &[value.as_bytes()]);
        hash.finalize().into_bytes().to_vec()
    }

    /// HMAC-SHA256 of the parts, each with its length, so that no two lists of parts are confused.
    pub fn mac(&self, domain: &'static str, parts: &[&[u8]]) -> [u8; 32] {
        hash(&self.0.mac, domain, parts)
            .finalize()
            .into_bytes()
            .into()
    }

    /// Whether `expected` is the [`Vault::mac`] of the parts, in constant time.
    pub fn mac_matches(&self, domain: &'static str, parts: &[&[u8]], expected: &[u8]) -> bool {
        hash(&self.0.mac, domain, parts)
            .verify_slice(expected)
            .is_ok()
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Place<'_> {
    /// The additional data of a field sealed here.
    fn bytes(self, header: &[u8; HEADER]) -> Vec<u8> {
        let mut bytes = header.to_vec();
        for part in [
            self.table.as_bytes(),
            self.column.as_bytes(),
            self.row.as_bytes(),
        ] {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part);
        }
        bytes
    }
}

fn header(key: u32) -> [u8; HEADER] {
    let [a, b, c, d] = key.to_be_bytes();
    [SUITE, a, b, c, d]
}

/// Nonce, ciphertext, tag.
fn encrypt(cipher: &XChaCha20Poly1305, plain: &[u8], aad: &[u8]) -> Vec<u8> {
    let nonce: [u8; NONCE] = rand::random();
    let payload = Payload { msg: plain, aad };
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), payload)
        .expect("nothing in memory is longer than the cipher's limit of 256 GiB");
    [&nonce[..], &sealed].concat()
}

fn decrypt(
    cipher: &XChaCha20Poly1305,
    sealed: &[u8],
    aad: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (nonce, msg) = sealed
        .split_first_chunk::<NONCE>()
        .ok_or(OpenError::Malformed)?;
    let plain = cipher.decrypt(&XNonce::from(*nonce), Payload { msg, aad });
    plain.map(Zeroizing::new).map_err(|_| OpenError::Forged)
}

fn keyed(master: &MasterKey, purpose: &str) -> anyhow::Result<Hmac<Sha256>> {
    let key = Zeroizing::new(master.derive(purpose));
    Hmac::new_from_slice(&*key).context("a key for hashes")
}

fn hash(keyed: &Hmac<Sha256>, domain: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut hash = keyed.clone();
    for part in [domain.as_bytes()].iter().chain(parts) {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash
}

async fn load(db: &DatabaseConnection) -> anyhow::Result<Vec<data_key::Model>> {
    data_key::Entity::find()
        .order_by_asc(data_key::Column::Id)
        .all(db)
        .await
        .context("load the data keys")
}

/// Makes the first data key, unless another node just did.
async fn create(
    db: &DatabaseConnection,
    wrapping: &XChaCha20Poly1305,
    clock: &Clock,
) -> anyhow::Result<()> {
    let mut key = Zeroizing::new([0; 32]);
    SysRng
        .try_fill_bytes(&mut *key)
        .context("read random bytes from the operating system")?;
    let row = data_key::ActiveModel {
        id: Set(FIRST_KEY as i32),
        suite: Set(SUITE.into()),
        wrapped: Set(encrypt(wrapping, &*key, &header(FIRST_KEY))),
        created_at: Set(clock.now()),
        retired_at: Set(None),
    };
    data_key::Entity::insert(row)
        .on_conflict_do_nothing_on([data_key::Column::Id])
        .exec_without_returning(db)
        .await
        .context("store the first data key")?;
    Ok(())
}

fn unwrap(
    wrapping: &XChaCha20Poly1305,
    row: &data_key::Model,
) -> anyhow::Result<XChaCha20Poly1305> {
    let key = decrypt(wrapping, &row.wrapped, &header(key_id(row)?)).map_err(|_| {
        anyhow!(
            "data key {} does not open: this database was made with another master key",
            row.id
        )
    })?;
    XChaCha20Poly1305::new_from_slice(&key).with_context(|| format!("data key {}", row.id))
}

fn key_id(row: &data_key::Model) -> anyhow::Result<u32> {
    u32::try_from(row.id).with_context(|| format!("data key {}", row.id))
}
