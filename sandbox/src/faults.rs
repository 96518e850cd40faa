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
    "aliyun-face-init",
    "aliyun-face-result",
    "tencent-sms",
    "tencent-idcard",
    "tencent-phone",
    "tencent-bankcard",
    "tencent-face-init",
    "tencent-face-result",
    "authority",
    "sms-webhook",
    "alipay-token",
    "alipay-user",
];

/// How long a slow upstream takes.
const SLOW: Duration = Duration::from_secs(3);

/// How an upstream behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
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

/// All modes, as a person would say them.
pub const MODES: [(Mode, &str); 5] = [
    (Mode::None, "正常 Working"),
    (Mode::Slow, "缓慢 Slow (3 s)"),
    (Mode::Error, "故障 Down (503)"),
    (Mode::Drop, "回答丢失 Answer lost"),
    (Mode::Duplicate, "重复回调 Calls back twice"),
];

/// What is switched on, until when, and how often each upstream was called.
#[derive(Default)]
pub struct Faults(Mutex<HashMap<String, Switch>>);

#[derive(Clone, Copy, Default)]
struct Switch {
    fault: Option<(Mode, DateTime<Utc>)>,
    calls: u64,
}

/// How an upstream is at the moment.
#[derive(Debug, Clone, Serialize)]
pub struct Standing {
    pub upstream: &'static str,
    pub mode: Mode,
    /// When the fault ends, if there is one.
    pub until: Option<DateTime<Utc>>,
    /// Calls since the sandbox was started.
    pub calls: u64,
}

impl Faults {
    pub fn set(&self, upstream: &str, mode: Mode, until: DateTime<Utc>) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.entry(upstream.into()).or_default().fault = Some((mode, until));
    }

    /// Notes a call, and answers how it is to go.
    pub fn called(&self, upstream: &str, now: DateTime<Utc>) -> Mode {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let switch = faults.entry(upstream.into()).or_default();
        switch.calls += 1;
        switch.mode(now)
    }

    /// How an upstream would go now, when it calls by itself.
    pub fn mode(&self, upstream: &str, now: DateTime<Utc>) -> Mode {
        let faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults
            .get(upstream)
            .map_or(Mode::None, |switch| switch.mode(now))
    }

    /// All upstreams, in their order.
    pub fn standings(&self, now: DateTime<Utc>) -> Vec<Standing> {
        let faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let standing = |upstream: &&'static str| {
            let switch = faults.get(*upstream).copied().unwrap_or_default();
            let mode = switch.mode(now);
            Standing {
                upstream,
                mode,
                until: switch
                    .fault
                    .filter(|_| mode != Mode::None)
                    .map(|(_, until)| until),
                calls: switch.calls,
            }
        };
        UPSTREAMS.iter().map(standing).collect()
    }
}

impl Switch {
    fn mode(self, now: DateTime<Utc>) -> Mode {
        match self.fault {
            Some((mode, until)) if now < until => mode,
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
