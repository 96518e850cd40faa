//! How long sessions last and how passwords are hashed.

use std::time::Duration;

use serde::Deserialize;

use crate::crypto::Engine;

/// Session lifetimes (NIST SP 800-63B-4, 2.2.3, tightened).
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionSettings {
    /// Minutes without use after which a session ends.
    pub idle_minutes: u64,
    /// Hours after which a session ends, used or not.
    pub absolute_hours: u64,
    /// Days that "stay signed in on this device" lasts, idle or not.
    pub remember_days: u64,
    /// Seconds that an access token lasts.
    pub access_token_seconds: u32,
    /// Milliseconds, up to 1000, for which a node believes a session to be live without asking the database: how soon
    /// a session that ended on one node has ended on all.
    pub cached_millis: u64,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            idle_minutes: 30,
            absolute_hours: 12,
            remember_days: 30,
            access_token_seconds: 600,
            cached_millis: 1000,
        }
    }
}

impl SessionSettings {
    /// How long a session found live is believed to be.
    pub fn cached_for(&self) -> Duration {
        Duration::from_millis(self.cached_millis)
    }

    /// The longest a session may go unused.
    pub fn idle(&self, remember: bool) -> Duration {
        if remember {
            self.absolute(true)
        } else {
            Duration::from_secs(self.idle_minutes * 60)
        }
    }

    /// The longest a session may last.
    pub fn absolute(&self, remember: bool) -> Duration {
        if remember {
            Duration::from_secs(self.remember_days * 24 * 3600)
        } else {
            Duration::from_secs(self.absolute_hours * 3600)
        }
    }
}

/// argon2id parameters and the bounds of the hashing pool.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordSettings {
    /// KiB of memory a hash takes (OWASP Password Storage: at least 19456 with 2 iterations).
    pub memory_kib: u32,
    pub iterations: u32,
    pub lanes: u32,
    /// Hashing threads. 0: as many as there are cores.
    pub threads: usize,
    /// Hashes that may wait; past that the answer is 503.
    pub queue: usize,
    /// `portable`, or `vector`: the same hashes in half the time, by a younger library that nobody has audited.
    pub engine: Engine,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        Self {
            memory_kib: 19456,
            iterations: 2,
            lanes: 1,
            threads: 0,
            queue: 128,
            engine: Engine::Portable,
        }
    }
}
