//! The one source of time. Nothing else asks the machine what time it is, so tests never wait.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, FixedOffset, NaiveDateTime, SubsecRound, TimeDelta, Utc};
use uuid::{NoContext, Timestamp, Uuid};

/// How far this machine's clock may be from the database's before it is set right: less is the network's doing.
const TOLERATED: TimeDelta = TimeDelta::milliseconds(500);

/// The machine's clock, set right by the database's where there are many nodes, and moved forward by an offset that
/// only the sandbox and tests ever set.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_seconds: Arc<AtomicI64>,
    correction_micros: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's own time.
    pub fn system() -> Self {
        Self::default()
    }

    /// The time now, UTC, in whole microseconds: what every database keeps.
    pub fn now(&self) -> DateTime<Utc> {
        let offset = TimeDelta::try_seconds(self.offset_seconds.load(Ordering::Relaxed));
        let now = self.corrected();
        offset
            .and_then(|offset| now.checked_add_signed(offset))
            .unwrap_or(now)
    }

    /// The time without the sandbox's offset: what other nodes have too.
    fn corrected(&self) -> DateTime<Utc> {
        let correction = self.correction_micros.load(Ordering::Relaxed);
        let now = Utc::now().trunc_subsecs(6);
        now.checked_add_signed(TimeDelta::microseconds(correction))
            .unwrap_or(now)
    }

    /// Sets this clock right by one that all nodes share; answers by how much this machine's own is ahead of it.
    pub fn follow(&self, shared: DateTime<Utc>) -> TimeDelta {
        let ahead = Utc::now() - shared;
        let off = self.corrected() - shared;
        if off.abs() > TOLERATED {
            let correction = ahead.num_microseconds().unwrap_or_default();
            self.correction_micros.store(-correction, Ordering::Relaxed);
        }
        ahead
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

/// What clocks on the wall in China show: UTC+8, without summer time since 1991.
pub fn in_china(at: DateTime<Utc>) -> NaiveDateTime {
    const EIGHT_HOURS: i32 = 8 * 3600;
    FixedOffset::east_opt(EIGHT_HOURS).map_or_else(
        || at.naive_utc(),
        |china| at.with_timezone(&china).naive_local(),
    )
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

    // D12
    #[test]
    fn a_wrong_machine_follows_the_database() {
        let (clock, minutes) = (Clock::system(), TimeDelta::minutes(5));
        let near = |time: DateTime<Utc>| (clock.now() - time).abs() < TimeDelta::seconds(1);
        let ahead = clock.follow(Utc::now() - minutes);
        assert!((ahead - minutes).abs() < TimeDelta::seconds(1));
        assert!(near(Utc::now() - minutes));
        clock.follow(Utc::now() - minutes + TimeDelta::milliseconds(100));
        assert!(near(Utc::now() - minutes), "a little is left alone");
        clock.advance(60);
        assert!(near(Utc::now() - minutes + TimeDelta::minutes(1)));
        clock.follow(Utc::now());
        assert!(near(Utc::now() + TimeDelta::minutes(1)), "the offset stays");
    }
}
