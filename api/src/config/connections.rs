//! How long connections may wait.

use std::time::Duration;

use serde::Deserialize;

/// Seconds after which a connection is closed.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConnectionSettings {
    /// On which nothing is said: longer than a proxy in front keeps its own, 5 to 600.
    pub idle_seconds: u32,
    /// On which the head of a request has begun and does not end: 1 to 60.
    pub head_seconds: u32,
    /// On which a request was begun and is not answered, its body included: 35 to 600.
    pub answer_seconds: u32,
}

impl Default for ConnectionSettings {
    fn default() -> Self {
        Self {
            idle_seconds: 75,
            head_seconds: 10,
            answer_seconds: 60,
        }
    }
}

impl ConnectionSettings {
    pub fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_seconds.into())
    }

    pub fn head(&self) -> Duration {
        Duration::from_secs(self.head_seconds.into())
    }

    pub fn answer(&self) -> Duration {
        Duration::from_secs(self.answer_seconds.into())
    }
}
