//! Work of one kind that many requests bring at once, done together: while one round is under way the next gathers. A
//! request that comes alone waits for nobody; among many, each pays its share of a round.

use std::{
    collections::HashMap,
    future::Future,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::BoxFuture;
use sea_orm::DbErr;
use tokio::sync::oneshot;

/// The most that is done in one round.
const ROUND: usize = 64;

/// Where the work gathers. Cheap to clone.
pub struct Together<J>(Arc<Mutex<State<J>>>);

struct State<J> {
    waiting: Vec<J>,
    /// Whether somebody is doing rounds.
    working: bool,
}

impl<J> Clone for Together<J> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<J> Default for Together<J> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State {
            waiting: Vec::new(),
            working: false,
        })))
    }
}

impl<J: Send + 'static> Together<J> {
    /// Brings a job to the next round; `work` does a round. Rounds go on in a task of their own, so that none ends with
    /// the request that began it.
    pub fn bring<F>(&self, job: J, work: impl Fn(Vec<J>) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send,
    {
        {
            let mut state = self.state();
            state.waiting.push(job);
            if std::mem::replace(&mut state.working, true) {
                return;
            }
        }
        let mut turn = Turn {
            together: self.clone(),
            over: false,
        };
        tokio::spawn(async move {
            while let Some(jobs) = turn.next() {
                work(jobs).await;
            }
        });
    }
}

impl<J> Together<J> {
    fn state(&self) -> MutexGuard<'_, State<J>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Being the one who does rounds.
struct Turn<J> {
    together: Together<J>,
    over: bool,
}

impl<J> Turn<J> {
    fn next(&mut self) -> Option<Vec<J>> {
        let mut state = self.together.state();
        if state.waiting.is_empty() {
            state.working = false;
            self.over = true;
            return None;
        }
        let many = state.waiting.len().min(ROUND);
        Some(state.waiting.drain(..many).collect())
    }
}

impl<J> Drop for Turn<J> {
    /// Broken off: whoever waits is let go, and the next to come begins anew.
    fn drop(&mut self) {
        if !self.over {
            let mut state = self.together.state();
            state.working = false;
            state.waiting.clear();
        }
    }
}

type Find<C, K, V> = fn(C, Vec<K>) -> BoxFuture<'static, Result<HashMap<K, V>, DbErr>>;
type Found<V> = oneshot::Sender<Result<Option<V>, DbErr>>;

/// Look-ups by key. Nothing is kept: every answer is read after the request for it came.
pub struct LookUps<C, K, V> {
    together: Together<(K, Found<V>)>,
    find: Find<C, K, V>,
}

impl<C, K, V> LookUps<C, K, V>
where
    C: Clone + Send + Sync + 'static,
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + 'static,
{
    pub fn new(find: Find<C, K, V>) -> Self {
        Self {
            together: Together::default(),
            find,
        }
    }

    /// What there is under `key`.
    pub async fn find(&self, context: &C, key: K) -> Result<Option<V>, DbErr> {
        let (reply, answer) = oneshot::channel();
        let (context, find) = (context.clone(), self.find);
        self.together.bring((key, reply), move |asked| {
            let context = context.clone();
            async move {
                let mut keys: Vec<K> = Vec::with_capacity(asked.len());
                for (key, _) in &asked {
                    if !keys.contains(key) {
                        keys.push(key.clone());
                    }
                }
                let found = find(context, keys).await;
                for (key, reply) in asked {
                    let one = found.as_ref().map(|found| found.get(&key).cloned());
                    // Whoever asked may have gone.
                    let _ = reply.send(one.map_err(Clone::clone));
                }
            }
        });
        answer.await.unwrap_or_else(|_| Err(broken_off()))
    }
}

pub fn broken_off() -> DbErr {
    DbErr::Custom("the round was broken off".into())
}

/// `keys` with the last repeated until their number is a power of two: few different statements, each prepared once.
pub fn padded<K: Clone>(mut keys: Vec<K>) -> Vec<K> {
    if let Some(last) = keys.last().cloned() {
        keys.resize(keys.len().next_power_of_two(), last);
    }
    keys
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;

    use super::*;

    #[derive(Clone, Default)]
    struct Asked(Arc<AtomicUsize>);

    fn doubles(
        asked: Asked,
        keys: Vec<u32>,
    ) -> BoxFuture<'static, Result<HashMap<u32, u32>, DbErr>> {
        Box::pin(async move {
            asked.0.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            assert!(!keys.contains(&13), "a defect");
            if keys.contains(&7) {
                return Err(DbErr::Custom("out of reach".into()));
            }
            let even = keys.into_iter().filter(|key| key % 2 == 0);
            Ok(even.map(|key| (key, key * 2)).collect())
        })
    }

    #[tokio::test]
    async fn what_is_asked_at_once_is_looked_up_together() {
        let (asked, look_ups) = (Asked::default(), LookUps::new(doubles));
        let found = join_all((0..6).map(|key| look_ups.find(&asked, key % 4))).await;
        let found: Vec<_> = found.into_iter().map(Result::unwrap).collect();
        assert_eq!(found, [Some(0), None, Some(4), None, Some(0), None]);
        assert_eq!(asked.0.load(Ordering::Relaxed), 1);
        let found = join_all((0..200).map(|key| look_ups.find(&asked, key * 8))).await;
        assert!(found.iter().all(|found| matches!(found, Ok(Some(_)))));
        assert_eq!(
            asked.0.load(Ordering::Relaxed),
            1 + 4,
            "in rounds of {ROUND}"
        );
    }

    #[tokio::test]
    async fn a_failed_round_fails_its_own_and_the_next_goes_on() {
        let (asked, look_ups) = (Asked::default(), LookUps::new(doubles));
        let failed = join_all([6, 7].map(|key| look_ups.find(&asked, key))).await;
        assert!(failed.iter().all(Result::is_err));
        assert!(look_ups.find(&asked, 13).await.is_err(), "a panic");
        assert_eq!(look_ups.find(&asked, 2).await, Ok(Some(4)));
    }

    #[test]
    fn pads_to_a_power_of_two() {
        assert_eq!(padded(vec![1, 2, 3]), [1, 2, 3, 3]);
        assert_eq!(padded(Vec::<u8>::new()), [0_u8; 0]);
        assert_eq!(padded(vec![5]), [5]);
    }
}
