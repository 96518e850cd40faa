//! Indexes and constraints: taken away before a load and made after it, each in one pass over the table instead of a
//! look-up for every row.

use sea_orm::sqlx::{AssertSqlSafe, Executor, PgPool, Row};

/// How to take each away and how to make it again. Foreign keys go first, since they stand on unique constraints.
const FIND: &str = "
SELECT drop, make FROM (
  SELECT CASE contype WHEN 'f' THEN 1 ELSE 2 END AS turn, conname AS name,
    format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS make
  FROM pg_constraint
  WHERE contype IN ('f', 'p', 'u') AND (conrelid = ANY ($1::regclass[]) OR confrelid = ANY ($1::regclass[]))
UNION ALL
  SELECT 3, relname, format('DROP INDEX %I', relname), pg_get_indexdef(indexrelid)
  FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
  WHERE indrelid = ANY ($1::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
) AS found ORDER BY turn, name";
/// Sorting in memory as far as that goes.
const MEMORY: &str = "SET maintenance_work_mem = '1GB'";

/// What was taken away.
pub struct Indexes(Vec<String>);

impl Indexes {
    pub async fn take_away(pool: &PgPool, tables: &[&str]) -> anyhow::Result<Self> {
        let found = sea_orm::sqlx::query(FIND)
            .bind(tables)
            .fetch_all(pool)
            .await?;
        let mut make = Vec::new();
        for row in found {
            pool.execute(AssertSqlSafe(row.try_get::<String, _>("drop")?))
                .await?;
            make.push(row.try_get("make")?);
        }
        Ok(Self(make))
    }

    /// Makes them again: foreign keys last.
    pub async fn make(self, pool: &PgPool) -> anyhow::Result<()> {
        let mut connection = pool.acquire().await?;
        connection.execute(MEMORY).await?;
        for make in self.0.into_iter().rev() {
            connection.execute(AssertSqlSafe(make)).await?;
        }
        Ok(())
    }
}
