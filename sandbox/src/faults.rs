//! Faults that a tester switches on for a while.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use poem::{Response, http::StatusCode};
use serde::{Deserialize, Serialize};

/// The upstreams that can be made to fail.
pub const UPSTREAMS: &[&str] = &[
    "aliyun-sms",
    "aliyun-id2meta",
    "aliyun-mobile3meta",
    "aliyun-bankmeta",
    "tencent-sms",
    "tencent-idcard",
    "tencent-phone",
    "tencent-bankcard",
    "authority",
    "sms-webhook",
];

/// How long a slow upstream takes.
const SLOW: Duration = Duration::from_secs(3);

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

/// Answers as a fault wants it; `refuse` makes the upstream's own kind of failure.
pub async fn play(
    mode: Mode,
    answer: impl FnOnce() -> Response,
    refuse: impl FnOnce(StatusCode) -> Response,
) -> Response {
    match mode {
        Mode::None | Mode::Duplicate => answer(),
        Mode::Slow => {
            tokio::time::sleep(SLOW).await;
            answer()
        }
        Mode::Error => refuse(StatusCode::SERVICE_UNAVAILABLE),
        Mode::Drop => {
            // The work is done, and the answer gets lost on the way.
            drop(answer());
            refuse(StatusCode::BAD_GATEWAY)
        }
    }
}

/// The end of a fault that lasts `seconds`.
pub fn until(now: DateTime<Utc>, seconds: u32) -> DateTime<Utc> {
    now + TimeDelta::seconds(i64::from(seconds))
}
