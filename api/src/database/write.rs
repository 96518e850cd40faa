//! Writing. PostgreSQL takes many writers; each has a transaction of its own. SQLite takes one at a time and must reach the
//! disk with every commit, so there what many requests write at once is committed together: each in a savepoint of its
//! own, so that one that fails takes nothing with it, and each answered only once the commit is on the disk.

use futures_util::future::BoxFuture;
use sea_orm::{DatabaseExecutor, DbBackend, DbErr, TransactionTrait};
use tokio::sync::oneshot;

use super::{
    Database, Transaction,
    together::{Together, broken_off},
};

pub(super) type Writes = Together<Box<dyn Unit>>;

type Work<T, E> = Box<dyn for<'c> FnOnce(&'c Transaction) -> BoxFuture<'c, Result<T, E>> + Send>;

/// What one statement runs on.
pub type Connection<'c> = DatabaseExecutor<'c>;

impl Database {
    /// Does `work` whole or not at all.
    pub async fn transact<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbErr> + Send + 'static,
        W: for<'c> FnOnce(&'c Transaction) -> BoxFuture<'c, Result<T, E>> + Send + 'static,
    {
        if self.backend() != DbBackend::Postgres {
            return self.join(Box::new(work), true).await;
        }
        let transaction = self.begin().await?;
        let outcome = work(&transaction).await;
        match outcome {
            Ok(_) => transaction.commit().await?,
            Err(_) => transaction.rollback().await?,
        }
        outcome
    }

    /// Like [`transact`](Self::transact), for work that is one statement: that is whole by itself.
    pub async fn write_one<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbErr> + Send + 'static,
        W: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<T, E>> + Send + 'static,
    {
        if self.backend() != DbBackend::Postgres {
            let work: Work<T, E> = Box::new(move |transaction| work(transaction.into()));
            return self.join(work, false).await;
        }
        work((&self.write).into()).await
    }

    /// Joins the next round.
    async fn join<T, E>(&self, work: Work<T, E>, savepoint: bool) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbErr> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Task {
            work: Some(work),
            savepoint,
            outcome: None,
            reply: Some(reply),
        };
        let database = self.clone();
        self.writes.bring(Box::new(task), move |units| {
            let database = database.clone();
            async move { round(&database, units).await }
        });
        answer.await.unwrap_or_else(|_| Err(broken_off().into()))
    }
}

/// One request's part of a round.
#[async_trait::async_trait]
pub(super) trait Unit: Send {
    /// Whether nobody waits for it any more.
    fn is_left(&self) -> bool;
    fn needs_savepoint(&self) -> bool;
    /// Does the work; `false` when it is to be undone.
    async fn work(&mut self, transaction: &Transaction) -> bool;
    /// Tells what came of it, once that is sure.
    fn settle(self: Box<Self>, kept: Result<(), DbErr>);
}

struct Task<T, E> {
    work: Option<Work<T, E>>,
    savepoint: bool,
    outcome: Option<Result<T, E>>,
    reply: Option<oneshot::Sender<Result<T, E>>>,
}

#[async_trait::async_trait]
impl<T: Send, E: From<DbErr> + Send> Unit for Task<T, E> {
    fn is_left(&self) -> bool {
        self.reply.as_ref().is_none_or(oneshot::Sender::is_closed)
    }

    fn needs_savepoint(&self) -> bool {
        self.savepoint
    }

    async fn work(&mut self, transaction: &Transaction) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        let outcome = work(transaction).await;
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn settle(self: Box<Self>, kept: Result<(), DbErr>) {
        let outcome = match (self.outcome, kept) {
            (Some(Ok(outcome)), Ok(())) => Ok(outcome),
            (Some(Err(refused)), _) => Err(refused),
            (_, Err(error)) => Err(error.into()),
            (None, Ok(())) => return,
        };
        if let Some(reply) = self.reply {
            // Whoever asked may have gone.
            let _ = reply.send(outcome);
        }
    }
}

async fn round(database: &Database, mut units: Vec<Box<dyn Unit>>) {
    units.retain(|unit| !unit.is_left());
    let kept = commit(database, &mut units).await;
    for unit in units {
        unit.settle(kept.clone());
    }
}

async fn commit(database: &Database, units: &mut [Box<dyn Unit>]) -> Result<(), DbErr> {
    if units.is_empty() {
        return Ok(());
    }
    let transaction = database.begin().await?;
    if let [unit] = units {
        return if unit.work(&transaction).await {
            transaction.commit().await
        } else {
            transaction.rollback().await
        };
    }
    for unit in units {
        if !unit.needs_savepoint() {
            unit.work(&transaction).await;
            continue;
        }
        let savepoint = transaction.begin().await?;
        if unit.work(&savepoint).await {
            savepoint.commit().await?;
        } else {
            // When SQLite itself undid everything (a full disk), this fails, and so do all.
            savepoint.rollback().await?;
        }
    }
    transaction.commit().await
}
