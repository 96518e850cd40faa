//! Moving sealed fields to the data key in force, page by page, while everything else goes on; then the keys before it
//! are retired. One node at a time does it; a node that takes over goes on from the last page.

use std::time::Duration;

use anyhow::Context;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};
use uuid::Uuid;

use crate::{
    app::App,
    crypto::{
        Place,
        sealed::{Row, SealedTable, TABLES, row_of_text},
    },
};

/// Rows read, and at most written, in one transaction.
const PAGE: usize = 200;
/// Pages of one run, so that a node that stops is not waited for.
const PAGES_A_RUN: usize = 50;
/// For how long a node has the work to itself without a sign of life.
const TURN: Duration = Duration::from_secs(30);
const PROGRESS_KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
const TURN_KEY: &str = "reseal:turn";

pub async fn run(app: &App) -> anyhow::Result<()> {
    let Some(current) = app.vault.superseding() else {
        return Ok(());
    };
    let me = app.node_id.as_bytes();
    let mine = app.ephemeral.put_new(TURN_KEY, me, TURN).await?
        || app.ephemeral.get(TURN_KEY).await?.as_deref() == Some(me);
    if !mine {
        return Ok(());
    }
    let mut pages = 0;
    for table in TABLES {
        while let Some(last) = page(app, table, current).await? {
            app.ephemeral
                .put(&progress(table, current), last.as_bytes(), PROGRESS_KEPT)
                .await?;
            app.ephemeral.put(TURN_KEY, me, TURN).await?;
            pages += 1;
            if pages == PAGES_A_RUN {
                return Ok(());
            }
        }
    }
    app.vault
        .retire_before(app.database.write(), current)
        .await?;
    for table in TABLES {
        app.ephemeral.remove(&progress(table, current)).await?;
    }
    app.ephemeral.take_if(TURN_KEY, me).await?;
    tracing::info!(key = current, "every field is under this data key");
    Ok(())
}

fn progress(table: &SealedTable, current: u32) -> String {
    format!("reseal:{current}:{}", table.name)
}

/// Moves the next page of a table; answers its last key, or `None` when there is none.
async fn page(app: &App, table: &SealedTable, current: u32) -> anyhow::Result<Option<String>> {
    let after = app.ephemeral.get(&progress(table, current)).await?;
    let after = after.map(String::from_utf8).transpose()?;
    let rows = read(app, table, after.as_deref()).await?;
    let Some(last) = rows.last() else {
        return Ok(None);
    };
    let last = key(table, last)?;
    let transaction = app.database.begin().await?;
    for row in &rows {
        move_row(app, &transaction, table, row, current).await?;
    }
    transaction.commit().await?;
    Ok(Some(last))
}

async fn read(
    app: &App,
    table: &SealedTable,
    after: Option<&str>,
) -> anyhow::Result<Vec<QueryResult>> {
    let backend = app.database.backend();
    let columns: Vec<_> = table.columns.iter().map(|column| column.name).collect();
    let (from, values) = match after {
        Some(after) => (
            format!("WHERE {} > {}", table.key, mark(backend, 1)),
            vec![value(table, after)?],
        ),
        None => (String::new(), Vec::new()),
    };
    let sql = format!(
        "SELECT {key}, {columns} FROM {table} {from} ORDER BY {key} LIMIT {PAGE}",
        key = table.key,
        columns = columns.join(", "),
        table = table.name,
    );
    let statement = Statement::from_sql_and_values(backend, sql, values);
    Ok(app.database.read().query_all_raw(statement).await?)
}

/// Moves one row's fields, unless somebody has just written another value.
async fn move_row<C: ConnectionTrait>(
    app: &App,
    connection: &C,
    table: &SealedTable,
    row: &QueryResult,
    current: u32,
) -> anyhow::Result<()> {
    let key = key(table, row)?;
    let backend = app.database.backend();
    for column in table.columns {
        let Some(old) = row.try_get::<Option<Vec<u8>>>("", column.name)? else {
            continue;
        };
        let place = Place {
            table: table.name,
            column: column.place,
            row: match table.row {
                Row::Uuid => key.parse()?,
                Row::Text => row_of_text(&key),
            },
        };
        let new = app
            .vault
            .reseal(place, &old, current)
            .with_context(|| format!("{}.{} of {key}", table.name, column.name))?;
        let Some(new) = new else {
            continue;
        };
        let sql = format!(
            "UPDATE {table} SET {column} = {} WHERE {key} = {} AND {column} = {}",
            mark(backend, 1),
            mark(backend, 2),
            mark(backend, 3),
            table = table.name,
            column = column.name,
            key = table.key,
        );
        let values = [new.into(), value(table, &key)?, old.into()];
        connection
            .execute_raw(Statement::from_sql_and_values(backend, sql, values))
            .await?;
    }
    Ok(())
}

fn key(table: &SealedTable, row: &QueryResult) -> anyhow::Result<String> {
    Ok(match table.row {
        Row::Uuid => row.try_get::<Uuid>("", table.key)?.to_string(),
        Row::Text => row.try_get("", table.key)?,
    })
}

fn value(table: &SealedTable, key: &str) -> anyhow::Result<sea_orm::Value> {
    Ok(match table.row {
        Row::Uuid => key.parse::<Uuid>()?.into(),
        Row::Text => key.into(),
    })
}

fn mark(backend: DbBackend, number: u32) -> String {
    match backend {
        DbBackend::Postgres => format!("${number}"),
        _ => format!("?{number}"),
    }
}
