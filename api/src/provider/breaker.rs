//! A circuit breaker: an upstream that keeps failing is left alone for a while. The crates for it ask the machine for
//! the time; this one is told.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Failures in a row that open it.
const FAILURES: u32 = 5;
/// How long it stays open; then one call at a time may try.
const REST: TimeDelta = TimeDelta::seconds(30);

#[derive(Default)]
pub struct Breaker(Mutex<State>);

#[derive(Default)]
struct State {
    failures: u32,
    open_until: Option<DateTime<Utc>>,
}

impl Breaker {
    /// Whether a call may be made now. Once the rest is over, one call goes first and the others wait for its outcome.
    pub fn admit(&self, now: DateTime<Utc>) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.open_until {
            Some(until) if now < until => false,
            Some(_) => {
                state.open_until = Some(now + REST);
                true
            }
            None => true,
        }
    }

    /// Failures in a row, and until when it stays open.
    pub fn condition(&self) -> (u32, Option<DateTime<Utc>>) {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (state.failures, state.open_until)
    }

    /// Notes how a call ended.
    pub fn note(&self, answered: bool, now: DateTime<Utc>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if answered {
            *state = State::default();
            return;
        }
        state.failures = state.failures.saturating_add(1);
        if state.failures >= FAILURES {
            state.open_until = Some(now + REST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn it_opens_rests_and_lets_one_try() {
        let (breaker, clock) = (Breaker::default(), Clock::system());
        for _ in 0..FAILURES {
            assert!(breaker.admit(clock.now()));
            breaker.note(false, clock.now());
        }
        assert!(!breaker.admit(clock.now()));
        clock.advance(31);
        assert!(breaker.admit(clock.now()), "one tries");
        assert!(!breaker.admit(clock.now()), "the others wait");
        breaker.note(false, clock.now());
        assert!(!breaker.admit(clock.now()), "it rests again");
        clock.advance(31);
        assert!(breaker.admit(clock.now()));
        breaker.note(true, clock.now());
        assert!(breaker.admit(clock.now()) && breaker.admit(clock.now()));
    }

    #[test]
    fn an_answer_forgets_the_failures() {
        let (breaker, clock) = (Breaker::default(), Clock::system());
        for _ in 0..20 {
            breaker.note(false, clock.now());
            breaker.note(false, clock.now());
            breaker.note(true, clock.now());
        }
        assert!(breaker.admit(clock.now()));
    }
}
