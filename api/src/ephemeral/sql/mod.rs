//! The store in the database: one row per value, one per counter.

mod brief;
mod count;

use std::{collections::HashMap, sync::Arc};

use anyhow::Context;
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{
    ActiveValue::Set,
    DbErr, ExprTrait,
    entity::prelude::*,
    sea_query::{LockBehavior, LockType, OnConflict, Query},
};

use self::brief::Brief;
use super::{Exceeded, Window};
use crate::{
    database::{Connection, Database, LookUps, Transaction, padded},
    entity::{
        counter::{Column as CounterColumn, Entity as Counter},
        ephemeral::{self, Column, Entity},
    },
};

/// Rows deleted by one statement, so that no lock is held for long.
const PURGE_BATCH: u64 = 1000;

#[derive(Clone)]
pub(super) struct Sql {
    db: Database,
    values: Arc<LookUps<Database, String, ephemeral::Model>>,
    counts: count::Counts,
    brief: Arc<Brief>,
}

/// [`Sql::put`] on a connection.
pub(super) async fn put<C: ConnectionTrait>(
    connection: &C,
    key: &str,
    value: &[u8],
    expires: i64,
) -> anyhow::Result<()> {
    Entity::insert(row(key, value, expires))
        .on_conflict(replace())
        .exec_without_returning(connection)
        .await
        .context("put a value")?;
    Ok(())
}

impl Sql {
    pub(super) fn new(db: Database) -> Self {
        Self {
            db,
            values: Arc::new(LookUps::new(find_all)),
            counts: count::Counts::default(),
            brief: Arc::default(),
        }
    }

    /// Runs one statement that writes.
    async fn write<T, W>(&self, what: &'static str, work: W) -> anyhow::Result<T>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<T, DbErr>> + Send + 'static,
    {
        self.db.write_one(work).await.context(what)
    }

    pub(super) async fn put(
        &self,
        key: &str,
        value: &[u8],
        _now: i64,
        expires: i64,
    ) -> anyhow::Result<()> {
        let insert = Entity::insert(row(key, value, expires)).on_conflict(replace());
        self.write("put a value", |on| {
            async move { insert.exec_without_returning(&on).await }.boxed()
        })
        .await?;
        Ok(())
    }

    pub(super) async fn put_new(
        &self,
        key: &str,
        value: &[u8],
        now: i64,
        expires: i64,
    ) -> anyhow::Result<bool> {
        let lapsed = Expr::col((Entity, Column::ExpiresAt)).lte(now);
        let insert = Entity::insert(row(key, value, expires))
            .on_conflict(replace().action_and_where(lapsed).to_owned());
        Ok(self
            .write("put a new value", |on| {
                async move { insert.exec_without_returning(&on).await }.boxed()
            })
            .await?
            == 1)
    }

    pub(super) async fn get(&self, key: &str, now: i64) -> anyhow::Result<Option<Vec<u8>>> {
        let row = self.values.find(&self.db, key.to_owned()).await;
        let row = row.context("get a value")?;
        Ok(row.filter(|row| row.expires_at > now).map(|row| row.value))
    }

    pub(super) async fn take(&self, key: &str, now: i64) -> anyhow::Result<Option<Vec<u8>>> {
        let delete = Entity::delete_many()
            .filter(Column::Key.eq(key))
            .filter(Column::ExpiresAt.gt(now));
        let rows = self
            .write("take a value", |on| {
                async move { delete.exec_with_returning(&on).await }.boxed()
            })
            .await?;
        Ok(rows.into_iter().next().map(|row| row.value))
    }

    pub(super) async fn take_if(
        &self,
        key: &str,
        expected: &[u8],
        now: i64,
    ) -> anyhow::Result<bool> {
        let delete = Entity::delete_many()
            .filter(Column::Key.eq(key))
            .filter(Column::Value.eq(expected))
            .filter(Column::ExpiresAt.gt(now));
        let deleted = self
            .write("take an expected value", |on| {
                async move { delete.exec(&on).await }.boxed()
            })
            .await?;
        Ok(deleted.rows_affected == 1)
    }

    pub(super) async fn swap(
        &self,
        key: &str,
        expected: &[u8],
        new: &[u8],
        now: i64,
    ) -> anyhow::Result<bool> {
        let update = Entity::update_many()
            .col_expr(Column::Value, Expr::value(new.to_vec()))
            .filter(Column::Key.eq(key))
            .filter(Column::Value.eq(expected))
            .filter(Column::ExpiresAt.gt(now));
        let updated = self
            .write("swap a value", |on| {
                async move { update.exec(&on).await }.boxed()
            })
            .await?;
        Ok(updated.rows_affected == 1)
    }

    pub(super) async fn try_once_more(
        &self,
        key: &str,
        max_tries: u32,
        now: i64,
    ) -> anyhow::Result<Option<Vec<u8>>> {
        let update = Entity::update_many()
            .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
            .filter(Column::Key.eq(key))
            .filter(Column::ExpiresAt.gt(now))
            .filter(Column::Tries.lt(i32::try_from(max_tries).unwrap_or(i32::MAX)));
        let rows = self
            .write("use up a try", |on| {
                async move { update.exec_with_returning(&on).await }.boxed()
            })
            .await?;
        Ok(rows.into_iter().next().map(|row| row.value))
    }

    pub(super) async fn remove(&self, key: &str) -> anyhow::Result<()> {
        let delete = Entity::delete_by_id(key);
        self.write("remove a value", |on| {
            async move { delete.exec(&on).await }.boxed()
        })
        .await?;
        Ok(())
    }

    pub(super) async fn count(
        &self,
        windows: &[Window],
        now: i64,
    ) -> anyhow::Result<Result<(), Exceeded>> {
        if self.db.file().is_some() && Brief::takes(windows) {
            return Ok(self.brief.count(windows, now));
        }
        count::count(&self.counts, &self.db, windows, now)
            .await
            .context("count")
    }

    pub(super) async fn uncount(&self, keys: &[&str], now: i64) -> anyhow::Result<()> {
        let keys: Vec<String> = keys.iter().map(|key| String::from(*key)).collect();
        self.db
            .transact(move |transaction| uncount(transaction, keys, now).boxed())
            .await
            .context("uncount")
    }

    pub(super) async fn forget_count(&self, key: &str) -> anyhow::Result<()> {
        let delete = Counter::delete_by_id(key);
        self.write("forget a count", |on| {
            async move { delete.exec(&on).await }.boxed()
        })
        .await?;
        Ok(())
    }

    pub(super) async fn counted(&self, key: &str, now: i64) -> anyhow::Result<u64> {
        let row = Counter::find_by_id(key)
            .filter(CounterColumn::ExpiresAt.gt(now))
            .one(self.db.read())
            .await
            .context("read a count")?;
        Ok(row.map_or(0, |row| u64::try_from(row.hits).unwrap_or(0)))
    }

    pub(super) async fn purge(&self, now: i64) -> anyhow::Result<u64> {
        let values = self
            .purge_table::<Entity>(Column::Key, Column::ExpiresAt, now)
            .await?;
        let counters = self
            .purge_table::<Counter>(CounterColumn::Key, CounterColumn::ExpiresAt, now)
            .await?;
        Ok(values + counters)
    }

    /// Deletes lapsed rows batch by batch. It waits for no row that a request holds, so the two never deadlock.
    async fn purge_table<E: EntityTrait>(
        &self,
        key: E::Column,
        expires_at: E::Column,
        now: i64,
    ) -> anyhow::Result<u64> {
        let mut total = 0;
        loop {
            let lapsed = Query::select()
                .column(key)
                .from(E::default())
                .and_where(Expr::col(expires_at).lte(now))
                .limit(PURGE_BATCH)
                .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
                .to_owned();
            let deleted = E::delete_many()
                .filter(key.in_subquery(lapsed))
                .exec(self.db.write())
                .await
                .context("delete what has lapsed")?
                .rows_affected;
            total += deleted;
            if deleted < PURGE_BATCH {
                return Ok(total);
            }
        }
    }
}

fn find_all(
    db: Database,
    keys: Vec<String>,
) -> BoxFuture<'static, Result<HashMap<String, ephemeral::Model>, DbErr>> {
    Box::pin(async move {
        let rows = Entity::find()
            .filter(Column::Key.is_in(padded(keys)))
            .all(db.read())
            .await?;
        Ok(rows.into_iter().map(|row| (row.key.clone(), row)).collect())
    })
}

/// A window in which nothing is counted any more has not begun.
async fn uncount(transaction: &Transaction, keys: Vec<String>, now: i64) -> Result<(), DbErr> {
    for key in keys {
        let open = CounterColumn::Key
            .eq(key)
            .and(CounterColumn::ExpiresAt.gt(now));
        let last = Counter::delete_many()
            .filter(open.clone())
            .filter(CounterColumn::Hits.lte(1))
            .exec(transaction)
            .await?;
        if last.rows_affected == 0 {
            Counter::update_many()
                .col_expr(CounterColumn::Hits, Expr::col(CounterColumn::Hits).sub(1))
                .filter(open)
                .exec(transaction)
                .await?;
        }
    }
    Ok(())
}

fn row(key: &str, value: &[u8], expires: i64) -> ephemeral::ActiveModel {
    ephemeral::ActiveModel {
        key: Set(key.to_owned()),
        value: Set(value.to_owned()),
        tries: Set(0),
        expires_at: Set(expires),
    }
}

fn replace() -> OnConflict {
    OnConflict::column(Column::Key)
        .update_columns([Column::Value, Column::Tries, Column::ExpiresAt])
        .to_owned()
}
