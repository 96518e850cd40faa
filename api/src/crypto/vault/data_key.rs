//! The rows that hold the data keys, wrapped.

use anyhow::{Context, anyhow};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use chrono::{DateTime, Utc};
use rand::{TryRng, rngs::SysRng};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter,
    QueryOrder, TryInsertResult, sea_query::Expr,
};
use zeroize::Zeroizing;

use super::{SUITE, decrypt, encrypt, header};
use crate::entity::data_key;

/// All of them, in order.
pub async fn load<C: ConnectionTrait>(db: &C) -> anyhow::Result<Vec<data_key::Model>> {
    data_key::Entity::find()
        .order_by_asc(data_key::Column::Id)
        .all(db)
        .await
        .context("load the data keys")
}

/// Makes a data key, unless another node just did.
pub async fn create(
    db: &DatabaseConnection,
    wrapping: &XChaCha20Poly1305,
    id: u32,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    let mut key = Zeroizing::new([0; 32]);
    SysRng
        .try_fill_bytes(&mut *key)
        .context("read random bytes from the operating system")?;
    let row = data_key::ActiveModel {
        id: Set(i32::try_from(id)?),
        suite: Set(SUITE.into()),
        wrapped: Set(encrypt(wrapping, &*key, &header(id))),
        created_at: Set(now),
        retired_at: Set(None),
    };
    let made = data_key::Entity::insert(row)
        .on_conflict_do_nothing_on([data_key::Column::Id])
        .exec_without_returning(db)
        .await
        .context("store a data key")?;
    Ok(matches!(made, TryInsertResult::Inserted(1)))
}

/// Notes that the keys before `current` seal no more.
pub async fn retire_before(
    db: &DatabaseConnection,
    current: u32,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    data_key::Entity::update_many()
        .col_expr(data_key::Column::RetiredAt, Expr::value(now))
        .filter(data_key::Column::Id.lt(i32::try_from(current)?))
        .filter(data_key::Column::RetiredAt.is_null())
        .exec(db)
        .await
        .context("retire data keys")?;
    Ok(())
}

/// Wraps every data key anew, on `connection`.
pub async fn rewrap<C: ConnectionTrait>(
    connection: &C,
    rows: &[data_key::Model],
    old: &XChaCha20Poly1305,
    new: &XChaCha20Poly1305,
) -> anyhow::Result<()> {
    for row in rows {
        let header = header(key_id(row)?);
        let key = unwrapped(old, row)?;
        data_key::Entity::update_many()
            .col_expr(
                data_key::Column::Wrapped,
                Expr::value(encrypt(new, &key, &header)),
            )
            .filter(data_key::Column::Id.eq(row.id))
            .exec(connection)
            .await?;
    }
    Ok(())
}

/// The cipher of a data key.
pub fn unwrap(
    wrapping: &XChaCha20Poly1305,
    row: &data_key::Model,
) -> anyhow::Result<XChaCha20Poly1305> {
    let key = unwrapped(wrapping, row)?;
    XChaCha20Poly1305::new_from_slice(&key).with_context(|| format!("data key {}", row.id))
}

fn unwrapped(
    wrapping: &XChaCha20Poly1305,
    row: &data_key::Model,
) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    decrypt(wrapping, &row.wrapped, &header(key_id(row)?)).map_err(|_| {
        anyhow!(
            "data key {} does not open: this database was made with another master key",
            row.id
        )
    })
}

pub fn key_id(row: &data_key::Model) -> anyhow::Result<u32> {
    u32::try_from(row.id).with_context(|| format!("data key {}", row.id))
}
