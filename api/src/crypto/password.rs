//! Password hashing: argon2id (RFC 9106) with a pepper, on a few threads of its own.
//!
//! A hash is meant to be slow and takes much memory, so a flood of sign-ins must not run as many hashes as there are
//! requests: a fixed set of threads works off a bounded queue, each in memory of its own that it uses again and
//! again while there is work. Past the queue the answer is [`HashError::Busy`], at once.

pub mod engine;
pub mod foreign;
mod hasher;
#[cfg(test)]
mod tests;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::Context;
use argon2::Params;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

pub use engine::Engine;
use hasher::Hasher;

use crate::background;

/// How passwords are hashed from now on, and how many at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Memory of one hash, KiB. Each thread keeps that much while it is asked for hashes.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes; they change the hash but are computed one after another.
    pub lanes: u32,
    /// How many hashes run at a time.
    pub threads: usize,
    /// How many more may wait.
    pub queue: usize,
    pub engine: Engine,
}

/// What a check of a password found.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Match {
        /// To be stored instead of the old hash, which was made by a weaker policy.
        rehash: Option<String>,
    },
    Mismatch,
}

/// Why there is no hash and no verdict.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    #[error("too many passwords wait to be hashed")]
    Busy,
    #[error("the stored hash is not one of argon2, or asks for too much")]
    Malformed,
    #[error("argon2: {0}")]
    Argon2(#[from] argon2::Error),
    #[error("argon2: {0}")]
    Vector(#[from] argon2_rust::Error),
    #[error("the hashing threads have stopped")]
    Stopped,
}

/// How long a thread that nobody asks for a hash keeps its memory.
const MEMORY_KEPT: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce(&mut Hasher) + Send>;

/// The threads that hash. Cheap to clone; they end when the last clone is dropped and the queue is empty.
#[derive(Clone)]
pub struct PasswordPool {
    jobs: Sender<Job>,
    waiting: Arc<AtomicUsize>,
}

impl PasswordPool {
    /// Starts the threads. The pepper is a secret of the installation: without it the hashes can't be guessed at.
    pub fn new(policy: PasswordPolicy, pepper: [u8; 32]) -> anyhow::Result<Self> {
        let params = Params::new(
            policy.memory_kib,
            policy.iterations,
            policy.lanes,
            Some(Params::DEFAULT_OUTPUT_LEN),
        )
        .map_err(|error| anyhow::anyhow!("the password policy: {error}"))?;
        anyhow::ensure!(policy.threads > 0, "the password policy: no threads");

        let pepper = Arc::new(Zeroizing::new(pepper));
        let waiting = Arc::new(AtomicUsize::new(0));
        let (jobs, queue) = bounded(policy.queue);
        for number in 0..policy.threads {
            let hasher = Hasher::new(params.clone(), pepper.clone(), policy.engine);
            let (queue, waiting) = (queue.clone(), waiting.clone());
            thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || work(hasher, &queue, &waiting))
                .context("start a thread for password hashing")?;
        }
        Ok(Self { jobs, waiting })
    }

    /// The PHC string of the password, to be stored.
    pub async fn hash(&self, password: Zeroizing<String>) -> Result<String, HashError> {
        self.run(move |hasher| hasher.hash(&password)).await
    }

    /// Checks the password against the stored PHC string. Without one (no such account) it takes just as long and
    /// never matches.
    pub async fn verify(
        &self,
        password: Zeroizing<String>,
        phc: Option<String>,
    ) -> Result<Verdict, HashError> {
        self.run(move |hasher| hasher.verify(&password, phc.as_deref()))
            .await
    }

    /// Checks the password against a hash that another system made. It takes as long as [`verify`](Self::verify) and
    /// what that other hash costs; a match always comes with a hash of our own.
    pub async fn verify_foreign(
        &self,
        password: Zeroizing<String>,
        hash: Zeroizing<String>,
    ) -> Result<Verdict, HashError> {
        self.run(move |hasher| hasher.verify_foreign(&password, &hash))
            .await
    }

    /// How many passwords wait for a thread.
    pub fn depth(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Queues the work; it is skipped when whoever asked has gone by then.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Hasher) -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(move |hasher: &mut Hasher| {
            if !reply.is_closed() {
                reply.send(work(hasher)).ok();
            }
        });
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if self.jobs.try_send(job).is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(HashError::Busy);
        }
        answer.await.map_err(|_| HashError::Stopped)?
    }
}

fn work(mut hasher: Hasher, queue: &Receiver<Job>, waiting: &AtomicUsize) {
    background::give_way();
    while let Some(job) = next(&mut hasher, queue) {
        waiting.fetch_sub(1, Ordering::Relaxed);
        job(&mut hasher);
    }
}

/// The next job; nothing once there is nobody left to ask.
fn next(hasher: &mut Hasher, queue: &Receiver<Job>) -> Option<Job> {
    match queue.recv_timeout(MEMORY_KEPT) {
        Err(RecvTimeoutError::Timeout) => {
            hasher.rest();
            queue.recv().ok()
        }
        received => received.ok(),
    }
}
