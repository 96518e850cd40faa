//! Work that keeps a processor busy for milliseconds: it gives way to what answers in microseconds, and never runs on
//! more threads than there are processors.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicI32, Ordering},
    },
    thread,
};

use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};

/// A ninth of the weight of other threads (sched(7)): they come first, and what gives way still goes on.
pub const NICENESS: u8 = 10;

/// What is added to a thread's niceness; of the process, as its threads are.
static ADDED: AtomicI32 = AtomicI32::new(NICENESS as i32);

/// Says how far threads that start from now on give way: 0 (not at all) to 19.
pub fn set_niceness(niceness: u8) {
    ADDED.store(i32::from(niceness.min(19)), Ordering::Relaxed);
}

/// Has the thread that calls give way to others. Where even that is forbidden, or would mean the whole process, a busy
/// processor is shared as before.
pub fn give_way() {
    // On Linux each thread has a niceness of its own: setpriority(2), "C library/kernel differences".
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::getpriority_process(None).and_then(|own| {
        rustix::process::setpriority_process(None, own + ADDED.load(Ordering::Relaxed))
    }) {
        tracing::debug!(%error, "background work runs at normal priority");
    }
}

/// Runs the work on one of the threads that give way.
pub fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    // Never driven: only its threads for blocking work are used.
    static THREADS: LazyLock<Option<Runtime>> = LazyLock::new(|| {
        let processors = thread::available_parallelism().map_or(2, usize::from);
        Builder::new_current_thread()
            .thread_name("background")
            .max_blocking_threads(processors)
            .on_thread_start(give_way)
            .build()
            .inspect_err(|error| tracing::warn!(%error, "no threads for background work"))
            .ok()
    });
    match &*THREADS {
        Some(threads) => threads.spawn_blocking(work),
        None => tokio::task::spawn_blocking(work),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn runs_elsewhere_and_answers() {
        let name = run(|| thread::current().name().map(str::to_owned));
        assert_eq!(name.await.unwrap().as_deref(), Some("background"));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn gives_way() {
        let niceness = || rustix::process::getpriority_process(None).unwrap();
        let before = niceness();
        assert_eq!(run(niceness).await.unwrap(), before + i32::from(NICENESS));
        assert_eq!(niceness(), before);
    }
}
