//! Counting. What many requests count at once is one statement: a limit is asked about before anything else is done, and
//! often by many about the same window.

use std::collections::{BTreeMap, HashMap};

use futures_util::FutureExt;
use sea_orm::{
    DbBackend, DbErr, FromQueryResult, Statement, entity::prelude::*, sea_query::SimpleExpr,
};
use serde_json::json;
use tokio::sync::oneshot;

use super::super::{Exceeded, Window, millis, until};
use crate::{
    database::{Database, Together, Transaction, broken_off},
    entity::counter::{Column, Entity as Counter, Model},
};

/// Where counts gather. Cheap to clone.
pub(super) type Counts = Together<Asked>;

/// One request's windows, and where it waits.
pub(super) struct Asked {
    windows: Vec<Window>,
    now: i64,
    reply: oneshot::Sender<Result<Counted, DbErr>>,
}

type Counted = Result<(), Exceeded>;

/// Counts one more in every window, or in none of them if any is full.
pub(super) async fn count(
    counts: &Counts,
    database: &Database,
    windows: &[Window],
    now: i64,
) -> Result<Counted, DbErr> {
    let (reply, answer) = oneshot::channel();
    let asked = Asked {
        windows: windows.to_vec(),
        now,
        reply,
    };
    let database = database.clone();
    counts.bring(asked, move |all| round(database.clone(), all));
    answer.await.unwrap_or_else(|_| Err(broken_off()))
}

async fn round(database: Database, mut all: Vec<Asked>) {
    all.retain(|asked| !asked.reply.is_closed());
    let Some(now) = all.iter().map(|asked| asked.now).max() else {
        return;
    };
    let (replies, requests): (Vec<_>, Vec<_>) = all
        .into_iter()
        .map(|asked| (asked.reply, asked.windows))
        .unzip();
    let counted = database
        .transact(move |transaction| count_all(transaction, requests, now).boxed())
        .await;
    match counted {
        Ok(counted) => {
            for (reply, one) in replies.into_iter().zip(counted) {
                // Whoever asked may have gone.
                let _ = reply.send(Ok(one));
            }
        }
        Err(error) => {
            for reply in replies {
                let _ = reply.send(Err(error.clone()));
            }
        }
    }
}

/// A window as the round finds it.
struct Open {
    /// Counted before.
    before: u64,
    /// Counted by the round.
    taken: u64,
    asked: u64,
    expires_at: i64,
}

/// Adds all that is asked, hands it out in order, and takes back what was too much, before anybody else sees it.
async fn count_all(
    transaction: &Transaction,
    requests: Vec<Vec<Window>>,
    now: i64,
) -> Result<Vec<Counted>, DbErr> {
    let mut windows = open(transaction, &requests, now).await?;
    let mut counted = Vec::with_capacity(requests.len());
    for request in &requests {
        let full = request.iter().filter_map(|window| {
            let open = windows.get(&window.key)?;
            let is_full = open.before + open.taken >= window.limit;
            is_full.then(|| until(open.expires_at, now))
        });
        counted.push(match full.max() {
            Some(retry_after) => Err(Exceeded { retry_after }),
            None => {
                for window in request {
                    if let Some(open) = windows.get_mut(&window.key) {
                        open.taken += 1;
                    }
                }
                Ok(())
            }
        });
    }
    for (key, open) in windows {
        if open.taken < open.asked {
            settle(transaction, &key, open.before + open.taken).await?;
        }
    }
    Ok(counted)
}

/// Adds to every window what is asked of it. Rows are locked in the order of their keys everywhere, so that no two nodes
/// wait for each other.
async fn open(
    transaction: &Transaction,
    requests: &[Vec<Window>],
    now: i64,
) -> Result<HashMap<String, Open>, DbErr> {
    let mut asked: BTreeMap<&str, (u64, i64)> = BTreeMap::new();
    for window in requests.iter().flatten() {
        let ends = now.saturating_add(millis(window.length));
        asked.entry(&window.key).or_insert((0, ends)).0 += 1;
    }
    let rows: Vec<_> = asked
        .iter()
        .map(|(key, (hits, ends))| json!([key, hits, ends]))
        .collect();
    let rows = serde_json::to_string(&rows).map_err(|error| DbErr::Json(error.to_string()))?;
    let backend = transaction.get_database_backend();
    let statement =
        Statement::from_sql_and_values(backend, add(backend), [rows.into(), now.into()]);
    let mut found = HashMap::with_capacity(asked.len());
    for row in transaction.query_all_raw(statement).await? {
        let row = Model::from_query_result(&row, "")?;
        let (asked, _) = asked.get(row.key.as_str()).copied().unwrap_or_default();
        let after = u64::try_from(row.hits).unwrap_or(0);
        let open = Open {
            before: after.saturating_sub(asked),
            taken: 0,
            asked,
            expires_at: row.expires_at,
        };
        found.insert(row.key, open);
    }
    Ok(found)
}

/// One text however many windows there are, so that it is prepared once. A window that has lapsed begins anew.
fn add(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => concat!(
            "INSERT INTO counter (key, hits, expires_at) ",
            "SELECT row ->> 0, CAST(row ->> 1 AS bigint), CAST(row ->> 2 AS bigint) ",
            "FROM json_array_elements(CAST($1 AS json)) AS rows(row) ",
            "ON CONFLICT (key) DO UPDATE SET ",
            "hits = CASE WHEN counter.expires_at <= $2 THEN 0 ELSE counter.hits END + excluded.hits, ",
            "expires_at = CASE WHEN counter.expires_at <= $2 THEN excluded.expires_at ELSE counter.expires_at END ",
            "RETURNING key, hits, expires_at"
        ),
        _ => concat!(
            "INSERT INTO counter (key, hits, expires_at) ",
            "SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each($1) WHERE true ",
            "ON CONFLICT (key) DO UPDATE SET ",
            "hits = CASE WHEN counter.expires_at <= $2 THEN 0 ELSE counter.hits END + excluded.hits, ",
            "expires_at = CASE WHEN counter.expires_at <= $2 THEN excluded.expires_at ELSE counter.expires_at END ",
            "RETURNING key, hits, expires_at"
        ),
    }
}

/// Sets a count that was too high. A window in which nothing was counted has not begun.
async fn settle(transaction: &Transaction, key: &str, hits: u64) -> Result<(), DbErr> {
    if hits == 0 {
        Counter::delete_by_id(key).exec(transaction).await?;
        return Ok(());
    }
    let hits: SimpleExpr = Expr::value(i64::try_from(hits).unwrap_or(i64::MAX));
    Counter::update_many()
        .col_expr(Column::Hits, hits)
        .filter(Column::Key.eq(key))
        .exec(transaction)
        .await?;
    Ok(())
}
