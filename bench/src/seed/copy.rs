//! PostgreSQL's COPY in its binary format, which the server reads with the least work, into empty tables.

use anyhow::Context;
use chrono::{DateTime, Utc};
use futures_util::{Stream, TryStreamExt};
use sea_orm::sqlx::{AssertSqlSafe, Executor, PgPool};
use uuid::Uuid;

/// What a stream begins with: signature, flags, length of an extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// And ends with, where the number of a row's fields would be.
const TRAILER: [u8; 2] = (-1_i16).to_be_bytes();
/// Where PostgreSQL begins to count time: 2000-01-01, in microseconds.
const EPOCH: i64 = 946_684_800_000_000;

/// A table and the columns that are filled.
pub struct Target {
    pub table: &'static str,
    pub columns: &'static [&'static str],
}

impl Target {
    /// Rows for this table, of which there are none yet.
    pub fn rows(&self) -> Rows {
        Rows {
            fields: self.columns.len() as i16,
            bytes: Vec::new(),
        }
    }

    /// Writes the rows in one transaction that also empties the table: so that they are written frozen, and vacuum
    /// never writes them again; and, with `wal_level = minimal`, once instead of twice.
    pub async fn fill(
        &self,
        pool: &PgPool,
        rows: impl Stream<Item = anyhow::Result<Rows>>,
    ) -> anyhow::Result<()> {
        let mut transaction = pool.begin().await?;
        let (table, columns) = (self.table, self.columns.join(", "));
        let empty = AssertSqlSafe(format!("TRUNCATE {table}"));
        transaction.execute(empty).await?;
        let copy = format!("COPY {table} ({columns}) FROM STDIN (FORMAT binary, FREEZE)");
        let mut into = transaction.copy_in_raw(&copy).await?;
        into.send(HEADER).await?;
        let mut rows = std::pin::pin!(rows);
        while let Some(rows) = rows.try_next().await? {
            into.send(rows.bytes).await?;
        }
        into.send(&TRAILER[..]).await?;
        into.finish().await.with_context(|| table.to_owned())?;
        Ok(transaction.commit().await?)
    }
}

/// Some rows, field by field in the order of the columns.
pub struct Rows {
    fields: i16,
    bytes: Vec<u8>,
}

impl Rows {
    /// Begins a row.
    pub fn row(&mut self) -> &mut Self {
        self.bytes.extend(self.fields.to_be_bytes());
        self
    }

    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.bytes.extend((value.len() as i32).to_be_bytes());
        self.bytes.extend(value);
        self
    }

    pub fn null(&mut self) -> &mut Self {
        self.bytes.extend((-1_i32).to_be_bytes());
        self
    }

    pub fn text(&mut self, value: &str) -> &mut Self {
        self.bytes(value.as_bytes())
    }

    pub fn uuid(&mut self, value: Uuid) -> &mut Self {
        self.bytes(value.as_bytes())
    }

    pub fn time(&mut self, value: DateTime<Utc>) -> &mut Self {
        self.number(value.timestamp_micros() - EPOCH)
    }

    pub fn number(&mut self, value: i64) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub fn flag(&mut self, value: bool) -> &mut Self {
        self.bytes(&[u8::from(value)])
    }
}
