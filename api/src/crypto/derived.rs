//! Keys for keyed hashes: derived from the master key, or, once a new master key took over, kept wrapped by it.
//!
//! Blind indexes and password hashes cannot be made anew (their inputs are not to be had in bulk, or at all), so these
//! keys stay the same for the life of the database, whatever master key guards it.

use std::collections::BTreeMap;

use anyhow::{Context, anyhow, ensure};
use chacha20poly1305::XChaCha20Poly1305;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseConnection, EntityTrait, TransactionTrait,
    sea_query::OnConflict,
};
use zeroize::Zeroizing;

use super::{MasterKey, vault};
use crate::entity::derived_key::{ActiveModel, Column, Entity};

pub const BLIND_INDEX: &str = "blind index";
pub const MAC: &str = "mac";
pub const PASSWORD_PEPPER: &str = "password-pepper";
const PURPOSES: [&str; 3] = [BLIND_INDEX, MAC, PASSWORD_PEPPER];

type Key = Zeroizing<[u8; 32]>;

/// The keys by purpose.
pub struct Derived(BTreeMap<&'static str, Key>);

impl Derived {
    /// Those that are kept, and the others from the master key.
    pub async fn load(
        db: &DatabaseConnection,
        master: &MasterKey,
        wrapping: &XChaCha20Poly1305,
    ) -> anyhow::Result<Self> {
        let rows = Entity::find()
            .all(db)
            .await
            .context("load the derived keys")?;
        let mut keys = BTreeMap::new();
        for purpose in PURPOSES {
            let kept = rows.iter().find(|row| row.purpose == purpose);
            let key = match kept {
                Some(row) => unwrap(wrapping, purpose, &row.wrapped)?,
                None => Zeroizing::new(master.derive(purpose)),
            };
            keys.insert(purpose, key);
        }
        Ok(Self(keys))
    }

    pub fn get(&self, purpose: &'static str) -> Key {
        self.0.get(purpose).cloned().unwrap_or_default()
    }
}

/// Puts everything that `old` guards under the guard of `new`, in one transaction. Nodes that run with the old master
/// key go on with what they have loaded; they are restarted with the new one, one by one.
pub async fn rewrap(
    db: &DatabaseConnection,
    old: &MasterKey,
    new: &MasterKey,
) -> anyhow::Result<usize> {
    let (from, to) = (vault::wrapping(old), vault::wrapping(new));
    let derived = Derived::load(db, old, &from).await?;
    let transaction = db.begin().await?;
    let rows = vault::load(&transaction).await?;
    ensure!(!rows.is_empty(), "there is no data key yet");
    vault::rewrap(&transaction, &rows, &from, &to).await?;
    for purpose in PURPOSES {
        keep(&transaction, &to, purpose, &derived.get(purpose)).await?;
    }
    transaction.commit().await?;
    Ok(rows.len())
}

async fn keep<C: ConnectionTrait>(
    connection: &C,
    wrapping: &XChaCha20Poly1305,
    purpose: &'static str,
    key: &Key,
) -> anyhow::Result<()> {
    let row = ActiveModel {
        purpose: Set(purpose.into()),
        wrapped: Set(vault::encrypt(wrapping, &**key, purpose.as_bytes())),
    };
    let replace = OnConflict::column(Column::Purpose)
        .update_column(Column::Wrapped)
        .to_owned();
    Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(connection)
        .await
        .context("keep a derived key")?;
    Ok(())
}

fn unwrap(wrapping: &XChaCha20Poly1305, purpose: &str, wrapped: &[u8]) -> anyhow::Result<Key> {
    let opened = vault::decrypt(wrapping, wrapped, purpose.as_bytes())
        .map_err(|_| anyhow!("the key for {purpose} does not open: another master key"))?;
    let key = <[u8; 32]>::try_from(opened.as_slice()).context("a derived key")?;
    Ok(Zeroizing::new(key))
}
