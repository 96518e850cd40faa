//! The one source of time. Nothing else asks the machine what time it is, so tests never wait.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use uuid::{NoContext, Timestamp, Uuid};

/// The machine's clock, moved forward by an offset that only the sandbox and tests ever set.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_seconds: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's own time.
    pub fn system() -> Self {
        Self::default()
    }

    /// The time now, UTC, in whole microseconds: what every database keeps.
    pub fn now(&self) -> DateTime<Utc> {
        let offset = TimeDelta::try_seconds(self.offset_seconds.load(Ordering::Relaxed));
        let now = Utc::now().trunc_subsecs(6);
        offset
            .and_then(|offset| now.checked_add_signed(offset))
            .unwrap_or(now)
    }

    /// A new time-ordered id (UUIDv7, RFC 9562).
    pub fn new_id(&self) -> Uuid {
        let now = self.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(
            NoContext,
            seconds,
            now.timestamp_subsec_nanos(),
        ))
    }

    /// Moves this clock, and every clone of it.
    pub fn advance(&self, seconds: i64) {
        self.offset_seconds.fetch_add(seconds, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_move_together() {
        let clock = Clock::system();
        let clone = clock.clone();
        clock.advance(3600);
        assert!(clone.now() - Utc::now() > TimeDelta::minutes(59));
    }
}
