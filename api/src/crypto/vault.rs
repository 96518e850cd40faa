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
//! column does not open. Keyed hashes are under keys derived from the master key: they outlast the data keys, and, once
//! the data keys were wrapped anew, rest wrapped beside them (see [`derived`](super::derived)).
//!
//! A new data key seals only [`ACTIVE_AFTER`] it was made: by then every node has loaded it, so no node ever meets a
//! field it cannot open. `job::reseal` moves old fields over; a key that seals nothing any more is retired.

mod data_key;
#[cfg(test)]
pub(crate) mod tests;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use anyhow::{Context, ensure};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac};
use sea_orm::DatabaseConnection;
use sha2::Sha256;
use tokio::sync::Notify;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    MasterKey,
    derived::{BLIND_INDEX, Derived, MAC, PASSWORD_PEPPER},
};
use crate::clock::Clock;
use data_key::{create, key_id, unwrap};
pub(super) use data_key::{load, rewrap};

const SUITE: u8 = 1;
const HEADER: usize = 5;
const NONCE: usize = 24;
const FIRST_KEY: u32 = 1;
/// From when on a new key seals. Nodes look for new keys every few seconds, see [`crate::job`].
pub const ACTIVE_AFTER: TimeDelta = TimeDelta::seconds(60);

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

impl OpenError {
    /// Another node seals with a key that this one has not loaded yet.
    pub fn is_unknown_key(error: &Self) -> bool {
        matches!(error, Self::UnknownKey(_))
    }
}

/// Seals, opens and indexes personal fields. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    wrapping: XChaCha20Poly1305,
    clock: Clock,
    keys: RwLock<Arc<DataKeys>>,
    /// Rung when a field was met whose key is not loaded.
    unknown_key: Notify,
    index: Hmac<Sha256>,
    mac: Hmac<Sha256>,
    pepper: Zeroizing<[u8; 32]>,
}

/// The data keys as last loaded.
#[derive(Default)]
struct DataKeys {
    ciphers: BTreeMap<u32, XChaCha20Poly1305>,
    /// Those that are not retired, with the time from which they seal, in order.
    sealing: Vec<(u32, DateTime<Utc>)>,
}

impl DataKeys {
    /// The newest key that every node has by now.
    fn current(&self, now: DateTime<Utc>) -> Option<(u32, &XChaCha20Poly1305)> {
        let newest = self.sealing.iter().rfind(|(_, from)| *from <= now);
        let (id, _) = newest.or(self.sealing.first())?;
        Some((*id, self.ciphers.get(id)?))
    }
}

impl Vault {
    /// Unwraps the data keys; makes the first where there is none. Fails when they were wrapped by another master key.
    pub async fn open(
        db: &DatabaseConnection,
        master: &MasterKey,
        clock: &Clock,
    ) -> anyhow::Result<Self> {
        let wrapping = wrapping(master);
        if load(db).await?.is_empty() {
            create(db, &wrapping, FIRST_KEY, clock.now()).await?;
        }
        let derived = Derived::load(db, master, &wrapping).await?;
        let vault = Self(Arc::new(Inner {
            wrapping,
            clock: clock.clone(),
            keys: RwLock::default(),
            unknown_key: Notify::new(),
            index: keyed(&derived.get(BLIND_INDEX))?,
            mac: keyed(&derived.get(MAC))?,
            pepper: derived.get(PASSWORD_PEPPER),
        }));
        vault.reload(db).await?;
        Ok(vault)
    }

    /// Takes over the keys that other nodes made. What was loaded before stays when they cannot be had.
    pub async fn reload(&self, db: &DatabaseConnection) -> anyhow::Result<()> {
        let rows = load(db).await?;
        let ciphers = rows
            .iter()
            .map(|row| Ok((key_id(row)?, unwrap(&self.0.wrapping, row)?)))
            .collect::<anyhow::Result<_>>()?;
        let sealing = rows.iter().filter(|row| row.retired_at.is_none());
        let sealing = sealing
            .map(|row| Ok((key_id(row)?, row.created_at + ACTIVE_AFTER)))
            .collect::<anyhow::Result<Vec<_>>>()?;
        ensure!(!sealing.is_empty(), "every data key is retired");
        let keys = Arc::new(DataKeys { ciphers, sealing });
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    /// Ends when a field was met whose key is not loaded: time to [`reload`](Self::reload).
    pub async fn met_unknown_key(&self) {
        self.0.unknown_key.notified().await;
    }

    /// Makes a new data key, which seals from [`ACTIVE_AFTER`] on. Answers its id.
    pub async fn rotate(&self, db: &DatabaseConnection) -> anyhow::Result<u32> {
        let rows = load(db).await?;
        let last = rows.last().map(key_id).transpose()?.unwrap_or_default();
        let next = last.checked_add(1).context("a data key's id")?;
        let made = create(db, &self.0.wrapping, next, self.0.clock.now()).await?;
        ensure!(made, "another data key was made just now");
        self.reload(db).await?;
        Ok(next)
    }

    /// The key that seals now, where older ones still seal fields in the database.
    pub fn superseding(&self) -> Option<u32> {
        let keys = self.keys();
        let (current, _) = keys.current(self.0.clock.now())?;
        let older = keys.sealing.iter().any(|(id, _)| *id < current);
        older.then_some(current)
    }

    /// Retires the keys before `current`: they only open from now on.
    pub async fn retire_before(&self, db: &DatabaseConnection, current: u32) -> anyhow::Result<()> {
        data_key::retire_before(db, current, self.0.clock.now()).await?;
        self.reload(db).await
    }

    /// The same field under the key `current`; `None` when it is under that already.
    pub fn reseal(
        &self,
        place: Place<'_>,
        sealed: &[u8],
        current: u32,
    ) -> Result<Option<Vec<u8>>, OpenError> {
        if sealed.starts_with(&header(current)) {
            return Ok(None);
        }
        let plain = self.open_sealed(place, sealed)?;
        let resealed = self.seal(place, &plain);
        Ok(resealed.starts_with(&header(current)).then_some(resealed))
    }

    /// What tells this deployment's keys in a shared store from another's.
    pub fn namespace(&self) -> String {
        hex::encode(&self.mac("namespace", &[])[..8])
    }

    /// Goes into every password hash.
    pub fn pepper(&self) -> [u8; 32] {
        *self.0.pepper
    }

    fn keys(&self) -> Arc<DataKeys> {
        let keys = self.0.keys.read();
        Arc::clone(&keys.unwrap_or_else(PoisonError::into_inner))
    }

    /// Equal fields are sealed differently each time.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        let keys = self.keys();
        let (id, cipher) = keys
            .current(self.0.clock.now())
            .expect("a vault is never opened without a key");
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
        let keys = self.keys();
        let Some(cipher) = keys.ciphers.get(&id) else {
            self.0.unknown_key.notify_one();
            return Err(OpenError::UnknownKey(id));
        };
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

/// What data keys are wrapped by.
pub(super) fn wrapping(master: &MasterKey) -> XChaCha20Poly1305 {
    let key = Zeroizing::new(master.derive("wrap data keys"));
    XChaCha20Poly1305::new((&*key).into())
}

/// Nonce, ciphertext, tag.
pub(super) fn encrypt(cipher: &XChaCha20Poly1305, plain: &[u8], aad: &[u8]) -> Vec<u8> {
    let nonce: [u8; NONCE] = rand::random();
    let payload = Payload { msg: plain, aad };
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), payload)
        .expect("nothing in memory is longer than the cipher's limit of 256 GiB");
    [&nonce[..], &sealed].concat()
}

pub(super) fn decrypt(
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

fn keyed(key: &[u8; 32]) -> anyhow::Result<Hmac<Sha256>> {
    Hmac::new_from_slice(key).context("a key for hashes")
}

fn hash(keyed: &Hmac<Sha256>, domain: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut hash = keyed.clone();
    for part in [domain.as_bytes()].iter().chain(parts) {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash
}
