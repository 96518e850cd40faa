//! Faults that a tester switches on for a while.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The upstreams that can be made to fail.
pub const UPSTREAMS: &[&str] = &["aliyun-sms", "aliyun-id2meta"];

/// How an upstream behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    None,
    /// Answers after 3 seconds.
    Slow,
    /// Answers 503 and does nothing.
    Error,
    /// Does it, and the answer is lost.
    Drop,
    /// Calls back twice, where there is a callback.
    Duplicate,
}

/// What is switched on, and until when.
#[derive(Default)]
pub struct Faults(Mutex<HashMap<String, (Mode, DateTime<Utc>)>>);

impl Faults {
    pub fn set(&self, upstream: &str, mode: Mode, until: DateTime<Utc>) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.insert(upstream.into(), (mode, until));
    }

    pub fn mode(&self, upstream: &str, now: DateTime<Utc>) -> Mode {
        let faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match faults.get(upstream) {
            Some((mode, until)) if now < *until => *mode,
            _ => Mode::None,
        }
    }
}

/// The end of a fault that lasts `seconds`.
pub fn until(now: DateTime<Utc>, seconds: u32) -> DateTime<Utc> {
    now + TimeDelta::seconds(i64::from(seconds))
}
